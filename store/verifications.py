"""Verifications and their rows: begun, ended once, never changed after that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, and_, func, select, update

from ledger.faults import NotFound
from store.scope import Scope
from store.tables.proving import verification_rows, verifications
from store.tables.tenancy import connections, entities
from store.tenancy import new_id

KEPT = 60  # a connection's verifications that a page lists


def ask(connection: Connection, scope: Scope, entity_id: UUID, on: date, *, by: str, now: datetime) -> UUID:
    """A person wants one; whoever verifies the connection next takes it up. One that waits already is enough."""
    waiting = _waiting(connection, scope)
    if waiting is not None:
        return waiting
    return _add(connection, scope, entity_id, on, "waiting", by, now)


def begin(connection: Connection, scope: Scope, entity_id: UUID, on: date, *, by: str, now: datetime) -> UUID:
    """A new one, or the one that somebody asked for: it stays theirs."""
    waiting = _waiting(connection, scope)
    if waiting is not None:
        values = {"state": "running", "started_at": now, "on": on}
        connection.execute(update(verifications).where(_one(scope, waiting)).values(**values))
        return waiting
    return _add(connection, scope, entity_id, on, "running", by, now)


def waiting(connection: Connection) -> list[tuple[UUID, UUID]]:
    """(organisation, connection) of everybody who waits: a lost queue forgets them, the schedule does not."""
    query = select(verifications.c.organisation_id, verifications.c.connection_id).where(
        verifications.c.state == "waiting"
    )
    return [(row[0], row[1]) for row in connection.execute(query.distinct())]


def end_lost(connection: Connection, before: datetime) -> None:
    """Those that began long ago and never ended: their process was killed."""
    lost = and_(verifications.c.state == "running", verifications.c.started_at < before)
    problem = "It did not come to its end; verify again."
    connection.execute(update(verifications).where(lost).values(state="failed", problem=problem))


def asked_by(connection: Connection, scope: Scope) -> str | None:
    """Who waits for a verification of this connection; None where nobody does."""
    query = select(verifications.c.asked_by).where(scope.where(verifications), verifications.c.state == "waiting")
    found: str | None = connection.execute(query.order_by(verifications.c.id).limit(1)).scalar_one_or_none()
    return found


def _waiting(connection: Connection, scope: Scope) -> UUID | None:
    query = select(verifications.c.id).where(scope.where(verifications), verifications.c.state == "waiting")
    found: UUID | None = connection.execute(query.order_by(verifications.c.id).limit(1)).scalar_one_or_none()
    return found


def _add(connection: Connection, scope: Scope, entity_id: UUID, on: date, state: str, by: str, now: datetime) -> UUID:
    own = new_id(now)
    connection.execute(
        verifications.insert().values(
            **scope.keys(), id=own, entity_id=entity_id, on=on, state=state, asked_by=by, started_at=now, calls=0,
            totals={},
        )
    )  # fmt: skip
    return own


def end(
    connection: Connection, scope: Scope, own: UUID, rows: Sequence[Mapping[str, Any]], *,
    totals: Mapping[str, Any], calls: int, now: datetime, anchor: Mapping[str, Any] | None = None,
) -> str:  # fmt: skip
    """Writes the rows down, and on the connection when it was held against the provider. Gives the state.

    anchor: how far the audit log had come.
    """
    if rows:
        keys = {"organisation_id": scope.organisation_id, "verification_id": own}
        connection.execute(
            verification_rows.insert(), [{**keys, "position": n, **row} for n, row in enumerate(rows, 1)]
        )
    state = "differs" if rows else "tied"
    connection.execute(
        update(verifications)
        .where(_one(scope, own))
        .values(state=state, ended_at=now, calls=calls, totals=dict(totals), anchor=anchor and dict(anchor))
    )
    where = and_(connections.c.organisation_id == scope.organisation_id, connections.c.id == scope.connection_id)
    connection.execute(update(connections).where(where).values(last_verified_at=now))
    return state


def fail(connection: Connection, scope: Scope, own: UUID, problem: str, *, calls: int, now: datetime) -> None:
    values = {"state": "failed", "ended_at": now, "problem": problem, "calls": calls}
    connection.execute(update(verifications).where(_one(scope, own)).values(**values))


def find(connection: Connection, organisation_id: UUID, own: UUID) -> Row[Any]:
    """With its connection's company. Raises NotFound."""
    row = connection.execute(
        _listed().where(verifications.c.organisation_id == organisation_id, verifications.c.id == own)
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such verification here.")
    found: Row[Any] = row
    return found


def rows_of(connection: Connection, organisation_id: UUID, own: UUID) -> list[Row[Any]]:
    query = (
        select(verification_rows)
        .where(verification_rows.c.organisation_id == organisation_id, verification_rows.c.verification_id == own)
        .order_by(verification_rows.c.position)
    )
    return list(connection.execute(query))


def newest(connection: Connection, organisation_id: UUID) -> dict[UUID, Row[Any]]:
    """By connection its last verification, one that runs or failed too."""
    last = (
        select(verifications.c.connection_id, func.max(verifications.c.started_at).label("at"))
        .where(verifications.c.organisation_id == organisation_id)
        .group_by(verifications.c.connection_id)
        .subquery()
    )
    query = _listed().join(
        last,
        and_(last.c.connection_id == verifications.c.connection_id, last.c.at == verifications.c.started_at),
    )
    found = connection.execute(query.where(verifications.c.organisation_id == organisation_id))
    return {row.connection_id: row for row in found}


def listed(connection: Connection, scope: Scope, limit: int = KEPT) -> list[Row[Any]]:
    """A connection's verifications, the newest first, with how many rows each has."""
    counted = (
        select(verification_rows.c.verification_id, func.count().label("differences"))
        .where(verification_rows.c.organisation_id == scope.organisation_id)
        .group_by(verification_rows.c.verification_id)
        .subquery()
    )
    query = (
        select(verifications, counted.c.differences)
        .outerjoin(counted, counted.c.verification_id == verifications.c.id)
        .where(scope.where(verifications))
        .order_by(verifications.c.started_at.desc(), verifications.c.id.desc())
        .limit(limit)
    )
    return list(connection.execute(query))


def last_started(connection: Connection) -> dict[UUID, datetime]:
    """By connection, of every organisation, when its last verification began, whatever came of it."""
    query = select(verifications.c.connection_id, func.max(verifications.c.started_at))
    return {row[0]: row[1] for row in connection.execute(query.group_by(verifications.c.connection_id))}


def last_ended(connection: Connection, scope: Scope) -> Row[Any] | None:
    """The newest that came to its end; one as of today goes before one as of a closed period."""
    query = (
        select(verifications)
        .where(scope.where(verifications), verifications.c.state.in_(("tied", "differs")))
        .order_by(verifications.c.on.desc(), verifications.c.started_at.desc())
        .limit(1)
    )
    found: Row[Any] | None = connection.execute(query).one_or_none()
    return found


def _listed() -> Any:
    whose = and_(
        connections.c.organisation_id == verifications.c.organisation_id,
        connections.c.id == verifications.c.connection_id,
    )
    owner = and_(
        entities.c.organisation_id == verifications.c.organisation_id, entities.c.id == verifications.c.entity_id
    )
    return (
        select(
            verifications, connections.c.company_name, connections.c.company_id, connections.c.provider,
            entities.c.name.label("entity_name"), entities.c.time_zone,
        )
        .join_from(verifications, connections, whose)
        .join(entities, owner)
    )  # fmt: skip


def _one(scope: Scope, own: UUID) -> Any:
    return and_(verifications.c.organisation_id == scope.organisation_id, verifications.c.id == own)
