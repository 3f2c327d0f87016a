"""Webhooks at the door: verified, kept once, answered without a cookie, whatever the queue does."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest
import requests
from sqlalchemy import func, select

from store.tables.intake import inbox
from tests.webapp.site import WEBHOOK_KEY, Site


def body(tenant: str = "tenant") -> bytes:
    event = {
        "resourceUrl": "https://api.xero.com/x", "resourceId": "e1f1", "eventDateUtc": "2026-11-22T12:00:00.000",
        "eventType": "UPDATE", "eventCategory": "INVOICE", "tenantId": tenant, "tenantType": "ORGANISATION",
    }  # fmt: skip
    return json.dumps({"events": [event], "firstEventSequence": 1, "lastEventSequence": 1, "entropy": "x"}).encode()


def sign(raw: bytes) -> dict[str, str]:
    made = base64.b64encode(hmac.new(WEBHOOK_KEY.encode(), raw, hashlib.sha256).digest()).decode()
    return {"X-Xero-Signature": made, "Content-Type": "application/json"}


def kept(site: Site) -> int:
    with site.app.database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(inbox)).scalar_one())


def test_a_signed_event_is_kept_once_for_each_organisation_and_answered_empty(busy: Site) -> None:
    raw = body()
    for _ in range(2):
        answer = requests.post(busy.base + "/hooks/xero", data=raw, headers=sign(raw), timeout=180)
        assert (answer.status_code, answer.content) == (200, b"")
        assert "set-cookie" not in answer.headers
    assert kept(busy) == 2  # Acme and Rival both hold this company


@pytest.mark.parametrize(
    "given", [{}, {"X-Xero-Signature": "bm8="}, {"X-Xero-Signature": "é".encode().decode("latin-1")}]
)
def test_a_wrong_signature_is_refused_and_nothing_kept(site: Site, given: dict[str, str]) -> None:
    answer = requests.post(site.base + "/hooks/xero", data=body(), headers=given, timeout=180)
    assert (answer.status_code, answer.content) == (401, b"")
    assert kept(site) == 0


def test_xeros_intent_to_receive_is_answered(site: Site) -> None:
    raw = b'{"events":[],"firstEventSequence":0,"lastEventSequence":0,"entropy":"S0m3"}'
    assert requests.post(site.base + "/hooks/xero", data=raw, headers=sign(raw), timeout=180).status_code == 200
    assert requests.post(site.base + "/hooks/xero", data=raw + b" ", headers=sign(raw), timeout=180).status_code == 401


def test_stripe_hears_400(site: Site) -> None:
    for path in ("/hooks/stripe", f"/hooks/stripe/{site.books.stripe.connection_id}"):
        answer = requests.post(site.base + path, data=b"{}", headers={"Stripe-Signature": "t=1,v1=00"}, timeout=180)
        assert (answer.status_code, answer.content) == (400, b"")


def test_too_large_a_body_is_not_read(site: Site) -> None:
    answer = requests.post(site.base + "/hooks/xero", data=b"x" * 2_000_001, headers=sign(b""), timeout=180)
    assert answer.status_code == 413


def test_another_method_or_provider_is_not_there(site: Site) -> None:
    assert requests.get(site.base + "/hooks/xero", timeout=180, allow_redirects=False).status_code in {303, 405}
    assert requests.post(site.base + "/hooks/paypal", timeout=180).status_code in {401, 404}
