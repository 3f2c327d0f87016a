"""Rows of one second that fill more than a page: told apart by page number alone, which an edit meanwhile shifts.

Such a second is walked until two walks in a row saw the same rows; what was edited has moved to a later second.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from connectors.port import Record

ROUNDS_MAX = 4
_REACH = timedelta(seconds=2)  # a walk begins a second before the newest stamp that it knows


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """seen: the rows of this round, before: those of the last one, as a sum of their ids; rounds: how many began."""

    seen: int = 0
    before: int | None = None
    rounds: int = 1

    @property
    def settled(self) -> bool:
        return self.seen == self.before

    @property
    def given_up(self) -> bool:
        return self.rounds >= ROUNDS_MAX and not self.settled

    def with_page(self, records: Iterable[Record], start: datetime | None) -> Tie:
        seen = self.seen
        for record in in_reach(records, start):
            digest = hashlib.blake2b(record.external_id.encode(), digest_size=7).digest()
            seen ^= int.from_bytes(digest, "big")
        return replace(self, seen=seen)

    def again(self) -> Tie:
        return Tie(before=self.seen, rounds=self.rounds + 1)

    def as_json(self) -> dict[str, Any]:
        return {"seen": self.seen, "before": self.before, "rounds": self.rounds}


def in_reach(records: Iterable[Record], start: datetime | None) -> list[Record]:
    """Those of the seconds that have to come to rest."""
    return [one for one in records if start is None or one.updated_at is None or one.updated_at < start + _REACH]


def tie_of(state: Mapping[str, Any] | None) -> Tie:
    return Tie(**state) if state else Tie()
