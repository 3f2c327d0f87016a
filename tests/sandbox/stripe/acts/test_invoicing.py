"""What Stripe derives on an invoice."""

from __future__ import annotations

from tests.sandbox.stripe.conftest import Site


def test_credit_is_used_up_first_when_an_invoice_is_finalized(site: Site) -> None:
    made = site.change("new_invoice", customer="bob", amount=1000, currency="gbp")
    assert (made["starting_balance"], made["ending_balance"]) == (-600, 0)
    assert (made["amount_due"], made["amount_remaining"], made["status"]) == (400, 400, "open")
    entry = site.get(f"/v1/customers/{site.id('bob')}/balance_transactions?limit=1")["data"][0]
    assert (entry["type"], entry["amount"], entry["invoice"]) == ("applied_to_invoice", 600, made["id"])
    assert site.get(f"/v1/customers/{site.id('bob')}")["balance"] == 0


def test_credit_that_covers_all_pays_at_once_without_an_intent(site: Site) -> None:
    intents = site.stand.counts(site.tenant)["payment_intents"]
    made = site.change("new_invoice", customer="bob", amount=500, currency="gbp")
    assert (made["status"], made["amount_due"], made["ending_balance"]) == ("paid", 0, -100)
    assert site.stand.counts(site.tenant)["payment_intents"] == intents


def test_a_debit_on_the_account_is_asked_for_too(site: Site) -> None:
    site.change("credit_balance", customer="bob", amount=900)
    made = site.change("new_invoice", customer="bob", amount=500, currency="gbp")
    assert (made["starting_balance"], made["ending_balance"], made["amount_due"]) == (300, 0, 800)


def test_credit_stays_in_its_currency(site: Site) -> None:
    entry = site.change("credit_balance", customer="bob", amount=-50, currency="usd")
    assert entry["ending_balance"] == -50
    customer = site.get(f"/v1/customers/{site.id('bob')}?expand[]=invoice_credit_balance")
    assert customer["balance"] == -600
    assert customer["invoice_credit_balance"] == {"gbp": 600, "usd": 50}
    assert site.change("new_invoice", customer="bob", amount=500, currency="eur")["amount_due"] == 500


def test_a_failed_try_waits_until_another_pays(site: Site) -> None:
    site.change("pay_invoice", invoice="open", amount=100, status="failed")
    statuses = [row["status"] for row in site.get(f"/v1/invoice_payments?invoice={site.id('open')}")["data"]]
    assert statuses == ["open", "open"]
    site.change("pay_invoice", invoice="open")
    rows = site.get(f"/v1/invoice_payments?invoice={site.id('open')}")["data"]
    assert sorted(row["status"] for row in rows) == ["canceled", "paid"]
    assert site.get(f"/v1/invoices/{site.id('open')}")["attempt_count"] == 1


def test_money_under_way_is_not_canceled(site: Site) -> None:
    late = site.change("pay_invoice", invoice="open", amount=500, status="pending")
    site.change("pay_out_of_band", invoice="open")
    site.change("charge_succeeds", charge=late["id"])
    invoice = site.get(f"/v1/invoices/{site.id('open')}")
    assert (invoice["status"], invoice["amount_paid"], invoice["amount_overpaid"]) == ("paid", 7500, 500)


def test_an_uncollectible_invoice_can_still_be_paid(site: Site) -> None:
    site.change("pay_invoice", invoice="bad")
    assert site.get(f"/v1/invoices/{site.id('bad')}")["status"] == "paid"
