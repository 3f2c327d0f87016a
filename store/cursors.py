"""Where each feed of a connection stands; written in the transaction of the rows it stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select

from store.scope import Scope, of_keys
from store.tables.intake import cursors
from store.upsert import upsert


@dataclass(frozen=True, slots=True)
class Cursor:
    """done: the feed had reached the present. full: the pass under way (or the last) began from nothing.

    tracking: the full pass notes the ids that it sees, to tell at its end what is gone. started_at: when the pass began.
    """

    state: Mapping[str, Any]
    done: bool
    full: bool
    tracking: bool
    started_at: datetime


_OF_FEED = select(cursors).where(of_keys(cursors), cursors.c.feed == bindparam("of_feed"))


def load_cursor(connection: Connection, scope: Scope, feed: str) -> Cursor | None:
    row = connection.execute(_OF_FEED, {**scope.keys(), "of_feed": feed}).one_or_none()
    return None if row is None else Cursor(row.state, row.done, row.full, row.tracking, row.started_at)


def save_cursor(connection: Connection, scope: Scope, feed: str, cursor: Cursor, now: datetime) -> None:
    row = {
        **scope.keys(),
        "feed": feed,
        "state": dict(cursor.state),
        "done": cursor.done,
        "full": cursor.full,
        "tracking": cursor.tracking,
        "started_at": cursor.started_at,
        "updated_at": now,
    }
    upsert(connection, cursors, [row])


def forget_cursors(connection: Connection, scope: Scope) -> None:
    """Makes the next pass a full one."""
    connection.execute(delete(cursors).where(scope.where(cursors)))
