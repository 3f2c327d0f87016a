"""Counts over all organisations, for the machine's metrics: no names, no amounts."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from store.tables.intake import inbox
from store.tables.matching import receipts
from store.tables.tenancy import connections


def receipts_by_status(connection: Connection) -> dict[str, int]:
    query = select(receipts.c.status, func.count()).group_by(receipts.c.status).order_by(receipts.c.status)
    return {row[0]: int(row[1]) for row in connection.execute(query)}


def inbox_by_state(connection: Connection) -> dict[str, int]:
    query = select(inbox.c.state, func.count()).group_by(inbox.c.state).order_by(inbox.c.state)
    return {row[0]: int(row[1]) for row in connection.execute(query)}


def connections_by_state(connection: Connection) -> dict[tuple[str, str], int]:
    query = (
        select(connections.c.provider, connections.c.state, func.count())
        .group_by(connections.c.provider, connections.c.state)
        .order_by(connections.c.provider, connections.c.state)
    )
    return {(row[0], row[1]): int(row[2]) for row in connection.execute(query)}
