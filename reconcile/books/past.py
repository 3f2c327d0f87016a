"""The books as they stood on the morning of a past day: what was known then, and what was still open.

Of each document the newest version that was recorded by the end of that day counts. What the first import brought had been
in the books before we looked, so it counts from its own date. What is open follows from the allocations dated before it.
"""

from __future__ import annotations

import bisect
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from ledger.allocation import effective_day
from reconcile.books.world import World

IMPORT_TAKES = timedelta(days=2)  # the first pass of a large company, with a pause for its call limits
_CLOSED = frozenset({"void", "draft", "uncollectible"})
_NOUNS = {"invoices": "invoice", "credit_notes": "credit_note"}
_ONE_DAY = timedelta(days=1)


@dataclass(slots=True)
class Past:
    """Built once from the standing rows; `on` then gives any day's world."""

    world: World
    accepted: Sequence[Any]
    _versions: dict[UUID, list[Any]] = field(default_factory=lambda: defaultdict(list))
    _begun: dict[UUID, datetime] = field(default_factory=dict)
    _moves: dict[tuple[UUID, str, str], list[tuple[date, int]]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, world: World, versions: Sequence[Any], accepted: Sequence[Any]) -> Past:
        past = cls(world, accepted)
        for row in versions:
            past._versions[row.value_id].append(row)
            begun = past._begun.get(row.connection_id)
            past._begun[row.connection_id] = row.recorded_at if begun is None else min(begun, row.recorded_at)
        issued = issued_days(world)
        for row in world.rows["allocations"]:
            source = (row.connection_id, row.source_kind, row.source_external_id)
            target = (row.connection_id, row.target_kind, row.target_external_id)
            on = effective_day(row.basis, row.applied_on, issued.get(source), issued.get(target))
            if on is None or row.reversed_on is not None:
                continue
            if row.target_kind == "invoice":
                past._moves[target].append((on, row.amount_minor))
            if row.source_kind == "credit_note":
                past._moves[source].append((on, row.source_amount_minor))
        return past

    def on(self, day: date) -> World:
        """The world on that day's morning; nothing that was decided or applied on the day itself is known."""
        rows = dict(self.world.rows)
        for noun, kind in _NOUNS.items():
            rows[noun] = [then for row in rows[noun] if (then := self._document(row, kind, day)) is not None]
        return replace(self.world, rows=rows, receipts=[], reserved=self._reserved(day), confirmed=[], steps=[])

    def _document(self, row: Any, kind: str, day: date) -> Any | None:
        """The document as it was; None where nobody could know of it."""
        if row.issued_on is None or row.issued_on > day:
            return None
        then = self._version(row, day)
        if then is None:
            return None
        total, status = (row.total_minor, row.status) if then is row else (then.amount_minor, then.status)
        taken = sum(minor for on, minor in self._moves.get((row.connection_id, kind, row.external_id), ()) if on < day)
        left = max(0, int(total or 0) - taken)
        if status not in _CLOSED:
            status = "open" if left else "paid" if kind == "invoice" else "applied"
        return SimpleNamespace(
            **{**row._mapping, "total_minor": int(total or 0), "open_amount_minor": left, "status": status}
        )

    def _version(self, row: Any, day: date) -> Any | None:
        found = self._versions.get(row.id)
        if not found:
            return row
        place = bisect.bisect_right([one.recorded_at for one in found], end_of(day))
        if place:
            return None if found[place - 1].gone else found[place - 1]
        first = found[0]
        return first if first.recorded_at <= self._begun[first.connection_id] + IMPORT_TAKES else None

    def _reserved(self, day: date) -> dict[UUID, int]:
        taken: dict[UUID, int] = defaultdict(int)
        morning = end_of(day - _ONE_DAY)
        for row in self.accepted:
            if row.decided_at <= morning:
                taken[row.document_id] += row.applied_minor
        return taken


def issued_days(world: World) -> dict[tuple[UUID, str, str], date | None]:
    """(connection, kind, external id) of invoices and credit notes -> their own day."""
    return {
        (row.connection_id, kind, row.external_id): row.issued_on
        for noun, kind in _NOUNS.items()
        for row in world.rows[noun]
    }


def end_of(day: date) -> datetime:
    return datetime.combine(day, time.max, tzinfo=UTC)


def days_between(since: date, until: date) -> list[date]:
    return [since + timedelta(days=number) for number in range((until - since).days + 1)]


def by_document(rows: Sequence[Any], twins: Mapping[UUID, Any]) -> dict[tuple[UUID, str], UUID]:
    """(connection, external id) of invoices -> the receivable: the primary where the document is a mirror."""
    return {(row.connection_id, row.external_id): twins[row.id].id if row.id in twins else row.id for row in rows}
