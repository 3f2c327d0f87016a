"""The calls that posting takes, counted at the stand-in, beside the least that each provider's own ways allow."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path

from bench.posting.desk import Desk, desk_over, paid_by_bank
from posting.rules import Mode
from store import schema
from store.database import Database

WRITES = {"quickbooks": 30, "xero": 50}
"""Records that one writing call takes."""
READS = {"quickbooks": (200, 200), "xero": (40, 30)}
"""Documents and payments that one reading call names by their ids, as long as the address or the filter may be."""
SPARE = {"quickbooks": 4, "xero": 8}
"""The first bunch is read and written for itself, and the last of each list is not full."""


@dataclass(frozen=True, slots=True)
class Counted:
    provider: str
    matches: int
    posted: int
    made: dict[str, int] = field(default_factory=dict)
    least: dict[str, int] = field(default_factory=dict)
    seconds_per_1000: float = 0.0

    @property
    def holds(self) -> bool:
        writes_least = self.made.get("write", 0) == self.least["write"]
        reads = self.made.get("read", 0) - self.least["read"]
        return self.posted == self.matches and writes_least and reads <= SPARE[self.provider]


def calls(provider: str, folder: Path, *, matches: int) -> Counted:
    """Posts so many matches of one invoice each, in this process."""
    database = Database(f"sqlite+pysqlite:///{folder / provider}-calls.db")
    schema.upgrade(database)
    with desk_over(database, folder / "home-calls", provider, count=matches) as desk:
        desk.rules(Mode.AUTOMATIC)
        paid_by_bank(desk, range(matches))
        desk.reconcile()
        desk.accept_all()
        before = len(desk.stand.journal)
        began = desk.clock.monotonic() - desk.clock.slept
        done = desk.post()
        seconds = desk.clock.monotonic() - desk.clock.slept - began
        made = _kinds(desk, before)
    documents, payments = READS[provider]
    least = {
        "write": ceil(matches / WRITES[provider]),
        "read": 2 * ceil(matches / documents) + ceil(matches / payments),
    }
    return Counted(provider, matches, done.posted, made, least, round(seconds * 1000 / matches, 1))


def _kinds(desk: Desk, before: int) -> dict[str, int]:
    found: Counter[str] = Counter()
    for entry in desk.stand.journal.entries()[before:]:
        wrote = entry.method in ("PUT", "DELETE") or (
            entry.method == "POST" and not entry.path.partition("?")[0].endswith("/query")
        )
        found["write" if wrote else "read"] += 1
    return dict(found)
