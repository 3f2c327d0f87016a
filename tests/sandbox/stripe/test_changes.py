"""The verbs of /_control/change."""

from __future__ import annotations

import pytest

from sandbox.stripe.changes import verbs
from tests.sandbox.stripe.conftest import Site


def test_a_payer_pays_an_invoice_in_two_parts(site: Site) -> None:
    site.change("pay_invoice", invoice="open", amount=3000)
    invoice = site.get(f"/v1/invoices/{site.id('open')}")
    assert (invoice["status"], invoice["amount_paid"], invoice["amount_remaining"]) == ("open", 3000, 4000)
    site.change("pay_invoice", invoice="open")
    assert site.get(f"/v1/invoices/{site.id('open')}")["status"] == "paid"


def test_a_charge_of_a_stranger_has_fee_description_and_metadata(site: Site) -> None:
    made = site.change(
        "charge", amount=10000, currency="USD", settled_currency="GBP", settled=7900, fee=259, payer_name="Ann",
        description="A-6", metadata={"order": 7},
    )  # fmt: skip
    charge = site.get(f"/v1/charges/{made['id']}?expand[]=balance_transaction")
    assert (charge["customer"], charge["billing_details"]["name"], charge["metadata"]) == (None, "Ann", {"order": "7"})
    entry = charge["balance_transaction"]
    assert (entry["currency"], entry["amount"], entry["fee"], entry["exchange_rate"]) == ("gbp", 7900, 259, 0.79)


def test_a_new_invoice_draft_finalized_and_paid_outside(site: Site) -> None:
    draft = site.change("new_invoice", customer="bob", lines=[["Work", 1000, 200]], draft=True, due_days=14)
    assert (draft["status"], draft["total"], draft["number"]) == ("draft", 1200, None)
    final = site.change("finalize_invoice", invoice=draft["id"])
    assert (final["status"], final["number"] is None) == ("open", False)
    assert site.change("pay_out_of_band", invoice=draft["id"])["status"] == "paid"
    assert site.change("delete_invoice", invoice="draft")["deleted"]


def test_a_pending_payment_comes_through_or_fails(site: Site) -> None:
    site.change("charge_succeeds", charge="pending")
    assert site.get(f"/v1/charges/{site.id('pending')}")["balance_transaction"].startswith("txn_")
    late = site.change("pay_invoice", invoice="open", status="pending", method="us_bank_account")
    assert site.get(f"/v1/invoices/{site.id('open')}")["status"] == "open"
    site.change("charge_fails", charge=late["id"])
    assert site.get(f"/v1/charges/{late['id']}")["status"] == "failed"
    assert site.event_types()[0] == "invoice.payment_failed"
    with pytest.raises(ValueError, match="not pending"):
        site.change("charge_fails", charge="card")


def test_refunds_pend_succeed_and_fail(site: Site) -> None:
    refund = site.change("refund", charge="part", amount=200, status="pending")
    assert refund["balance_transaction"] is None
    assert site.change("refund_succeeds", refund=refund["id"])["balance_transaction"].startswith("txn_")
    site.change("refund_fails", refund=refund["id"])
    assert site.get(f"/v1/charges/{site.id('part')}")["amount_refunded"] == 0
    moved = site.get(f"/v1/balance_transactions?source={refund['id']}")["data"]
    assert sum(entry["net"] for entry in moved) == 0
    assert "refund.failed" in site.event_types()


def test_a_dispute_takes_money_and_fee_and_is_lost(site: Site) -> None:
    dispute = site.change("dispute", charge="part", fee=2000)
    assert [(one["amount"], one["net"]) for one in dispute["balance_transactions"]] == [(-500, -2500)]
    assert site.change("close_dispute", dispute=dispute["id"], status="lost")["status"] == "lost"
    assert site.event_types()[0] == "charge.dispute.closed"
    with pytest.raises(ValueError, match="lost already"):
        site.change("close_dispute", dispute=dispute["id"])


def test_a_payout_takes_all_that_waits_and_may_come_back(site: Site) -> None:
    payout = site.change("payout")
    rows = site.get(f"/v1/balance_transactions?payout={payout['id']}&limit=100")["data"]
    assert "payout_failure" in {row["type"] for row in rows}
    assert sum(row["net"] for row in rows) == 0
    assert site.get("/v1/balance")["available"][0]["amount"] == 0
    assert site.event_types()[:3] == ["payout.paid", "payout.updated", "payout.reconciliation_completed"]
    site.change("payout_failed", payout=payout["id"])
    assert site.get("/v1/balance")["available"][0]["amount"] == payout["amount"]
    with pytest.raises(ValueError, match="failed already"):
        site.change("payout_failed", payout=payout["id"])


