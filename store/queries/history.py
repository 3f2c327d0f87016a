"""What we knew when: a value as it stands, and as it stood before its content changed.

The table of versions holds what was superseded; the newest version of a value is its own row. An older database holds
some of the newest ones in both: they are told once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Row, Select, and_, exists, func, select, union_all

from store.tables.history import versions
from store.tables.pulled import NOUN_NAMED, NOUNS, Noun
from store.tables.tenancy import connections
from store.values import from_body, from_row
from store.versions import TOLD, body_text, told_columns, told_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of a value. body: its columns as JSON; empty where it was gone.

    provider_version: the provider's word for the last state that was seen with this content; empty while it stands.
    """

    value_id: UUID
    revision: int
    connection_id: UUID
    noun: str
    external_id: str
    valid_on: date | None
    gone: bool
    status: str | None
    currency: str | None
    amount_minor: int | None
    open_minor: int | None
    customer_external_id: str | None
    recorded_at: datetime
    provider_version: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownThen:
    """One value as it was known: whose it is, since when it was known so, and the value itself."""

    value_id: UUID
    connection_id: UUID
    revision: int
    recorded_at: datetime
    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A pulled thing that changed after a moment. before: as it was known then; None where it was not there."""

    provider: str
    before: Version | None
    after: Version


def _superseded(row: Row[Any]) -> Version:
    return Version(**{name: getattr(row, name) for name in (*TOLD, "provider_version", "body")})


def _standing(noun: Noun, row: Row[Any]) -> Version:
    return Version(**told_of(noun, row), provider_version="", body=msgspec.json.decode(body_text(noun, row)))


def _kept(noun: str) -> Noun:
    found = NOUN_NAMED[noun]
    if found.valid_on is None:
        raise ValueError(f"No versions are kept of {noun}.")
    return found


def versions_of(connection: Connection, organisation_id: UUID, noun: str, own_id: UUID) -> list[Version]:
    """What was known of a value, the first first. Raises ValueError for a noun of which no versions are kept."""
    kept = _kept(noun)
    before = select(versions).where(versions.c.organisation_id == organisation_id, versions.c.value_id == own_id)
    found = {row.revision: _superseded(row) for row in connection.execute(before.order_by(versions.c.revision))}
    own = and_(kept.table.c.organisation_id == organisation_id, kept.table.c.id == own_id)
    for row in connection.execute(select(kept.table).where(own)):
        found.setdefault(row.revision, _standing(kept, row))
    return list(found.values())


def version_at(
    connection: Connection, organisation_id: UUID, noun: str, own_id: UUID, moment: datetime
) -> Version | None:
    """A value as it was known at a moment; None where nothing was known of it by then."""
    by_then = [one for one in versions_of(connection, organisation_id, noun, own_id) if one.recorded_at <= moment]
    return by_then[-1] if by_then else None


def every_version(connection: Connection, organisation_id: UUID, noun: str, names: Sequence[str]) -> list[Row[Any]]:
    """Some columns (of store.versions.TOLD) of every version of a noun's values, by value, the oldest first."""
    kept = _kept(noun)
    twice = exists().where(
        versions.c.organisation_id == organisation_id,
        versions.c.value_id == kept.table.c.id,
        versions.c.revision == kept.table.c.revision,
    )
    before = select(*(versions.c[name] for name in names)).where(
        versions.c.organisation_id == organisation_id, versions.c.noun == noun
    )
    standing = select(*told_columns(kept, names)).where(kept.table.c.organisation_id == organisation_id, ~twice)
    both = union_all(before, standing).order_by("value_id", "revision")
    return list(connection.execute(both))


def known_at(
    connection: Connection,
    organisation_id: UUID,
    noun: str,
    moment: datetime,
    *,
    connection_id: UUID | None = None,
) -> Iterator[KnownThen]:
    """Values of a noun as recorded by `moment`, what was gone by then left out; those that stand so still come first.

    Raises ValueError for a noun of which no versions are kept (customers, say).
    """
    kept = _kept(noun)
    own = kept.table
    whose = own.c.organisation_id == organisation_id
    if connection_id is not None:
        whose = and_(whose, own.c.connection_id == connection_id)
    standing = select(own).where(whose, own.c.recorded_at <= moment, own.c.gone_at.is_(None))
    for row in connection.execute(standing.order_by(own.c.connection_id, own.c.external_id, own.c.id)):
        yield KnownThen(
            value_id=row.id, connection_id=row.connection_id, revision=row.revision, recorded_at=row.recorded_at,
            value=from_row(kept.value, dict(row._mapping)),
        )  # fmt: skip
    changed = select(own.c.id).where(whose, own.c.recorded_at > moment)
    before = _newest(organisation_id, changed, moment).where(versions.c.gone.is_(False))
    for row in connection.execute(
        before.order_by(versions.c.connection_id, versions.c.external_id, versions.c.value_id)
    ):
        yield KnownThen(
            value_id=row.value_id, connection_id=row.connection_id, revision=row.revision, recorded_at=row.recorded_at,
            value=from_body(kept.value, row.body),
        )  # fmt: skip


def changed_since(connection: Connection, organisation_id: UUID, entity_id: UUID, since: datetime) -> Iterator[Changed]:
    """Each pulled thing of the entity that changed after a moment, by noun and external id."""
    for noun in sorted((noun for noun in NOUNS if noun.valid_on is not None), key=lambda noun: noun.name):
        own = noun.table
        whose = and_(connections.c.organisation_id == own.c.organisation_id, connections.c.id == own.c.connection_id)
        where = and_(
            own.c.organisation_id == organisation_id, connections.c.entity_id == entity_id, own.c.recorded_at > since
        )
        touched = select(own.c.id).join_from(own, connections, whose).where(where)
        before = {
            row.value_id: _superseded(row) for row in connection.execute(_newest(organisation_id, touched, since))
        }
        query = select(own, connections.c.provider).join_from(own, connections, whose).where(where)
        for row in connection.execute(query.order_by(own.c.external_id, own.c.id)):
            yield Changed(provider=row.provider, before=before.get(row.id), after=_standing(noun, row))


def _newest(organisation_id: UUID, value_ids: Select[tuple[UUID]], moment: datetime) -> Select[Any]:
    """Of each of these values the newest version that was recorded by the moment."""
    wanted = value_ids.subquery()
    newest = (
        select(versions.c.value_id, func.max(versions.c.revision).label("revision"))
        .join(wanted, wanted.c.id == versions.c.value_id)
        .where(versions.c.organisation_id == organisation_id, versions.c.recorded_at <= moment)
        .group_by(versions.c.value_id)
        .subquery()
    )
    return (
        select(versions)
        .join(newest, and_(versions.c.value_id == newest.c.value_id, versions.c.revision == newest.c.revision))
        .where(versions.c.organisation_id == organisation_id)
    )
