"""Where each feed of a connection stands; written in the transaction of the rows it stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select

from store.scope import Scope
from store.tables.intake import cursors
from store.upsert import upsert


@dataclass(frozen=True, slots=True)
class Cursor:
    """done: the feed had reached the present. full: the pass under way (or the last) began from nothing."""

    state: Mapping[str, Any]
    done: bool
    full: bool
    updated_at: datetime


def load_cursor(connection: Connection, scope: Scope, feed: str) -> Cursor | None:
    row = connection.execute(select(cursors).where(scope.where(cursors), cursors.c.feed == feed)).one_or_none()
    return None if row is None else Cursor(row.state, row.done, row.full, row.updated_at)


def save_cursor(
    connection: Connection, scope: Scope, feed: str, state: Mapping[str, Any], *, done: bool, full: bool, now: datetime
) -> None:
    row = {**scope.keys(), "feed": feed, "state": dict(state), "done": done, "full": full, "updated_at": now}
    upsert(connection, cursors, [row])


def forget_cursors(connection: Connection, scope: Scope) -> None:
    """Makes the next pass a full one."""
    connection.execute(delete(cursors).where(scope.where(cursors)))
