"""How fresh a connection is and what holds it up: the facts that the connections page and the command show alike."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from runtime.budget import Budget, budget_of
from runtime.condition import Condition, condition_of
from runtime.deadlines import WARN_BEFORE, consent_ends
from runtime.due import is_parked
from runtime.progress import HowFar, how_far
from store import calls, deadlines, inbox
from store.calls import Tally
from store.database import Connection
from store.queries.rechecks import last_heard

_OWN_FILES = frozenset({"statement"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """Of one connection. parked_until, consent_ends_at: only where they lie ahead; heard_at: its last webhook.

    last_failure stays after a good sync, with its moment; `condition` is how it stands now, why, and what is to be done.
    waiting, set_aside: webhooks that are kept and not worked on yet, and that could not be worked on.
    """

    last_synced_at: datetime | None
    last_failed_at: datetime | None
    last_failure: str | None
    condition: Condition
    parked_until: datetime | None
    heard_at: datetime | None
    rechecked_at: datetime | None
    consent_ends_at: datetime | None
    ends_soon: bool
    tally: Tally
    budget: Budget | None
    import_: HowFar | None
    waiting: int
    set_aside: int

    @property
    def beside(self) -> tuple[str, ...]:
        """What holds nothing up yet, and what to do about it."""
        ends = (
            f"Its consent ends on {self.consent_ends_at:%Y-%m-%d}; connect it again before that day."
            if self.ends_soon and self.condition.state != "disconnected"
            else ""
        )
        aside = (
            f"{self.set_aside} of its webhooks could not be worked on; what they told of is read with the syncs. "
            "`tieout hooks replay` tries them again."
            if self.set_aside
            else ""
        )
        return tuple(sentence for sentence in (ends, aside) if sentence)

    def as_json(self) -> dict[str, Any]:
        """As `tieout connections --json` and others read it."""
        budget, how = self.budget, self.import_
        return {
            "last_failed_at": self.last_failed_at,
            "last_failure": self.last_failure,
            "parked_until": self.parked_until,
            "webhooks_heard_at": self.heard_at,
            "webhooks_waiting": self.waiting,
            "webhooks_set_aside": self.set_aside,
            "rechecked_at": self.rechecked_at,
            "consent_ends_at": self.consent_ends_at,
            "calls": {
                "today": self.tally.today, "month": self.tally.month, "refused_today": self.tally.refused_today,
                "left": self.tally.told,
            },
            "budget": None if budget is None else {
                "span": budget.span, "allowed": budget.allowed, "spent": budget.spent,
                "percent": round(budget.share * 100, 1), "of_app": budget.of_app, "at_least": budget.at_least,
            },
            "import": None if how is None else {
                "records": how.came, "of": how.total, "percent": round(how.share * 100, 1),
                "seconds_left": how.seconds_left,
            },
        }  # fmt: skip


class Looked:
    """One look at an organisation's connections; `of` gives each its facts."""

    def __init__(self, connection: Connection, organisation_id: UUID, now: datetime, monthly_reads: int) -> None:
        """monthly_reads: what Intuit allows the app."""
        self._now = now
        self._monthly_reads = monthly_reads
        self._tallies = calls.tallies(connection, organisation_id, self._now)
        self._heard = last_heard(connection, organisation_id)
        self._left = inbox.left(connection, organisation_id)
        self._tokens = {row.id: row for row in deadlines.consents(connection, organisation_id)}
        self._intuit = calls.month_of_app(connection, "quickbooks", self._now)

    def of(self, row: Any) -> Freshness:
        tokens = self._tokens.get(row.id)
        refresh = None if tokens is None else tokens.refresh_expires_at
        ends = None if tokens is None else consent_ends(row.provider, row.connected_at, refresh)
        tally = self._tallies.get(row.id, Tally())
        parked = is_parked(row, self._now)
        asked = row.provider not in _OWN_FILES
        return Freshness(
            last_synced_at=row.last_synced_at,
            last_failed_at=row.last_failed_at,
            last_failure=row.last_failure,
            condition=condition_of(row, self._now),
            parked_until=row.parked_until if parked else None,
            heard_at=self._heard.get(row.id),
            rechecked_at=row.rechecked_at,
            consent_ends_at=ends,
            ends_soon=ends is not None and ends - self._now <= WARN_BEFORE,
            tally=tally,
            budget=budget_of(self._monthly_reads, row.provider, tally, self._intuit) if asked else None,
            import_=_import(row, self._now),
            waiting=self._left.get((row.id, "new"), 0),
            set_aside=self._left.get((row.id, "failed"), 0),
        )


def _import(row: Any, now: datetime) -> HowFar | None:
    """How long it will take is told of one that runs, and of no other."""
    how = how_far(row.progress)
    return how if how is None or condition_of(row, now).state == "syncing" else replace(how, seconds_left=None)
