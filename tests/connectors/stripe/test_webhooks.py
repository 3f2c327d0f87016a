from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
import stripe

from connectors.stripe.webhooks import Notice, parse, verify
from ledger.faults import BadInput, SignatureWrong

NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
STAMP = int(NOW.timestamp())
BODY = json.dumps(
    {
        "id": "evt_1",
        "object": "event",
        "type": "invoice.paid",
        "created": STAMP,
        "livemode": True,
        "account": "acct_1",
        "data": {"object": {"id": "in_1", "object": "invoice", "customer_name": "Öl & Söhne"}},
    },
    ensure_ascii=False,
).encode()


def header(secret: str = "whsec_new", at: int = STAMP, body: bytes = BODY) -> str:
    signed = stripe.WebhookSignature.generate_signature_header(body.decode(), secret, timestamp=at)
    return str(signed)


def test_a_delivery_signed_with_any_of_the_secrets_is_summed_up() -> None:
    assert verify(BODY, header(), ["whsec_old", "whsec_new"], NOW) == Notice(
        event_id="evt_1",
        type="invoice.paid",
        created_at=NOW,
        account="acct_1",
        object="invoice",
        object_id="in_1",
        live=True,
    )


@pytest.mark.parametrize(
    ("body", "signature", "secrets"),
    [
        (BODY.replace(b"in_1", b"in_2"), header(), ["whsec_new"]),
        (BODY, header("whsec_other"), ["whsec_new"]),
        (BODY, header(), []),
        (BODY, header(), [""]),
        (BODY, "", ["whsec_new"]),
        (BODY, "t=abc,v1=00", ["whsec_new"]),
        (BODY, f"t={STAMP}", ["whsec_new"]),
        (b"\xff\xfe", header(), ["whsec_new"]),
        (BODY, header(at=STAMP - 301), ["whsec_new"]),
        (BODY, header(at=STAMP + 301), ["whsec_new"]),
    ],
    ids=["body", "secret", "no secret", "empty", "no header", "no time", "no v1", "not text", "replayed", "future"],
)
def test_whatever_does_not_fit_is_refused(body: bytes, signature: str, secrets: list[str]) -> None:
    with pytest.raises(SignatureWrong):
        verify(body, signature, secrets, NOW)


def test_a_delivery_within_five_minutes_is_taken() -> None:
    assert verify(BODY, header(), ["whsec_new"], NOW + timedelta(seconds=299)).event_id == "evt_1"


@pytest.mark.parametrize("body", [b"[]", b'{"id":"evt_1","object":"v2.core.event"}', b"{", b'{"object":"event"}'])
def test_what_is_no_snapshot_event_is_bad_input(body: bytes) -> None:
    with pytest.raises(BadInput):
        parse(body)


def test_half_a_character_is_in_the_signed_body_and_costs_no_event() -> None:
    body = BODY.replace("Öl".encode(), rb"\ud83c")
    assert verify(body, header(body=body), ["whsec_new"], NOW).object_id == "in_1"
