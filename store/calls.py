"""Calls to the providers, counted by connection and UTC day: what budgets are held against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, func, select

from store.tables.calls import call_counts, webhook_sequences
from store.upsert import insert_into


@dataclass(frozen=True, slots=True)
class Counted:
    """What was spent on one connection. told: the provider's last word on what is left, by scope."""

    organisation_id: UUID
    connection_id: UUID
    provider: str
    calls: int
    refused: int
    told: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Of one connection: calls today and this month (UTC), refused today, and what the provider said was left today."""

    today: int = 0
    month: int = 0
    refused_today: int = 0
    told: dict[str, int] = field(default_factory=dict)


def add(connection: Connection, counted: Sequence[Counted], now: datetime) -> None:
    """Adds to the day's rows."""
    insert = insert_into(connection, call_counts)
    changed = {
        "calls": call_counts.c.calls + insert.excluded.calls,
        "refused": call_counts.c.refused + insert.excluded.refused,
        "told": insert.excluded.told,
        "updated_at": insert.excluded.updated_at,
    }
    keys = [column.name for column in call_counts.primary_key]
    for one in counted:
        row = {
            "organisation_id": one.organisation_id, "connection_id": one.connection_id, "day": _day(now),
            "provider": one.provider, "calls": one.calls, "refused": one.refused, "told": one.told, "updated_at": now,
        }  # fmt: skip
        connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=changed), row)


def tallies(connection: Connection, organisation_id: UUID, now: datetime) -> dict[UUID, Tally]:
    """connection id -> what it spent; those that spent nothing this month are left out."""
    query = select(call_counts).where(
        call_counts.c.organisation_id == organisation_id, call_counts.c.day >= _day(now).replace(day=1)
    )
    found: dict[UUID, Tally] = {}
    for row in connection.execute(query.order_by(call_counts.c.day)):
        found[row.connection_id] = _with(found.get(row.connection_id, Tally()), row, _day(now))
    return found


def _with(tally: Tally, row: Any, today: date) -> Tally:
    if row.day != today:
        return Tally(month=tally.month + row.calls)
    return Tally(today=row.calls, month=tally.month + row.calls, refused_today=row.refused, told=row.told)


def month_of_app(connection: Connection, provider: str, now: datetime) -> int:
    """Calls of this UTC month over all companies of an app: what Intuit meters."""
    query = select(func.coalesce(func.sum(call_counts.c.calls), 0)).where(
        call_counts.c.provider == provider, call_counts.c.day >= _day(now).replace(day=1)
    )
    return int(connection.execute(query).scalar_one())


def prune(connection: Connection, now: datetime) -> int:
    """Forgets days before the last month; returns how many rows. Budgets and meters look at this month and today."""
    before = (_day(now).replace(day=1) - timedelta(days=1)).replace(day=1)
    return connection.execute(delete(call_counts).where(call_counts.c.day < before)).rowcount


def note_sequence(connection: Connection, provider: str, first: int, last: int, now: datetime) -> bool:
    """Keeps the newest number of a provider's events; True where some before `first` have not come."""
    before = connection.execute(
        select(webhook_sequences.c.last).where(webhook_sequences.c.provider == provider)
    ).scalar_one_or_none()
    if before is None or last > before:
        insert = insert_into(connection, webhook_sequences)
        row = {"provider": provider, "last": last, "heard_at": now}
        connection.execute(
            insert.on_conflict_do_update(
                index_elements=["provider"], set_={"last": insert.excluded.last, "heard_at": insert.excluded.heard_at}
            ),
            row,
        )
    return before is not None and first > before + 1


def _day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()
