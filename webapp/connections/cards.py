"""What a connection's card says: state in words, how far an import is, what came, what it needs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from runtime.freshness import Freshness, Looked
from store.database import Connection
from store.queries.screens import connections

HISTORY = "history"  # the ledgers' feed of what lies before a start date


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One kind of record that is coming in. total: None where the provider does not say."""

    name: str
    came: int
    total: int | None
    done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """share: how much of a running import is done, 0 to 1."""

    row: Any
    feeds: tuple[Feed, ...]
    feeds_in_all: int
    records: tuple[tuple[str, int], ...]
    findings: int
    fresh: Freshness

    @property
    def state(self) -> str:
        """A key of webapp.shown.STATES."""
        return self.fresh.condition.state

    @property
    def reason(self) -> str | None:
        return self.fresh.condition.reason

    @property
    def remedy(self) -> str | None:
        return self.fresh.condition.remedy

    @property
    def is_syncing(self) -> bool:
        return self.state == "syncing"

    @property
    def share(self) -> float:
        return 0.0 if self.fresh.import_ is None else self.fresh.import_.share

    @property
    def time_left(self) -> str | None:
        """In words, rounded up; None where nothing can be said."""
        left = None if self.fresh.import_ is None else self.fresh.import_.seconds_left
        if left is None:
            return None
        minutes = -(-left // 60)
        return "less than a minute left" if minutes <= 1 else f"about {minutes} minutes left"

    @property
    def records_in_all(self) -> int:
        return sum(number for _, number in self.records)


def cards(connection: Connection, organisation_id: UUID, now: datetime, monthly_reads: int) -> list[Card]:
    looked = Looked(connection, organisation_id, now, monthly_reads)
    counts: dict[UUID, list[tuple[str, int]]] = defaultdict(list)
    for row in connections.record_counts(connection, organisation_id):
        counts[row.connection_id].append((words(row.kind), row.records))
    found = connections.finding_counts(connection, organisation_id)
    return [
        _card(row, counts.get(row.id, ()), found.get(row.id, 0), looked.of(row))
        for row in connections.listed(connection, organisation_id)
    ]


def _card(row: Any, records: Sequence[tuple[str, int]], findings: int, fresh: Freshness) -> Card:
    told = row.progress.get("feeds", {})
    feeds = tuple(
        Feed(name=words(name), came=one["came"], total=one["total"], done=one["done"])
        for name, one in told.items()
        if name != HISTORY or row.since is not None  # without a start date nothing lies behind
    )
    return Card(
        row=row, feeds=feeds, feeds_in_all=int(row.progress.get("of", 0)),
        records=tuple(records), findings=findings, fresh=fresh,
    )  # fmt: skip


def words(kind: str) -> str:
    """A provider's kind of record as people read it: `BalanceTransaction` and `balance_transactions` alike."""
    spaced = "".join(f" {sign.lower()}" if sign.isupper() else sign for sign in kind)
    return spaced.replace("_", " ").replace(".", " ").replace("/", " ").strip()
