"""Both forms of a delivery, their signature, and what the connector makes of a kept event."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import random
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.limits import NoLimit
from connectors.port import Record
from connectors.quickbooks import webhooks
from ledger.faults import BadInput, SignatureWrong
from runtime.providers import quickbooks
from runtime.providers.parts import Parts
from runtime.settings import Settings
from tests.connectors.quickbooks.books import connector
from tests.connectors.wire import NOW, Naps

KEY = "verifier-token"
CLOUD = [
    {
        "specversion": "1.0",
        "id": "e-1",
        "source": "intuit.abc",
        "type": "qbo.invoice.updated.v1",
        "time": "2026-05-04T09:59:58.123456789Z",
        "intuitentityid": "70",
        "intuitaccountid": "111",
        "data": {},
    },
    {"id": "e-2", "type": "qbo.payment.void.v1", "intuitentityid": "71", "intuitaccountid": "222"},
    {"id": "e-3", "type": "qbo.vendor.created.v1", "intuitentityid": "72", "intuitaccountid": "222"},
    {"id": "e-4", "type": "qbo.creditmemo.polished.v1", "intuitentityid": "73", "intuitaccountid": "111"},
]
OLDER = {
    "eventNotifications": [
        {
            "realmId": "111",
            "dataChangeEvent": {
                "entities": [
                    {
                        "name": "Customer",
                        "id": "5",
                        "operation": "Merge",
                        "lastUpdated": "2026-05-04T09:00:00Z",
                        "deletedId": "6",
                    },
                    {"name": "Payment", "id": "9", "operation": "Delete", "lastUpdated": "2026-05-04T09:00:00Z"},
                ]
            },
        },
        {"realmId": "222", "dataChangeEvent": None},
    ]
}


def sign(raw: bytes, key: str = KEY) -> str:
    return base64.b64encode(hmac.new(key.encode(), raw, hashlib.sha256).digest()).decode()


def test_cloud_events_of_several_companies() -> None:
    notices = webhooks.parse(json.dumps(CLOUD).encode())

    assert [(one.event_id, one.realm_id, one.kind, one.external_id, one.op) for one in notices] == [
        ("e-1", "111", "Invoice", "70", "updated"),
        ("e-2", "222", "Payment", "71", "voided"),
        ("e-3", "222", None, "72", "created"),
        ("e-4", "111", "CreditMemo", "73", "polished"),
    ]


@pytest.mark.parametrize("body", [CLOUD, OLDER])
def test_half_a_character_costs_no_event(body: object) -> None:
    whole = json.dumps(body).encode()
    assert webhooks.parse(whole.replace(b"{", rb'{"x": "\ud83c", ', 1)) == webhooks.parse(whole)


@pytest.mark.parametrize("body", [CLOUD, OLDER])
def test_ids_may_be_numbers(body: object) -> None:
    plain = json.dumps(body)
    assert webhooks.parse(re.sub(r'"(\d+)"', r"\1", plain).encode()) == webhooks.parse(plain.encode())


def test_the_older_form_with_both_sides_of_a_merge() -> None:
    notices = webhooks.parse(json.dumps(OLDER).encode())

    assert [(one.kind, one.external_id, one.op) for one in notices] == [
        ("Customer", "5", "merged"),
        ("Customer", "6", "merged"),
        ("Payment", "9", "deleted"),
    ]
    assert len({one.event_id for one in notices}) == 3


@pytest.mark.parametrize("raw", [b"", b"<html>", b"[1]", b'{"eventNotifications": 4}', b"\xff"])
def test_what_is_no_such_body_is_refused(raw: bytes) -> None:
    with pytest.raises(BadInput):
        webhooks.parse(raw)


@pytest.mark.parametrize("signature", ["", "zzz", "ümlaut", sign(b"other"), sign(b"body", "wrong")])
def test_a_wrong_signature_is_refused(signature: str) -> None:
    with pytest.raises(SignatureWrong):
        webhooks.verify(b"body", signature, KEY)
    webhooks.verify(b"body", sign(b"body"), KEY)


def test_a_delivery_becomes_events_that_the_connector_reads(tmp_path: Path) -> None:
    settings = Settings.load({"TIEOUT_HOME": str(tmp_path), "TIEOUT_QUICKBOOKS_WEBHOOK_VERIFIER": KEY})
    parts = Parts(settings=settings, now=lambda: NOW, sleep=Naps(), random=random.random, limiter=NoLimit())
    raw = json.dumps(CLOUD).encode()

    events = quickbooks.receive(parts, raw, {"intuit-signature": sign(raw)}, ())

    assert [(event.company_id, event.type) for event in events][:2] == [
        ("111", "invoice.updated"),
        ("222", "payment.void"),
    ]
    told = [connector("http://127.0.0.1:1").told(event.body, event.type, 5.0) for event in events]
    assert [one.read for one in told] == [(("Invoice", "70"),), (("Payment", "71"),), (), (("CreditMemo", "73"),)]
    with pytest.raises(SignatureWrong):
        quickbooks.receive(parts, raw + b" ", {"intuit-signature": sign(raw)}, ())


def test_preferences_are_read_with_the_company() -> None:
    body = json.dumps({"kind": "Preferences", "external_id": "1", "op": "updated"}).encode()

    assert connector("http://127.0.0.1:1").told(body, "preferences.updated", 5.0).read == (("CompanyInfo", "1"),)


def test_what_a_payment_was_applied_to_is_read_too() -> None:
    lines = [
        {"Amount": 1, "LinkedTxn": [{"TxnId": "70", "TxnType": "Invoice"}, {"TxnId": "60", "TxnType": "CreditMemo"}]}
    ]
    payment = {"Id": "9", "Line": lines, "LinkedTxn": [{"TxnId": "12", "TxnType": "Deposit"}]}
    books = connector("http://127.0.0.1:1")

    def record(kind: str, raw: bytes, *, deleted: bool = False) -> Record:
        return Record(kind=kind, external_id="9", raw=raw, seen_at=datetime(2026, 5, 4, tzinfo=UTC), deleted=deleted)

    raw = json.dumps(payment).encode()
    assert books.follow(record("Payment", raw)) == (("Invoice", "70"), ("CreditMemo", "60"))
    assert books.follow(record("Payment", b"odd")) == ()
    assert books.follow(record("Payment", raw, deleted=True)) == ()
    assert books.follow(record("Customer", raw)) == ()
