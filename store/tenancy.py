"""Organisations, their entities and connections: made, found, changed. Every act is audited in the same transaction."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, and_, select, update

from ledger.company import Company
from ledger.faults import Ambiguous, BadInput, Conflict, NotFound
from ledger.ids import uuid7
from ledger.source import connection_id
from store.audit import Act, record
from store.tables.tenancy import connections, entities, organisations

COUNTRY_CHARACTERS_MAX = 3  # of a code
ROLES = {"quickbooks": "books", "xero": "books", "stripe": "processor", "statement": "statement"}
STATES = ("healthy", "delayed", "action_needed", "disconnected")


def new_id(now: datetime) -> UUID:
    return uuid7(now, secrets.token_bytes(10))


def add_organisation(connection: Connection, name: str, *, actor: str, now: datetime) -> UUID:
    organisation_id = new_id(now)
    salt = secrets.token_bytes(32)
    connection.execute(
        organisations.insert().values(id=organisation_id, name=name, policy={}, audit_salt=salt, created_at=now)
    )
    act = Act(
        actor=actor, verb="organisation.add", object_kind="organisation", object_id=str(organisation_id),
        summary=f"Organisation {name} was set up.", detail={"name": name},
    )  # fmt: skip
    record(connection, organisation_id, act, now)
    return organisation_id


def list_organisations(connection: Connection) -> list[Row[Any]]:
    return list(connection.execute(select(organisations).order_by(organisations.c.name)))


def any_organisation(connection: Connection) -> bool:
    return connection.execute(select(organisations.c.id).limit(1)).first() is not None


def find_organisation(connection: Connection, wanted: str | None) -> Row[Any]:
    """By id or name; without either the only one. Raises NotFound, or Ambiguous with the list."""
    rows = list_organisations(connection)
    if wanted is not None:
        rows = [row for row in rows if wanted.lower() in (str(row.id), row.name.lower())]
        if not rows:
            raise NotFound(f"There is no organisation {wanted!r}; `tieout connections` lists what there is.")
    if not rows:
        raise NotFound("There is no organisation yet; `tieout users add --owner` sets the first one up.")
    if len(rows) > 1:
        names = ", ".join(row.name for row in rows)
        raise Ambiguous(f"There are several organisations; name one with --organisation: {names}.")
    return rows[0]


def add_entity(connection: Connection, organisation_id: UUID, company: Company, *, actor: str, now: datetime) -> UUID:
    """A set of books named after the company. Home currency and zone come from it; UTC where it names no zone."""
    if company.home_currency is None:
        raise BadInput(f"{company.name} names no home currency; connect its ledger first, or a company that has one.")
    entity_id = new_id(now)
    connection.execute(
        entities.insert().values(
            organisation_id=organisation_id,
            id=entity_id,
            name=company.name,
            country=_country(company),
            time_zone=company.time_zone or "UTC",
            home_currency=company.home_currency,
            lock_date=company.lock_date,
            created_at=now,
        )
    )
    act = Act(
        actor=actor, verb="entity.add", object_kind="entity", object_id=str(entity_id),
        summary=f"Entity {company.name} was set up.",
        detail={"name": company.name, "home_currency": company.home_currency, "time_zone": company.time_zone or "UTC"},
    )  # fmt: skip
    record(connection, organisation_id, act, now)
    return entity_id


def _country(company: Company) -> str | None:
    """A code; providers write whole names too."""
    return company.country if company.country and len(company.country) <= COUNTRY_CHARACTERS_MAX else None


def list_entities(connection: Connection, organisation_id: UUID) -> list[Row[Any]]:
    query = select(entities).where(entities.c.organisation_id == organisation_id)
    return list(connection.execute(query.order_by(entities.c.name, entities.c.id)))


def find_entity(connection: Connection, organisation_id: UUID, wanted: str) -> Row[Any]:
    """By id, name, or a beginning of the name that no other has. Raises NotFound and Ambiguous, with what there is."""
    every, sought = list_entities(connection, organisation_id), wanted.strip().lower()
    rows = [row for row in every if sought in (str(row.id), row.name.lower())]
    if not rows and sought:
        rows = [row for row in every if row.name.lower().startswith(sought)]
        if len(rows) > 1:
            raise Ambiguous(f"Several entities begin with {wanted!r}: {', '.join(row.name for row in rows)}; name one.")
    if not rows:
        names = ", ".join(row.name for row in every) or "none"
        raise NotFound(f"There is no entity {wanted!r}; there are: {names}.")
    if len(rows) > 1:
        raise Ambiguous(
            f"Several entities are called {wanted!r}; name one by its id: {', '.join(str(r.id) for r in rows)}."
        )
    return rows[0]


def entity_for(
    connection: Connection, organisation_id: UUID, provider: str, company: Company, *, actor: str, now: datetime
) -> tuple[UUID, bool]:
    """The only entity if it can take the connection, else a new one; True where it was made."""
    standing = connection.execute(
        select(connections.c.entity_id).where(
            connections.c.organisation_id == organisation_id,
            connections.c.id == connection_id(provider, company.external_id),
        )
    ).scalar_one_or_none()
    if standing is not None:
        return standing, False
    rows = list_entities(connection, organisation_id)
    if len(rows) == 1 and can_join(connection, organisation_id, rows[0].id, provider):
        return rows[0].id, False
    return add_entity(connection, organisation_id, company, actor=actor, now=now), True


def take_over(connection: Connection, organisation_id: UUID, entity_id: UUID, company: Company) -> bool:
    """A ledger that joins an entity brings its home currency and zone: it is the book of record. True if they changed.

    What was mapped before is mapped again (runtime/passes.py), so that no date or amount stands on the old ones.
    """
    row = next(item for item in list_entities(connection, organisation_id) if item.id == entity_id)
    facts = {
        "home_currency": company.home_currency or row.home_currency,
        "time_zone": company.time_zone or row.time_zone,
        "country": _country(company) or row.country,
    }
    if all(getattr(row, name) == value for name, value in facts.items()):
        return False
    connection.execute(
        update(entities)
        .where(entities.c.organisation_id == organisation_id, entities.c.id == entity_id)
        .values(**facts)
    )
    return True


def can_join(connection: Connection, organisation_id: UUID, entity_id: UUID, provider: str) -> bool:
    """An entity has at most one ledger."""
    if ROLES[provider] != "books":
        return True
    query = select(connections.c.id).where(
        connections.c.organisation_id == organisation_id,
        connections.c.entity_id == entity_id,
        connections.c.role == "books",
    )
    return connection.execute(query.limit(1)).one_or_none() is None


def save_connection(
    connection: Connection,
    organisation_id: UUID,
    entity_id: UUID,
    provider: str,
    company: Company,
    *,
    token_set_id: UUID,
    since: date | None,
    actor: str,
    now: datetime,
) -> UUID:
    """Makes the connection, or takes up the one that stood for the same company. It only reads until told otherwise."""
    own_id = connection_id(provider, company.external_id)
    standing = find_connection_row(connection, organisation_id, own_id)
    values = {
        "company_name": company.name, "token_set_id": token_set_id, "state": "healthy", "state_reason": None,
        "live": company.live, "connected_by": actor, "connected_at": now,
        "facts": {"country": company.country, "home_currency": company.home_currency, "time_zone": company.time_zone,
                  "multi_currency": company.multi_currency},
    }  # fmt: skip
    if standing is None:
        if not can_join(connection, organisation_id, entity_id, provider):
            raise Conflict(
                "This entity has a ledger already; an entity has at most one. Choose or make another entity."
            )
        connection.execute(
            connections.insert().values(
                organisation_id=organisation_id, id=own_id, entity_id=entity_id, provider=provider,
                role=ROLES[provider], company_id=company.external_id, since=since, progress={}, **values,
            )
        )  # fmt: skip
    else:
        if standing.entity_id != entity_id:
            raise Conflict(f"{company.name} is connected to another entity already; disconnect it there first.")
        if since is not None:
            values["since"] = since
        connection.execute(_one(update(connections), organisation_id, own_id).values(**values))
    act = Act(
        actor=actor, verb="connection.connect", object_kind="connection", object_id=f"{provider}:{company.external_id}",
        summary=f"{company.name} was connected ({provider}).",
        detail={"company": company.name, "entity": str(entity_id), "again": standing is not None},
    )  # fmt: skip
    record(connection, organisation_id, act, now)
    return own_id


def _one(query: Any, organisation_id: UUID, own_id: UUID) -> Any:
    return query.where(connections.c.organisation_id == organisation_id, connections.c.id == own_id)


def find_connection_row(connection: Connection, organisation_id: UUID, own_id: UUID) -> Row[Any] | None:
    found: Row[Any] | None = connection.execute(_one(select(connections), organisation_id, own_id)).one_or_none()
    return found


def list_connections(connection: Connection, organisation_id: UUID, entity_id: UUID | None = None) -> list[Row[Any]]:
    query = select(connections).where(connections.c.organisation_id == organisation_id)
    if entity_id is not None:
        query = query.where(connections.c.entity_id == entity_id)
    return list(
        connection.execute(query.order_by(connections.c.provider, connections.c.company_name, connections.c.id))
    )


def find_connection(connection: Connection, organisation_id: UUID, wanted: str) -> Row[Any]:
    """By id, by `provider:company id`, by provider where it is the only one, or by company name."""
    rows = list_connections(connection, organisation_id)
    names = [
        (row, (str(row.id), f"{row.provider}:{row.company_id}", row.company_name.lower(), row.provider)) for row in rows
    ]
    found = [row for row, forms in names if wanted in forms or wanted.lower() in forms]
    if not found:
        listed = ", ".join(f"{row.provider}:{row.company_id}" for row in rows) or "none yet"
        raise NotFound(f"There is no connection {wanted!r}; there are: {listed}.")
    if len(found) > 1:
        listed = ", ".join(f"{row.provider}:{row.company_id}" for row in found)
        raise Ambiguous(f"{wanted!r} fits several connections; name one: {listed}.")
    return found[0]


def find_by_company(connection: Connection, provider: str, company_id: str) -> list[Row[Any]]:
    """Connections of any organisation to this company: where a webhook belongs."""
    where = and_(connections.c.provider == provider, connections.c.company_id == company_id)
    return list(connection.execute(select(connections).where(where).order_by(connections.c.organisation_id)))


def all_connections(connection: Connection) -> list[Row[Any]]:
    """Of every organisation: what the schedule looks at."""
    return list(connection.execute(select(connections).order_by(connections.c.organisation_id, connections.c.id)))


def find_by_id(connection: Connection, own_id: UUID) -> list[Row[Any]]:
    """Connections of any organisation with this id: an id follows from the company, so there may be several."""
    return list(connection.execute(select(connections).where(connections.c.id == own_id)))


def only_connection(connection: Connection, provider: str) -> list[Row[Any]]:
    """The one connection of a provider where there is only one: for events that name no company."""
    rows = list(connection.execute(select(connections).where(connections.c.provider == provider).limit(2)))
    return rows if len(rows) == 1 else []


def providers_in_use(connection: Connection) -> list[str]:
    """Of all organisations together."""
    return list(
        connection.execute(select(connections.c.provider).distinct().order_by(connections.c.provider)).scalars()
    )


def change_connection(connection: Connection, organisation_id: UUID, own_id: UUID, values: Mapping[str, Any]) -> None:
    connection.execute(_one(update(connections), organisation_id, own_id).values(**values))


def note_look_due(connection: Connection, organisation_id: UUID, own_id: UUID, now: datetime) -> None:
    """Something came that is still to be settled and matched. In the transaction that forgets what it came by."""
    change_connection(connection, organisation_id, own_id, {"look_due_at": now})


def note_looked(connection: Connection, organisation_id: UUID, own_id: UUID, moment: datetime) -> None:
    """What had come by the moment is settled and matched; what came later is not."""
    query = _one(update(connections), organisation_id, own_id).where(connections.c.look_due_at <= moment)
    connection.execute(query.values(look_due_at=None))
