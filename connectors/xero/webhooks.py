"""Xero's webhooks: verified over the raw body; they name records and hold no amounts."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass

import msgspec

from connectors.decode import Loose, loosely, mended
from ledger.faults import BadInput, SignatureWrong

KINDS = {
    "INVOICE": "Invoices",
    "CONTACT": "Contacts",
    "CREDITNOTE": "CreditNotes",
    "PREPAYMENT": "Prepayments",
    "OVERPAYMENT": "Overpayments",
}


class _Event(Loose):
    resourceId: str = ""  # noqa: N815 - the provider's spelling
    tenantId: str = ""  # noqa: N815
    eventCategory: str = ""  # noqa: N815
    eventType: str = ""  # noqa: N815
    eventDateUtc: str = ""  # noqa: N815


class _Body(Loose):
    events: list[_Event] | None = None
    firstEventSequence: int | None = None  # noqa: N815
    lastEventSequence: int | None = None  # noqa: N815


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One event. kind is None for a category that we do not read."""

    event_id: str
    tenant_id: str
    kind: str | None
    external_id: str
    type: str
    sequence: int | None


def verify(raw: bytes, signature: str, key: str) -> None:
    """Raises SignatureWrong unless `signature` is base64 of the body's HMAC-SHA256 under the webhook key."""
    expected = base64.b64encode(hmac.new(key.encode(), raw, hashlib.sha256).digest())
    if not hmac.compare_digest(expected, signature.encode()):
        raise SignatureWrong("The signature of a Xero webhook does not fit its body; check TIEOUT_XERO_WEBHOOK_KEY.")


def parse(raw: bytes) -> list[Notice]:
    """The events of a body; none for an intent to receive. Raises BadInput for what is no such body."""
    try:
        body = loosely(mended(raw), _Body, whole=True)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise BadInput("A Xero webhook's body is not the JSON that Xero documents.") from None
    first = body.firstEventSequence
    return [
        Notice(
            event_id=f"{event.tenantId}:{event.eventCategory}:{event.resourceId}:{event.eventType}:{event.eventDateUtc}",
            tenant_id=event.tenantId,
            kind=KINDS.get(event.eventCategory.upper()),
            external_id=event.resourceId,
            type=f"{event.eventCategory}.{event.eventType}".lower(),
            sequence=None if first is None else first + number,
        )
        for number, event in enumerate(body.events or [])
    ]
