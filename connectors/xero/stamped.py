"""The records of Xero's answers, and the order of their update stamps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import msgspec

from connectors import decode
from connectors.decode import Loose
from connectors.port import Record
from connectors.xero.client import Listing
from connectors.xero.dates import instant
from connectors.xero.feeds import FEEDS, Feed
from ledger.finding import Finding

OVERLAP = timedelta(minutes=5)  # stamps are given before the change can be seen
_UPDATED = (
    "UpdatedDateUTC"  # a transfer has no such stamp: its creation orders the list, but not two states of one transfer
)
_HEADS: dict[str, type[Any]] = {  # what is looked at before a record is mapped, by its list's own names
    feed.kind: msgspec.defstruct(
        f"{feed.kind}Head",
        [("id", str | None, None), ("stamp", str | None, None)],
        bases=(Loose,),
        rename={"id": feed.id_field, "stamp": _UPDATED},
    )
    for feed in FEEDS
}


def records_of(feed: Feed, listing: Listing, tenant_id: str) -> tuple[list[Record], list[Finding]]:
    """The records of one answer, and a finding for each that does not even tell its id."""
    records, findings = [], []
    for raw in listing.raws:
        external_id, updated_at = _head(feed, raw)
        if feed.kind == "Organisation":
            external_id = tenant_id
        elif external_id is None and feed.kind == "TaxRates":
            external_id = decode.peek(raw, "Name")  # a rate made by hand may have no type
        if external_id is None:
            findings.append(decode.undecodable(feed.kind, "?", f"it has no {feed.id_field}"))
            continue
        if unnamed := decode.unnameable(feed.kind, external_id):
            findings.append(unnamed)
            continue
        record = Record(
            kind=feed.kind, external_id=external_id, raw=raw, seen_at=listing.requested_at, updated_at=updated_at
        )
        records.append(record)
    return records, findings


def _head(feed: Feed, raw: bytes) -> tuple[str | None, datetime | None]:
    """A record's id and stamp, in one reading: there are hundreds of thousands."""
    try:
        head: Any = decode.loosely(raw, _HEADS[feed.kind])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return decode.peek(raw, feed.id_field), None
    return head.id, instant(head.stamp) if feed.stamp == _UPDATED else None


def in_order(records: Sequence[Record]) -> bool:
    stamps = [record.updated_at for record in records if record.updated_at is not None]
    return all(one <= other for one, other in pairwise(stamps))


def highest(records: Sequence[Record], high: datetime | None) -> datetime | None:
    stamps = [record.updated_at for record in records if record.updated_at is not None]
    return max([*stamps, *([high] if high else [])], default=None)


def following(start: datetime | None, number: int, high: datetime | None) -> tuple[datetime | None, int]:
    """From the newest stamp on, page 1; within one second (the header has whole seconds) by page number."""
    if high is None:
        return start, number + 1
    floor = high.astimezone(UTC).replace(microsecond=0) - timedelta(seconds=1)
    if start is not None and floor <= start:
        return start, number + 1
    return floor, 1


def total_of(listing: Listing, came: int) -> int | None:
    if listing.pagination is None or listing.pagination.itemCount is None:
        return None
    return max(came, listing.pagination.itemCount)


def text_of(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat()
