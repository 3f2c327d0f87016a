"""What no record tells by itself: it follows from what stands beside it."""

from __future__ import annotations

from datetime import datetime

from connectors.port import Connector
from sync.apply import Target
from sync.currencies import settle_currencies
from sync.unnamed import note_unnamed
from sync.unsourced import note_unsourced

PROCESSOR = "processor"


def note_hindsight(
    target: Target, connector: Connector, role: str, now: datetime, *, since: datetime | None = None
) -> None:
    """role: the connection's. since: what was written since then has to be looked at, at least; None: all."""
    if role == PROCESSOR:
        note_unsourced(target, now, since=since)
    else:
        settle_currencies(target.fresh(), connector, now)
        note_unnamed(target, now)
