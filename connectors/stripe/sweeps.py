"""Kinds whose additions have no event: listed by `created` from the last one seen, with an overlap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from connectors.decode import Loose, loosely
from connectors.stripe.api import Batch, Params

SWEPT = ("balance_transactions", "invoice_payments")
OVERLAP_SECONDS = 300  # lists may show an object a little after its own time
_KEPT_IDS = 100  # a page of known ids ends a sweep


class _Row(Loose):
    id: str = ""
    created: int | None = None
    status: str | None = None


def note_sweep(place: dict[str, Any], raws: Sequence[bytes], *, first: bool) -> None:
    """Notes a page in the place of its kind: the newest of the first page, and the oldest that is still pending."""
    rows = rows_of(raws)
    times = [row.created for row in rows if row.created is not None]
    if first and times:
        place["from"] = max([*times, place["from"] or 0])
        place["seen"] = [row.id for row in rows][:_KEPT_IDS]
    pending = [row.created for row in rows if row.status == "pending" and row.created is not None]
    if pending:
        place["pending"] = min([*pending, place["pending"] or pending[0]])


def sweep_params(place: dict[str, Any], *, settle: bool) -> Params:
    """Which rows to list. settle: money became available, so that pending ones are read again too."""
    if place["from"] is None:
        return ()
    start = place["from"] - OVERLAP_SECONDS
    if settle and place["pending"] is not None:
        start = min(start, place["pending"])
    return (("created[gte]", str(start)),)


def is_known(place_seen: Sequence[str], batch: Batch) -> bool:
    """Whether every row of the page was seen before: older ones then were too."""
    return {row.id for row in rows_of(batch.raws)} <= set(place_seen)


def rows_of(raws: Sequence[bytes]) -> list[_Row]:
    rows = []
    for raw in raws:
        try:
            rows.append(loosely(raw, _Row))
        except (msgspec.DecodeError, UnicodeDecodeError):
            rows.append(_Row())
    return rows
