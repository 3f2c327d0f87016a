"""Xero's webhooks: signed over the bytes, naming records of several organisations."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest

from connectors.xero.webhooks import parse, verify
from ledger.faults import BadInput, SignatureWrong

BODY = json.dumps({
    "events": [
        {"resourceId": "i-1", "tenantId": "t-1", "eventCategory": "INVOICE", "eventType": "UPDATE",
         "eventDateUtc": "2026-03-02T10:00:00.000"},
        {"resourceId": "s-1", "tenantId": "t-2", "eventCategory": "SUBSCRIPTION", "eventType": "CREATE",
         "eventDateUtc": "2026-03-02T10:00:00.000"},
    ],
    "firstEventSequence": 7, "lastEventSequence": 8,
}).encode()  # fmt: skip


def _signed(body: bytes, key: str = "key") -> str:
    return base64.b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest()).decode()


def test_a_signature_that_fits() -> None:
    verify(BODY, _signed(BODY), "key")


@pytest.mark.parametrize("signature", ["", "AAAA", "\u00e9", _signed(BODY, "other"), _signed(BODY + b" ")])
def test_one_that_does_not(signature: str) -> None:
    with pytest.raises(SignatureWrong, match="TIEOUT_XERO_WEBHOOK_KEY"):
        verify(BODY, signature, "key")


def test_events_name_their_organisation_and_record() -> None:
    first, second = parse(BODY)
    assert (first.tenant_id, first.kind, first.external_id, first.type, first.sequence) == (
        "t-1", "Invoices", "i-1", "invoice.update", 7,
    )  # fmt: skip
    assert (second.kind, second.sequence) == (None, 8)
    assert first.event_id != second.event_id
    assert parse(BODY)[0].event_id == first.event_id


def test_half_a_character_costs_no_event() -> None:
    assert parse(BODY.replace(b"{", rb'{"x": "\ud83c", ', 1)) == parse(BODY)


def test_numbers_may_be_texts() -> None:
    assert parse(BODY.replace(b": 7", b': "7"')) == parse(BODY)


def test_an_intent_to_receive_holds_none() -> None:
    assert parse(b'{"events": [], "firstEventSequence": 0, "lastEventSequence": 0}') == []
    assert parse(b"{}") == []


def test_what_is_no_such_body() -> None:
    with pytest.raises(BadInput, match="JSON"):
        parse(b"<html>")
