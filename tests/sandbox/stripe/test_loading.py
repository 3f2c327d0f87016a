"""A plan as Stripe would hold it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sandbox.core.clock import SandboxClock
from sandbox.stripe.stand import StripeStand
from sandbox.world import plan
from tests.sandbox.stripe.business import ACME, NOW, PLAN, at, on
from tests.sandbox.stripe.conftest import Site


@pytest.mark.parametrize(
    ("key", "status", "due", "paid", "remaining", "overpaid"),
    [
        ("whole", "paid", 12000, 12000, 0, 0),
        ("parts", "open", 1050, 800, 250, 0),
        ("over", "paid", 5000, 6000, 0, 1000),
        ("void", "void", 5000, 0, 5000, 0),
        ("draft", "draft", 5000, 0, 5000, 0),
        ("open", "open", 7000, 0, 7000, 0),
        ("bad", "uncollectible", 900, 0, 900, 0),
        ("credited", "open", 600, 0, 600, 0),
    ],
)
def test_amounts_and_status_follow_from_payments_and_credits(
    site: Site, key: str, status: str, due: int, paid: int, remaining: int, overpaid: int
) -> None:
    invoice = site.get(f"/v1/invoices/{site.id(key)}")
    amounts = [invoice[f"amount_{name}"] for name in ("due", "paid", "remaining", "overpaid")]
    assert [invoice["status"], *amounts] == [status, due, paid, remaining, overpaid]


def test_moments_of_an_invoice_stand_in_the_accounts_own_zone(site: Site) -> None:
    invoice = site.get(f"/v1/invoices/{site.id('whole')}")
    assert invoice["created"] == at(1, 0).timestamp() + 300
    assert invoice["due_date"] == at(30, 12).timestamp()
    assert invoice["status_transitions"]["paid_at"] == at(5).timestamp()
    assert (invoice["number"], invoice["subtotal"], invoice["total"]) == ("A-1", 10000, 12000)
    assert invoice["total_taxes"][0]["amount"] == 2000
    assert invoice["custom_fields"] == [{"name": "PO Number", "value": "PO 7"}]
    assert site.get(f"/v1/invoices/{site.id('draft')}")["number"] is None


def test_a_whole_payment_takes_the_invoices_own_intent(site: Site) -> None:
    rows = site.get(f"/v1/invoice_payments?invoice={site.id('whole')}")["data"]
    assert [(row["is_default"], row["status"]) for row in rows] == [(True, "paid")]
    assert rows[0]["payment"]["payment_intent"] == site.id("card/intent")
    intent = site.get(f"/v1/payment_intents/{site.id('card/intent')}")
    assert (intent["status"], intent["latest_charge"], intent["amount_received"]) == (
        "succeeded",
        site.id("card"),
        12000,
    )


def test_an_overpayment_becomes_the_customers_credit(site: Site) -> None:
    entries = site.get(f"/v1/customers/{site.id('eve')}/balance_transactions")["data"]
    assert [(entry["type"], entry["amount"], entry["invoice"]) for entry in entries] == [
        ("invoice_overpaid", -1000, site.id("over"))
    ]


def test_foreign_money_settles_at_its_rate_and_refunds_add_up_to_it(site: Site) -> None:
    charge = site.get(f"/v1/charges/{site.id('bank')}?expand[]=balance_transaction&expand[]=refunds")
    assert charge["id"].startswith("py_")
    entry = charge["balance_transaction"]
    assert (entry["type"], entry["amount"], entry["fee"], entry["currency"]) == ("payment", 4501, 150, "gbp")
    assert entry["exchange_rate"] == pytest.approx(4501 / 6000, abs=1e-6)
    assert charge["refunded"]
    back = [site.get(f"/v1/balance_transactions/{one['balance_transaction']}") for one in charge["refunds"]["data"]]
    assert sum(one["amount"] for one in back) == -4501
    assert {one["type"] for one in back} == {"payment_refund"}


def test_a_won_dispute_brings_the_amount_back_and_not_the_fee(site: Site) -> None:
    dispute = site.get(f"/v1/disputes/{site.id('won')}")
    assert dispute["status"] == "won"
    assert [(one["amount"], one["fee"]) for one in dispute["balance_transactions"]] == [(-12000, 1500), (12000, 0)]
    assert len(site.get(f"/v1/disputes/{site.id('waiting')}")["balance_transactions"]) == 1


def test_payouts_and_their_ends(site: Site) -> None:
    first = site.get(f"/v1/payouts/{site.id('first')}?expand[]=destination")
    assert (first["amount"], first["status"], first["reconciliation_status"]) == (12280, "paid", "completed")
    assert first["trace_id"]["status"] == "supported"
    assert first["destination"]["object"] == "bank_account"
    returned = site.get(f"/v1/payouts/{site.id('returned')}?expand[]=failure_balance_transaction")
    assert (returned["status"], returned["failure_code"]) == ("failed", "account_closed")
    assert returned["failure_balance_transaction"]["type"] == "payout_failure"
    assert returned["failure_balance_transaction"]["amount"] == returned["amount"]
    assert site.get(f"/v1/payouts/{site.id('by-hand')}")["reconciliation_status"] == "not_applicable"


def test_money_that_did_not_come_moves_nothing(site: Site) -> None:
    for key, status, intent_status in (
        ("pending", "pending", "processing"),
        ("failed", "failed", "requires_payment_method"),
    ):
        charge = site.get(f"/v1/charges/{site.id(key)}?expand[]=payment_intent")
        assert (charge["status"], charge["paid"], charge["balance_transaction"]) == (status, False, None)
        assert charge["payment_intent"]["status"] == intent_status


def test_a_payment_off_stripe_is_a_record_without_money_on_the_balance(site: Site) -> None:
    record = site.get(f"/v1/payment_records/{site.id('cheque')}")
    assert record["amount_guaranteed"] == {"currency": "gbp", "value": 300}
    assert record["processor_details"]["custom"]["payment_reference"] == "BACS 1"
    assert site.get(f"/v1/balance_transactions?source={record['id']}")["data"] == []


def test_history_sends_no_webhooks(site: Site) -> None:
    assert site.stand.webhooks.drain()
    assert site.stand.webhooks.deliveries() == []


def test_a_deleted_draft_leaves_nothing(site: Site) -> None:
    assert site.error("GET", f"/v1/invoices/{site.id('deleted')}")["status"] == 404


def test_the_same_seed_gives_the_same_ids() -> None:
    def loaded() -> dict[str, str]:
        stand = StripeStand(SandboxClock(NOW, running=False), seed=3)
        tenant = stand.add_company(ACME)
        stand.load(tenant, PLAN)
        return {charge.key: stand.external_id(tenant, charge.key) for charge in PLAN.charges}

    assert loaded() == loaded()


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"credit_notes": (replace(PLAN.credit_notes[0], applied=()),)}, "less"),
        ({"credit_notes": (replace(PLAN.credit_notes[0], refunded=100),)}, "less"),
        ({"payouts": (plan.Payout("early", at(1), on(2), "GBP", ("card",)),)}, "early"),
    ],
)
def test_what_stripe_could_not_hold_is_named(changed: dict[str, object], named: str) -> None:
    stand = StripeStand(SandboxClock(NOW, running=False))
    tenant = stand.add_company(ACME)
    with pytest.raises(ValueError, match=named):
        stand.load(tenant, replace(PLAN, **changed))  # type: ignore[arg-type]
