"""What state a connection is in at a moment, why, and what is to be done: one answer for the page, the command, every banner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from runtime.due import is_parked
from runtime.queue import JOB_SECONDS_MAX

LONGEST_SYNC = timedelta(seconds=JOB_SECONDS_MAX)
LONGEST_SILENCE = timedelta(minutes=10)  # of a pass that runs: it tells of itself with every page
OVERDUE = timedelta(hours=1)  # four looks of the schedule were left out
_OWN_FILES = "statement"
_RUN_ON = "by itself while a worker runs (`tieout serve`), or with `tieout sync`"
_AT_REST = f"It is asked again {_RUN_ON}; what was read stays."


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """state: healthy, syncing, parked, delayed, action_needed or disconnected. reason and remedy: a sentence each."""

    state: str
    reason: str | None = None
    remedy: str | None = None

    @property
    def sentence(self) -> str | None:
        return " ".join(part for part in (self.reason, self.remedy) if part) or None


def condition_of(row: Any, now: datetime) -> Condition:
    """From the connection's row alone. Pure."""
    if row.state == "disconnected":
        return Condition(state=row.state, reason=row.state_reason)
    if row.role == _OWN_FILES:  # brought by hand: nothing is due
        return Condition(state=row.state, reason=row.state_reason)
    if row.state == "action_needed":
        return Condition(
            state=row.state,
            reason=row.state_reason,
            remedy=f"An owner connects it on the connections page or with `tieout connect {row.provider}`.",
        )
    if is_parked(row, now):
        rest = "Nothing is asked until that time is over; it goes on by itself then."
        return Condition(state="parked", reason=row.state_reason, remedy=rest)
    if _is_under_way(row):
        return _under_way(row, now)
    asked = max((at for at in (row.last_started_at, _ended_at(row), row.parked_until) if at is not None), default=None)
    if asked is None:
        return Condition(state="syncing", reason="The first import waits for a worker.")
    if now - asked > OVERDUE:
        reason = (
            row.state_reason or f"{row.company_name} was not asked for over an hour, a sync is due every 15 minutes."
        )
        return Condition(state="delayed", reason=reason, remedy=f"Nothing looks after it: it goes on {_RUN_ON}.")
    if row.state == "healthy" and row.catch_up_at is not None and row.last_started_at < row.catch_up_at:
        return Condition(
            state=row.state, reason="Webhooks did not come.", remedy=f"What they told of is read {_RUN_ON}."
        )
    return Condition(state=row.state, reason=row.state_reason, remedy=_AT_REST if row.state == "delayed" else None)


def _ended_at(row: Any) -> datetime | None:
    return max((at for at in (row.last_synced_at, row.last_failed_at) if at is not None), default=None)


def _is_under_way(row: Any) -> bool:
    """A sync runs while its last start is newer than the last end, good or bad."""
    ended = _ended_at(row)
    return row.last_started_at is not None and (ended is None or row.last_started_at > ended)


def _under_way(row: Any, now: datetime) -> Condition:
    """One that was killed never ends, but falls silent."""
    told = row.progress.get("told_at")
    silent = now - (datetime.fromisoformat(told) if told else row.last_started_at)
    if silent > (LONGEST_SILENCE if told else LONGEST_SYNC):
        rest = "It goes on by itself while a worker runs, or sync again: it resumes where it was cut off."
        return Condition(state="delayed", reason="The last sync did not come to its end.", remedy=rest)
    return Condition(state="syncing")
