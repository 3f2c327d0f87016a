"""expand[]."""

from __future__ import annotations

from tests.sandbox.stripe.conftest import Site


def test_sources_of_the_balance_and_what_they_name(site: Site) -> None:
    rows = site.get("/v1/balance_transactions?limit=100&expand[]=data.source.customer")["data"]
    assert {row["source"]["object"] for row in rows} == {"charge", "refund", "dispute", "payout"}
    charges = [row["source"] for row in rows if row["source"]["object"] == "charge" and row["source"]["customer"]]
    assert {charge["customer"]["name"] for charge in charges} == {"Bob Ltd", "Eve"}


def test_four_levels_deep(site: Site) -> None:
    path = f"/v1/charges/{site.id('card')}?expand[]=payment_intent.latest_charge.balance_transaction.source"
    charge = site.get(path)
    assert charge["payment_intent"]["latest_charge"]["balance_transaction"]["source"]["id"] == site.id("card")


def test_an_invoice_shows_its_payments_only_when_asked(site: Site) -> None:
    invoice_id = site.id("parts")
    plain = site.get(f"/v1/invoices/{invoice_id}")
    assert "payments" not in plain
    assert "amount_paid_off_stripe" not in plain
    path = f"/v1/invoices/{invoice_id}?expand[]=payments.data.payment.payment_intent&expand[]=amount_paid_off_stripe"
    asked = site.get(path)
    assert asked["amount_paid_off_stripe"] == 300
    by_type = {row["payment"]["type"]: row["payment"] for row in asked["payments"]["data"] if row["status"] == "paid"}
    assert by_type["payment_intent"]["payment_intent"]["amount"] == 500
    assert by_type["payment_record"]["payment_record"] == site.id("cheque")


def test_expansion_leaves_the_record_as_it_is(site: Site) -> None:
    path = f"/v1/charges/{site.id('bank')}"
    before = site.get(path)
    assert len(site.get(f"{path}?expand[]=refunds&expand[]=customer")["refunds"]["data"]) == 2
    assert site.get(path) == before
    assert "refunds" not in before


def test_nothing_stays_nothing(site: Site) -> None:
    charge = site.get(f"/v1/charges/{site.id('stranger')}?expand[]=customer.default_source")
    assert charge["customer"] is None


def test_a_customers_credit_has_the_opposite_sign(site: Site) -> None:
    customer = site.get(f"/v1/customers/{site.id('bob')}?expand[]=invoice_credit_balance")
    assert customer["balance"] == -600
    assert customer["invoice_credit_balance"] == {"gbp": 600}


def test_an_expanded_record_needs_its_own_permission(site: Site) -> None:
    site.change("restrict_key", without=["balance_transaction_source_read"])
    assert site.call("GET", "/v1/balance_transactions").status_code == 200
    error = site.error("GET", "/v1/balance_transactions?expand[]=data.source")
    assert error["status"] == 403
    assert "rak_balance_transaction_source_read" in error["message"]
