"""Records on their way into the store, and what stands of them there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ledger.finding import Finding

IDS_PER_QUERY = 5_000  # they go out as one value

Key = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What stands of a record already."""

    version: str
    updated_at: datetime | None
    seen_at: datetime
    deleted: bool
    digest: str
    nouns: tuple[str, ...]
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One record to write, with the values it was mapped to (none when deleted). digest: of `raw`, where it is known."""

    kind: str
    external_id: str
    version: str
    updated_at: datetime | None
    seen_at: datetime
    deleted: bool
    raw: bytes
    values: tuple[Any, ...] = ()
    findings: tuple[Finding, ...] = ()
    digest: str = ""

    @property
    def key(self) -> Key:
        return (self.kind, self.external_id)


def by_kind(keys: Sequence[Key]) -> Iterator[tuple[str, list[str]]]:
    """A kind and some of its ids, no more than a query may name."""
    grouped: dict[str, list[str]] = defaultdict(list)
    for kind, external_id in keys:
        grouped[kind].append(external_id)
    for kind, ids in grouped.items():
        for start in range(0, len(ids), IDS_PER_QUERY):
            yield kind, ids[start : start + IDS_PER_QUERY]
