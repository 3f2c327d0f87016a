"""Stripe's bytes as records: id, newest stamp inside, and when the state was true."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from connectors.decode import Loose, loosely, peek, undecodable, unnameable
from connectors.port import Record
from connectors.stripe import wire
from connectors.stripe.kinds import PAYOUT_ITEMS
from ledger.finding import Finding


class _Stamps(Loose):
    id: str = ""
    created: int | None = None
    voided_at: int | None = None
    canceled_at: int | None = None
    status_transitions: wire.Transitions | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """Records of a page, and what could not even be named."""

    records: tuple[Record, ...]
    findings: tuple[Finding, ...] = ()


def records_of(kind: str, raws: Iterable[bytes], seen_at: datetime, *, parent: str = "") -> Made:
    """One record for each object. parent: the payout whose contents these are."""
    records: list[Record] = []
    findings: list[Finding] = []
    for raw in raws:
        record = record_of(kind, raw, seen_at, parent=parent)
        if record is None:
            own = peek(raw, "id") or ""
            findings.append(unnameable(kind, own) or undecodable(kind, "without id", "it has no id"))
        else:
            records.append(record)
    return Made(tuple(records), tuple(findings))


def record_of(kind: str, raw: bytes, seen_at: datetime, *, parent: str = "", deleted: bool = False) -> Record | None:
    """The object as a record, odd as it may be otherwise; None where it has no id."""
    try:
        stamps = loosely(raw, _Stamps)
        external_id, updated_at = stamps.id, newest(stamps)
    except (msgspec.DecodeError, ValueError, OverflowError, OSError):  # the last three of times that are none
        external_id, updated_at = peek(raw, "id") or "", None
    if not external_id:
        return None
    if kind == PAYOUT_ITEMS:
        external_id = f"{parent}/{external_id}"
    if unnameable(kind, external_id):
        return None
    return Record(
        kind=kind,
        external_id=external_id,
        raw=raw,
        seen_at=seen_at,
        updated_at=updated_at,
        deleted=deleted,
        stamp_derived=True,
    )


def newest(stamps: _Stamps) -> datetime | None:
    """Stripe has no stamp of the last change: the newest time inside the object stands for it."""
    inner = stamps.status_transitions
    best = max(stamps.created or 0, stamps.voided_at or 0, stamps.canceled_at or 0)
    if inner is not None:
        best = max(
            best,
            inner.finalized_at or 0,
            inner.paid_at or 0,
            inner.voided_at or 0,
            inner.marked_uncollectible_at or 0,
            inner.canceled_at or 0,
        )
    return instant(best) if best else None


def copied(state: Mapping[str, Any]) -> dict[str, Any]:
    """A state of its own: it is JSON, and this is many times faster than copying it as objects."""
    found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(state))
    return found


def instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
