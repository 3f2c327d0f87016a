"""Findings that no record tells by itself: they follow from what stands beside it."""

from __future__ import annotations

from datetime import datetime

from sync.apply import Target
from sync.unnamed import note_unnamed
from sync.unsourced import note_unsourced

PROCESSOR = "processor"


def note_hindsight(target: Target, role: str, now: datetime, *, since: datetime | None = None) -> None:
    """role: the connection's. since: what was written since then has to be looked at, at least; None: all."""
    if role == PROCESSOR:
        note_unsourced(target, now, since=since)
    else:
        note_unnamed(target, now)
