"""What the schedule has to nudge, decided from a connection's row alone. Pure."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

SYNC_EVERY = timedelta(minutes=15)  # webhooks tell of most changes; the poll finds what they lost
GO_ON_AFTER = timedelta(minutes=2)  # a pass that was cut off; one that still runs holds its lock and loses nothing
LOOK_AFTER = timedelta(seconds=30)  # what came is looked at within seconds; else its worker was killed
ASK_AGAIN_EVERY = timedelta(days=1)  # where a person has to act: they may have done so at the provider
NIGHT_BEGINS = time(1)
NIGHT_MINUTES = 240


def sync_is_due(row: Any, now: datetime) -> bool:
    """Whether a connection should be synced now."""
    if row.state == "disconnected" or row.token_set_id is None or is_parked(row, now):
        return False
    started: datetime | None = row.last_started_at
    if row.state == "action_needed":
        failed: datetime | None = row.last_failed_at
        return failed is not None and now - failed >= ASK_AGAIN_EVERY
    if started is None:
        return True
    if any(moment is not None and started < moment for moment in (row.catch_up_at, row.parked_until)):
        return True
    unfinished = bool(row.progress.get("feeds")) or was_cut_off(row, now)
    return now - started >= (GO_ON_AFTER if unfinished else SYNC_EVERY)


def was_cut_off(row: Any, now: datetime) -> bool:
    """Whether a pass began that has neither ended nor failed: its process ended, its turn is over, or it runs still."""
    if row.state in {"disconnected", "action_needed"} or row.token_set_id is None or is_parked(row, now):
        return False
    started: datetime | None = row.last_started_at
    failed: datetime | None = row.last_failed_at
    return bool(row.progress) and started is not None and (failed is None or failed < started)


def look_is_due(row: Any, now: datetime, after: timedelta = LOOK_AFTER) -> bool:
    """Whether something came that nobody looked at: whoever was about to was killed, or is about to still."""
    if row.look_due_at is None or was_cut_off(row, now):
        return False  # a pass that goes on looks at its end
    return bool(now - row.look_due_at >= after)


def is_parked(row: Any, now: datetime) -> bool:
    return row.parked_until is not None and now < row.parked_until


def recheck_is_due(row: Any, now: datetime, zone: str) -> bool:
    """Whether tonight's re-read is still to come: once a night, each connection at a time of its own."""
    if (
        row.token_set_id is None
        or row.state not in {"healthy", "delayed"}
        or row.last_synced_at is None
        or is_parked(row, now)
    ):
        return False
    return bool((row.rechecked_at or row.connected_at) < night_slot(row.id, now, zone))


def verify_is_due(row: Any, started: datetime | None, now: datetime, zone: str) -> bool:
    """Whether tonight's verification is still to come: after the re-read, once a night whatever came of it.

    started: when the connection's last verification began.
    """
    if row.token_set_id is None or row.state not in {"healthy", "delayed"} or is_parked(row, now):
        return False
    slot = night_slot(row.id, now, zone)
    if row.rechecked_at is None or row.rechecked_at < slot:
        return False
    return started is None or started < slot


def night_slot(connection_id: UUID, now: datetime, zone: str) -> datetime:
    """The last moment at which this connection's turn in the night came: between one and five in its books' zone."""
    local = now.astimezone(ZoneInfo(zone))
    after = timedelta(minutes=zlib.crc32(connection_id.bytes) % NIGHT_MINUTES)
    slot = datetime.combine(local.date(), NIGHT_BEGINS, local.tzinfo) + after
    if slot > local:
        slot -= timedelta(days=1)
    return slot.astimezone(UTC)