def test_a_payout_on_its_way_is_itemised_once_reconciled(site: Site) -> None:
    payout = site.change("payout", status="pending")
    assert payout["reconciliation_status"] == "in_progress"
    path = f"/v1/balance_transactions?payout={payout['id']}"
    assert site.get(path)["data"] == []
    site.change("payout_paid", payout=payout["id"])
    assert site.get(path)["data"]
    with pytest.raises(ValueError, match="nothing in gbp waits"):
        site.change("payout")


def test_a_credit_note_a_credit_and_labels(site: Site) -> None:
    note = site.change("credit_note", invoice="open", amount=500)
    assert site.change("void_credit_note", credit_note=note["id"])["status"] == "void"
    assert site.change("credit_balance", customer="bob", amount=-100)["ending_balance"] == -700
    assert site.change("set_metadata", id="card", metadata={"a": "b"})["metadata"] == {"a": "b"}
    assert site.change("void_invoice", invoice="open")["status"] == "void"
    assert site.change("mark_uncollectible", invoice="credited")["status"] == "uncollectible"
    assert site.change("new_customer", name="New")["object"] == "customer"
    assert site.change("delete_customer", customer="eve")["deleted"]


@pytest.mark.parametrize(
    ("verb", "fields", "said"),
    [
        ("dance", {}, "known: attach_payment"),
        ("charge", {}, "amount is missing"),
        ("charge", {"amount": 1, "currency": "usd", "settled_currency": "gbp"}, "settled is missing"),
        ("refund", {}, "charge is missing"),
        ("refund", {"charge": "ch_none"}, "No such charge: 'ch_none'"),
        ("edit_customer", {"customer": "bob", "shoe": 1}, "does not know shoe"),
        ("pay_invoice", {"invoice": "void"}, "takes no payment"),
        ("pay_invoice", {"invoice": "draft"}, "takes no payment"),
        ("set_metadata", {"id": "po_1"}, "no invoice"),
    ],
)
def test_what_cannot_be_done_is_said_over_http(site: Site, verb: str, fields: dict[str, object], said: str) -> None:
    body = {"tenant": site.tenant, "verb": verb, **fields}
    before = site.stand.counts(site.tenant)
    reply = site.session.post(f"{site.url}/_control/change", json=body, timeout=180)
    assert (reply.status_code, site.stand.counts(site.tenant)) == (400, before)
    assert said in reply.json()["error"]


def test_every_verb_is_listed(site: Site) -> None:
    assert {"charge", "payout_failed", "new_invoice", "attach_payment"} <= set(verbs.verbs())


def test_a_charge_captured_in_part_settles_the_whole_and_takes_the_rest_back(site: Site) -> None:
    made = site.change(
        "capture_in_part", amount=5200, captured=2000, currency="USD", settled_currency="GBP", settled=4000
    )
    charge = site.get(f"/v1/charges/{made['id']}")
    assert (charge["amount_captured"], charge["amount_refunded"], charge["refunded"]) == (2000, 3200, False)
    [refund] = site.get(f"/v1/refunds?charge={made['id']}")["data"]
    [back] = site.get(f"/v1/balance_transactions?source={refund['id']}")["data"]
    assert (back["type"], back["reporting_category"], back["amount"]) == ("refund", "partial_capture_reversal", -2462)


def test_a_payment_leaves_its_invoice(site: Site) -> None:
    charge = site.change("pay_invoice", invoice="open", method="us_bank_account")
    assert site.get(f"/v1/invoices/{site.id('open')}")["status"] == "paid"
    site.change("detach_payment", invoice="open", charge=charge["id"])
    invoice = site.get(f"/v1/invoices/{site.id('open')}")
    assert (invoice["status"], invoice["amount_paid"], invoice["amount_remaining"]) == ("open", 0, 7000)
    rows = site.get(f"/v1/invoice_payments?invoice={site.id('open')}")["data"]
    assert [(row["status"], row["is_default"]) for row in rows] == [("open", True)]
    site.change("charge_comes_back", charge=charge["id"])
    back = site.get(f"/v1/charges/{charge['id']}?expand[]=failure_balance_transaction")
    assert (back["status"], back["failure_balance_transaction"]["reporting_category"]) == ("failed", "charge_failure")
    with pytest.raises(ValueError, match="not succeeded"):
        site.change("charge_comes_back", charge=charge["id"])
