from __future__ import annotations

import json
from typing import Any

from connectors.port import Record
from connectors.stripe.kinds import API_VERSION
from tests.connectors.stripe.shop import CONTEXT, NOW, T0, Shop, ids, open_shop


def body(event_type: str, thing: dict[str, Any], **more: Any) -> bytes:
    event = {"id": "evt_1", "object": "event", "type": event_type, "api_version": API_VERSION, "created": T0}
    return json.dumps({**event, "data": {"object": thing}, **more}).encode()


INVOICE = {"id": "in_1", "object": "invoice", "currency": "usd", "total": 1}


def test_a_snapshot_of_ours_is_told_and_any_other_is_to_be_read() -> None:
    with open_shop(Shop()) as site:
        told = site.connector.told(body("invoice.updated", INVOICE), "invoice.updated", 5.0)
        assert [(record.kind, record.external_id) for record in told.records] == [("invoices", "in_1")]
        assert told.read == ()
        old = site.connector.told(body("invoice.updated", INVOICE, api_version="2020-08-27"), "invoice.updated", 5.0)
        assert (old.records, old.read) == ((), (("invoices", "in_1"),))
        young = site.connector.told(body("invoice.updated", INVOICE), "invoice.updated", 0.4)
        assert young.read == (("invoices", "in_1"),)
        assert site.calls == []


def test_what_an_event_leaves_unsaid_is_to_be_read() -> None:
    with open_shop(Shop()) as site:
        told = site.connector.told(body("invoice.voided", INVOICE), "invoice.voided", 5.0)
        assert told.read == (("invoice_payments", "in_1"),)
        link = {
            "id": "inpay_1",
            "object": "invoice_payment",
            "payment": {"type": "payment_record", "payment_record": "pr_1"},
        }
        told = site.connector.told(body("invoice_payment.paid", link), "invoice_payment.paid", 5.0)
        assert told.read == (("payment_records", "pr_1"),)


def test_things_that_are_not_ours_are_passed_over() -> None:
    with open_shop(Shop()) as site:
        for said in (body("price.created", {"id": "price_1", "object": "price"}), b"{", b'{"data":{"object":7}}'):
            told = site.connector.told(said, "price.created", 5.0)
            assert (told.records, told.read) == ((), ())


def test_a_charge_is_followed_by_its_balance_transaction() -> None:
    def made(kind: str, thing: dict[str, Any]) -> Record:
        return Record(kind=kind, external_id="x", raw=json.dumps(thing).encode(), seen_at=NOW)

    with open_shop(Shop()) as site:
        follow = site.connector.follow
        assert follow(made("charges", {"balance_transaction": "txn_1"})) == (("balance_transactions", "txn_1"),)
        assert follow(made("disputes", {"balance_transactions": [{"id": "txn_1"}, "txn_2"]})) == (
            ("balance_transactions", "txn_1"),
            ("balance_transactions", "txn_2"),
        )
        assert follow(made("invoices", {"balance_transaction": "txn_1"})) == ()


def test_reading_again_brings_what_is_and_marks_what_is_gone() -> None:
    shop = Shop()
    for number in range(25):
        shop.add("charges", {"id": f"ch_{number}", "object": "charge"})
    shop.add("customers", {"id": "cus_1", "object": "customer", "deleted": True})
    with open_shop(shop) as site:
        pages = list(site.connector.read("charges", [f"ch_{n}" for n in range(25)] + ["ch_0", "ch_gone"]))
        found = ids(pages)
        assert len(found) == 26
        assert [key for key, record in found.items() if record.deleted] == [("charges", "ch_gone")]
        assert [page.done for page in pages] == [False, True]
        assert next(iter(ids(list(site.connector.read("customers", ["cus_1"]))).values())).deleted


def test_a_snapshot_with_half_a_character_is_applied_and_mapped() -> None:
    with open_shop(Shop()) as site:
        raw = body("customer.updated", {"id": "cus_1", "object": "customer", "name": "Ltd \ud83c"})
        assert rb"\ud83c" in raw
        [record] = site.connector.told(raw, "customer.updated", 5.0).records
        found = site.connector.map(record, CONTEXT)
        assert [value.name for value in found.values] == ["Ltd \ufffd"]  # type: ignore[union-attr]
        assert [one.code for one in found.findings] == ["half_a_character"]
