"""Consents under way: the state of an OAuth round trip, used once, and what it granted until a company is chosen."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, and_, delete, exists, select, update

from store.tables.tenancy import connections, consent_states, token_sets


def open_consent(
    connection: Connection,
    organisation_id: UUID,
    *,
    state_hash: str,
    session_hash: str,
    provider: str,
    purpose: dict[str, Any],
    expires_at: datetime,
) -> None:
    connection.execute(
        consent_states.insert().values(
            organisation_id=organisation_id,
            state_hash=state_hash,
            session_hash=session_hash,
            provider=provider,
            purpose=purpose,
            expires_at=expires_at,
        )
    )


def use_consent(connection: Connection, organisation_id: UUID, state_hash: str, now: datetime) -> Row[Any] | None:
    """Marks the state used and gives it; None where it is unknown, used already or expired."""
    where = and_(consent_states.c.organisation_id == organisation_id, consent_states.c.state_hash == state_hash)
    done = connection.execute(
        update(consent_states)
        .where(where, consent_states.c.used_at.is_(None), consent_states.c.expires_at > now)
        .values(used_at=now)
    )
    if done.rowcount != 1:
        return None
    return connection.execute(select(consent_states).where(where)).one()


def keep_grant(connection: Connection, organisation_id: UUID, state_hash: str, sealed: bytes) -> None:
    where = and_(consent_states.c.organisation_id == organisation_id, consent_states.c.state_hash == state_hash)
    connection.execute(update(consent_states).where(where).values(granted=sealed))


def find_grant(connection: Connection, organisation_id: UUID, state_hash: str, now: datetime) -> Row[Any] | None:
    where = and_(consent_states.c.organisation_id == organisation_id, consent_states.c.state_hash == state_hash)
    query = select(consent_states).where(
        where, consent_states.c.granted.is_not(None), consent_states.c.expires_at > now
    )
    return connection.execute(query).one_or_none()


def purge(connection: Connection, now: datetime) -> int:
    """Deletes consents that ran out, with whatever they had granted; returns how many."""
    return connection.execute(delete(consent_states).where(consent_states.c.expires_at <= now)).rowcount


def close_consent(connection: Connection, organisation_id: UUID, state_hash: str) -> None:
    where = and_(consent_states.c.organisation_id == organisation_id, consent_states.c.state_hash == state_hash)
    connection.execute(update(consent_states).where(where).values(granted=None))


def delete_tokens_unless_shared(connection: Connection, organisation_id: UUID, token_set_id: UUID) -> None:
    """Deletes a token set that no connection uses any more."""
    used = exists().where(connections.c.organisation_id == organisation_id, connections.c.token_set_id == token_set_id)
    where = and_(token_sets.c.organisation_id == organisation_id, token_sets.c.id == token_set_id)
    connection.execute(delete(token_sets).where(where, ~used))
