"""Posting over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.stripe.conftest import Site

RECORD: dict[str, Any] = {
    "amount_requested[value]": 250,
    "amount_requested[currency]": "gbp",
    "initiated_at": 1_790_000_000,
    "payment_method_details[type]": "custom",
    "payment_method_details[custom][display_name]": "Bank transfer",
    "outcome": "guaranteed",
    "guaranteed[guaranteed_at]": 1_790_000_000,
    "processor_details[type]": "custom",
    "processor_details[custom][payment_reference]": "BACS 77",
    "metadata[write]": "w1",
}


def test_an_invoice_is_marked_as_paid_outside_stripe(site: Site) -> None:
    path = f"/v1/invoices/{site.id('open')}"
    invoice = site.post(f"{path}/pay", {"paid_out_of_band": "true"})
    assert (invoice["status"], invoice["amount_paid"], invoice["amount_remaining"]) == ("paid", 7000, 0)
    assert site.get(f"{path}?expand[]=amount_paid_off_stripe")["amount_paid_off_stripe"] == 7000
    rows = site.get(f"/v1/invoice_payments?invoice={site.id('open')}")["data"]
    assert [row["status"] for row in rows] == ["canceled"]
    assert site.error("POST", f"{path}/pay", {"paid_out_of_band": "true"})["message"] == "Invoice is already paid"


def test_an_invoice_without_a_way_to_pay_stays_open(site: Site) -> None:
    error = site.error("POST", f"/v1/invoices/{site.id('open')}/pay")
    assert error["status"] == 400
    assert "default_payment_method" in error["message"]


def test_a_payment_made_elsewhere_is_reported_and_attached(site: Site) -> None:
    record = site.post("/v1/payment_records/report_payment", RECORD)
    assert record["amount_guaranteed"] == {"currency": "gbp", "value": 250}
    assert record["processor_details"]["custom"]["payment_reference"] == "BACS 77"
    assert record["metadata"] == {"write": "w1"}
    path = f"/v1/invoices/{site.id('parts')}/attach_payment"
    invoice = site.post(path, {"payment_record": record["id"]})
    assert (invoice["status"], invoice["amount_paid"], invoice["amount_remaining"]) == ("paid", 1050, 0)
    assert site.event_types()[:2] == ["invoice.payment_succeeded", "invoice.paid"]
    again = site.error("POST", f"/v1/invoices/{site.id('credited')}/attach_payment", {"payment_record": record["id"]})
    assert "allocated in full" in again["message"]


def test_a_payment_that_failed_elsewhere_pays_nothing(site: Site) -> None:
    failed = {**RECORD, "outcome": "failed", "failed[failed_at]": 1_790_000_000}
    failed.pop("guaranteed[guaranteed_at]")
    record = site.post("/v1/payment_records/report_payment", failed)
    assert (record["amount_failed"]["value"], record["amount_guaranteed"]["value"]) == (250, 0)
    attached = site.error("POST", f"/v1/invoices/{site.id('parts')}/attach_payment", {"payment_record": record["id"]})
    assert attached["status"] == 400


@pytest.mark.parametrize(
    ("left_out", "named"),
    [
        ("amount_requested[value]", "amount_requested[value]"),
        ("initiated_at", "initiated_at"),
        ("guaranteed[guaranteed_at]", "guaranteed[guaranteed_at]"),
    ],
)
def test_a_report_needs_its_fields(site: Site, left_out: str, named: str) -> None:
    given = {name: value for name, value in RECORD.items() if name != left_out}
    error = site.error("POST", "/v1/payment_records/report_payment", given)
    assert (error["code"], error["param"]) == ("parameter_missing", named)


def test_one_intent_is_set_against_several_invoices(site: Site) -> None:
    charge = site.change("charge", amount=700, currency="gbp", customer="bob")
    body = {"payment_intent": charge["payment_intent"]}
    first = site.post(f"/v1/invoices/{site.id('parts')}/attach_payment", body)
    second = site.post(f"/v1/invoices/{site.id('credited')}/attach_payment", body)
    assert (first["status"], first["amount_remaining"]) == ("paid", 0)
    assert (second["status"], second["amount_remaining"]) == ("open", 150)
    query = f"payment[type]=payment_intent&payment[payment_intent]={charge['payment_intent']}"
    assert [row["amount_paid"] for row in site.get(f"/v1/invoice_payments?{query}")["data"]] == [450, 250]


def test_an_open_invoice_asks_for_what_is_left(site: Site) -> None:
    charge = site.change("charge", amount=100, currency="gbp")
    site.post(f"/v1/invoices/{site.id('credited')}/attach_payment", {"payment_intent": charge["payment_intent"]})
    rows = site.get(f"/v1/invoice_payments?invoice={site.id('credited')}&expand[]=data.payment.payment_intent")["data"]
    waiting = next(row for row in rows if row["is_default"])
    assert waiting["amount_requested"] == waiting["payment"]["payment_intent"]["amount"] == 500


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("invoices/{whole}/void", {}),
        ("invoices/{parts}/void", {}),
        ("invoices/{draft}/mark_uncollectible", {}),
        ("invoices/{open}/finalize", {}),
        ("invoices/{whole}/attach_payment", {"payment_record": "{cheque}"}),
        ("invoices/{open}/attach_payment", {"payment_intent": "{card/intent}"}),
        ("credit_notes", {"invoice": "{draft}", "amount": 100}),
        ("credit_notes", {"invoice": "{whole}", "amount": 100}),
        ("credit_notes", {"invoice": "{whole}", "amount": 13000, "credit_amount": 13000}),
        ("refunds", {"charge": "{part}", "amount": 501}),
        ("refunds", {"charge": "{failed}", "amount": 1}),
        ("refunds", {"charge": "{bank}"}),
    ],
)
def test_what_the_state_forbids_is_400_and_changes_nothing(site: Site, path: str, body: dict[str, Any]) -> None:
    def filled(text: Any) -> Any:
        return site.id(text.strip("{}")) if str(text).startswith("{") else text

    head, _, rest = path.partition("{")
    key, _, tail = rest.partition("}")
    address = f"/v1/{head}{site.id(key) if key else ''}{tail}"
    before = site.stand.counts(site.tenant), site.event_types()
    assert site.error("POST", address, {name: filled(value) for name, value in body.items()})["status"] == 400
    assert (site.stand.counts(site.tenant), site.event_types()) == before


def test_voiding_and_writing_off(site: Site) -> None:
    assert site.post(f"/v1/invoices/{site.id('open')}/void")["status"] == "void"
    written_off = site.post(f"/v1/invoices/{site.id('credited')}/mark_uncollectible")
    assert written_off["status"] == "uncollectible"
    assert {"invoice.voided", "invoice.marked_uncollectible", "payment_intent.canceled"} <= set(site.event_types())


def test_a_credit_note_lowers_what_is_due_and_can_be_voided(site: Site) -> None:
    note = site.post("/v1/credit_notes", {"invoice": site.id("open"), "amount": 2000, "reason": "order_change"})
    assert (note["type"], note["pre_payment_amount"], note["number"]) == ("pre_payment", 2000, "A-6-CN-01")
    invoice = site.get(f"/v1/invoices/{site.id('open')}")
    assert (invoice["amount_due"], invoice["pre_payment_credit_notes_amount"]) == (5000, 2000)
    assert site.post(f"/v1/credit_notes/{note['id']}/void")["status"] == "void"
    assert site.get(f"/v1/invoices/{site.id('open')}")["amount_due"] == 7000


def test_a_credit_note_on_a_paid_invoice_is_given_back_in_parts(site: Site) -> None:
    body = {
        "invoice": site.id("whole"),
        "lines[0][type]": "invoice_line_item",
        "lines[0][invoice_line_item]": site.get(f"/v1/invoices/{site.id('whole')}/lines")["data"][0]["id"],
        "lines[0][amount]": 5000,
        "refund_amount": 1000,
        "credit_amount": 2000,
        "out_of_band_amount": 3000,
    }
    note = site.post("/v1/credit_notes", body)
    assert (note["type"], note["total"], note["subtotal"], note["post_payment_amount"]) == (
        "post_payment",
        6000,
        5000,
        6000,
    )
    refund = site.get(f"/v1/refunds/{note['refunds'][0]['refund']}")
    assert (refund["charge"], refund["amount"]) == (site.id("card"), 1000)
    entry = site.get(f"/v1/customers/{site.id('bob')}/balance_transactions/{note['customer_balance_transaction']}")
    assert (entry["type"], entry["amount"], entry["credit_note"]) == ("credit_note", -2000, note["id"])
    invoice = site.get(f"/v1/invoices/{site.id('whole')}")
    assert (invoice["status"], invoice["post_payment_credit_notes_amount"]) == ("paid", 6000)


def test_refunds_by_charge_and_by_intent(site: Site) -> None:
    first = site.post("/v1/refunds", {"charge": site.id("part"), "amount": 200, "reason": "duplicate"})
    rest = site.post("/v1/refunds", {"payment_intent": site.id("part/intent")})
    assert (first["amount"], rest["amount"], rest["status"]) == (200, 300, "succeeded")
    charge = site.get(f"/v1/charges/{site.id('part')}")
    assert (charge["amount_refunded"], charge["refunded"]) == (500, True)
    error = site.error("POST", "/v1/refunds", {"charge": site.id("part")})
    assert error["code"] == "charge_already_refunded"
    assert site.error("POST", "/v1/refunds")["code"] == "parameter_missing"


def test_a_customers_balance_is_credited(site: Site) -> None:
    path = f"/v1/customers/{site.id('bob')}/balance_transactions"
    entry = site.post(path, {"amount": -500, "currency": "gbp", "description": "Goodwill"})
    assert (entry["ending_balance"], entry["type"]) == (-1100, "adjustment")
    assert site.get(f"/v1/customers/{site.id('bob')}")["balance"] == -1100
    assert site.error("POST", path, {"amount": 5, "currency": "pounds"})["param"] == "currency"


@pytest.mark.parametrize(
    ("kind", "key", "told"),
    [
        ("customers", "bob", ["customer.updated"]),
        ("invoices", "open", ["invoice.updated"]),
        ("charges", "card", ["charge.updated"]),
        ("payment_intents", "card/intent", []),
    ],
)
def test_metadata_is_merged_unset_and_emptied(site: Site, kind: str, key: str, told: list[str]) -> None:
    path = f"/v1/{kind}/{site.id(key)}"
    before = site.event_types()
    assert site.post(path, {"metadata[a]": "1", "metadata[b]": "2"})["metadata"] == {"a": "1", "b": "2"}
    events = site.get("/v1/events?limit=100")["data"]
    assert [event["type"] for event in events[: len(events) - len(before)]] == told
    if told:
        assert events[0]["data"]["previous_attributes"] == {"metadata": {"a": None, "b": None}}
    assert site.post(path, {"metadata[a]": "", "metadata[c]": "3"})["metadata"] == {"b": "2", "c": "3"}
    assert site.post(path, {"metadata": ""})["metadata"] == {}
    assert site.error("POST", path, {"metadata[x]": "y" * 501})["param"] == "metadata[x]"
    many = {f"metadata[k{number}]": "v" for number in range(51)}
    assert site.error("POST", path, many)["param"] == "metadata"


def test_deleting_over_http(site: Site) -> None:
    draft = site.call("DELETE", f"/v1/invoices/{site.id('draft')}").json()
    assert draft == {"id": site.id("draft"), "object": "invoice", "deleted": True}
    customer = site.call("DELETE", f"/v1/customers/{site.id('eve')}").json()
    assert customer["deleted"]
    assert site.error("POST", f"/v1/customers/{site.id('eve')}", {"name": "Eva"})["status"] == 404
    assert site.event_types()[:2] == ["customer.deleted", "invoice.deleted"]
