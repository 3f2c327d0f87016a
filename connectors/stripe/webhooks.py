"""Stripe's webhooks: verified over the raw bytes, then summed up; the snapshot inside is told by the connector."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
import stripe

from connectors.decode import mended
from connectors.stripe import wire
from connectors.stripe.records import instant
from ledger.faults import BadInput, SignatureWrong

STAMP_DIGITS_MAX = 12
TOLERANCE_SECONDS = 300  # Stripe's own advice: an older delivery may be a replay


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What an event says of itself. account: acct_ id on a Connect endpoint; None: the endpoint's own account."""

    event_id: str
    type: str
    created_at: datetime
    account: str | None
    object: str
    object_id: str
    live: bool


def verify(raw: bytes, header: str, secrets: Sequence[str], now: datetime) -> Notice:
    """The event of a delivery that one of `secrets` signed. Raises SignatureWrong, BadInput."""
    _check_age(header, now)
    if not any(_signed(raw, header, secret) for secret in secrets if secret):
        raise SignatureWrong("The signature of a Stripe webhook does not fit its body; check the endpoint's secret.")
    return parse(raw)


def parse(raw: bytes) -> Notice:
    """The summary of a body that was verified before. Raises BadInput for what is no event."""
    try:
        event = msgspec.json.decode(mended(raw), type=wire.Event)
        head = msgspec.json.decode(event.data.object, type=wire.Head)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise BadInput("A Stripe webhook's body is not the JSON that Stripe documents.") from None
    if event.object != "event" or not event.id:
        raise BadInput("A Stripe webhook's body is no snapshot event; choose snapshot payloads for the endpoint.")
    return Notice(
        event_id=event.id,
        type=event.type,
        created_at=_created(event.created),
        account=event.account,
        object=head.object,
        object_id=head.id,
        live=bool(event.livemode),
    )


def _created(seconds: int) -> datetime:
    try:
        return instant(seconds)
    except (ValueError, OverflowError, OSError):
        raise BadInput("A Stripe webhook says that it was created at no time there is.") from None


def _signed(raw: bytes, header: str, secret: str) -> bool:
    try:
        stripe.WebhookSignature.verify_header(raw, header, secret)
    except (stripe.SignatureVerificationError, ValueError, TypeError):
        return False
    return True


def _check_age(header: str, now: datetime) -> None:
    """By our own clock, which is handed in; the SDK would ask the machine's."""
    stamps = [part[2:] for part in header.split(",") if part.startswith("t=")]
    if not header.isascii() or len(stamps) != 1 or not stamps[0].isdecimal() or len(stamps[0]) > STAMP_DIGITS_MAX:
        raise SignatureWrong("A Stripe webhook came without a readable Stripe-Signature header.")
    if abs(now.timestamp() - int(stamps[0])) > TOLERANCE_SECONDS:
        raise SignatureWrong("A Stripe webhook was signed more than 5 minutes ago; it is not taken.")
