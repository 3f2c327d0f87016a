"""Whether automatic posting may be switched on: only after a replay of the organisation's own days has shown its figure.

Decisions and posting are neighbours that do not know each other; what one has proved opens the other here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from reconcile.books.switching import CHECKED_MIN, DAYS, FRESH_FOR, Tally, switches
from store.database import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Shadow:
    """What the newest replay showed. closed: why automatic posting may not be switched on; None where it may."""

    replay: Any | None
    tally: Tally
    closed: str | None


def shadow(connection: Connection, organisation_id: UUID, today: date) -> Shadow:
    found = switches(connection, organisation_id, today)
    return Shadow(replay=found.replay, tally=found.tally, closed=_closed(found.replay, found.tally, today))


def _closed(replay: Any | None, tally: Tally, today: date) -> str | None:
    if replay is None:
        return (
            f"Replay the last {DAYS} days under Settings, Matching first: it shows how often nobody would have erred."
        )
    if today - replay.until > FRESH_FOR:
        return f"The last replay is older than {FRESH_FOR.days} days; run it again under Settings, Matching."
    if tally.wrong:
        return (
            f"{tally.wrong} of {tally.checked} checked answers of your replay would have been wrong; "
            "look at them under Settings, Matching."
        )
    if tally.checked < CHECKED_MIN:
        return f"Only {tally.checked} answers of your replay could be checked; {CHECKED_MIN} are needed."
    return None
