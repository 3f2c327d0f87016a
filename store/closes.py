"""Closes of periods and their files: prepared, signed, reopened; a pack that was written down is never changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, and_, func, select, update

from ledger.faults import Conflict, NotFound
from store.tables.people import memberships, people
from store.tables.posting import entries, postings
from store.tables.proving import close_files, closes
from store.tables.tenancy import entities
from store.tenancy import new_id

SIGNERS = ("owner", "bookkeeper", "approver")
"""Roles that may sign a period."""


def add(
    connection: Connection, organisation_id: UUID, entity_id: UUID, through: date, pack: Mapping[str, Any], digest: str, *,
    files: Mapping[str, tuple[str, bytes]], by: str, now: datetime,
) -> UUID:  # fmt: skip
    """A prepared pack with its files, by name: content type and bytes. An earlier one of the period that nobody signed is
    replaced. Raises Conflict where the period is signed.
    """
    if standing(connection, organisation_id, entity_id, through) is not None:
        raise Conflict(f"The period through {through:%d %b %Y} is signed; reopen it first, with a reason.")
    where = and_(
        closes.c.organisation_id == organisation_id, closes.c.entity_id == entity_id, closes.c.through == through
    )
    connection.execute(update(closes).where(where, closes.c.state == "prepared").values(state="replaced"))
    own = new_id(now)
    connection.execute(
        closes.insert().values(
            organisation_id=organisation_id, id=own, entity_id=entity_id, through=through, state="prepared", pack=dict(pack),
            digest=digest, prepared_by=by, prepared_at=now,
        )
    )  # fmt: skip
    connection.execute(
        close_files.insert(),
        [
            {
                "organisation_id": organisation_id,
                "close_id": own,
                "name": name,
                "content_type": kind,
                "content": content,
            }
            for name, (kind, content) in files.items()
        ],
    )
    return own


def ask(
    connection: Connection, organisation_id: UUID, entity_id: UUID, through: date, *, by: str, now: datetime
) -> UUID:
    """A person wants the period prepared; a worker does it. One that waits for the same period already is enough.

    Raises Conflict where the period is signed.
    """
    if standing(connection, organisation_id, entity_id, through) is not None:
        raise Conflict(f"The period through {through:%d %b %Y} is signed; reopen it first, with a reason.")
    where = and_(
        closes.c.organisation_id == organisation_id, closes.c.entity_id == entity_id, closes.c.through == through,
        closes.c.state == "waiting",
    )  # fmt: skip
    waiting: UUID | None = connection.execute(select(closes.c.id).where(where).limit(1)).scalar_one_or_none()
    if waiting is not None:
        return waiting
    own = new_id(now)
    connection.execute(
        closes.insert().values(
            organisation_id=organisation_id, id=own, entity_id=entity_id, through=through, state="waiting", pack={}, digest="",
            prepared_by=by, prepared_at=now,
        )
    )  # fmt: skip
    return own


def waiting(connection: Connection) -> list[tuple[UUID, UUID]]:
    """(organisation, close) of every period that somebody waits for."""
    query = select(closes.c.organisation_id, closes.c.id).where(closes.c.state == "waiting")
    return [(row[0], row[1]) for row in connection.execute(query)]


def ended(connection: Connection, organisation_id: UUID, own: UUID, problem: str | None) -> None:
    """What was asked for is done, as another row, or did not come to its end and says why."""
    values: dict[str, Any] = (
        {"state": "replaced"} if problem is None else {"state": "failed", "pack": {"problem": problem}}
    )
    where = and_(closes.c.organisation_id == organisation_id, closes.c.id == own, closes.c.state == "waiting")
    connection.execute(update(closes).where(where).values(**values))


def standing(connection: Connection, organisation_id: UUID, entity_id: UUID, through: date) -> Row[Any] | None:
    """The close of exactly this period that somebody signed."""
    query = select(closes).where(
        closes.c.organisation_id == organisation_id, closes.c.entity_id == entity_id, closes.c.through == through,
        closes.c.state.in_(("signed", "reviewed")),
    )  # fmt: skip
    found: Row[Any] | None = connection.execute(query.limit(1)).one_or_none()
    return found


def last_signed(connection: Connection, organisation_id: UUID, entity_id: UUID, before: date) -> Row[Any] | None:
    """The newest period that is wholly signed and ends before a day."""
    query = (
        select(closes)
        .where(closes.c.organisation_id == organisation_id, closes.c.entity_id == entity_id)
        .where(closes.c.state == "reviewed", closes.c.through < before)
        .order_by(closes.c.through.desc())
        .limit(1)
    )
    found: Row[Any] | None = connection.execute(query).one_or_none()
    return found


def find(connection: Connection, organisation_id: UUID, own: UUID) -> Row[Any]:
    """With its entity. Raises NotFound."""
    query = (
        select(closes, entities.c.name.label("entity_name"), entities.c.time_zone, entities.c.home_currency)
        .join_from(
            closes,
            entities,
            and_(entities.c.organisation_id == closes.c.organisation_id, entities.c.id == closes.c.entity_id),
        )
        .where(closes.c.organisation_id == organisation_id, closes.c.id == own)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound("There is no such period-end pack here.")
    found: Row[Any] = row
    return found


def of_period(connection: Connection, organisation_id: UUID, entity_id: UUID, through: date) -> Row[Any] | None:
    """The newest close of a period that was not replaced or reopened."""
    query = (
        select(closes)
        .where(
            closes.c.organisation_id == organisation_id, closes.c.entity_id == entity_id, closes.c.through == through
        )
        .where(closes.c.state.in_(("prepared", "signed", "reviewed")))
        .order_by(closes.c.prepared_at.desc())
        .limit(1)
    )
    found: Row[Any] | None = connection.execute(query).one_or_none()
    return found


def listed(connection: Connection, organisation_id: UUID) -> list[Row[Any]]:
    """Without their packs, the newest period first."""
    columns = [column for column in closes.columns if column.name != "pack"]
    query = (
        select(*columns, entities.c.name.label("entity_name"))
        .join_from(
            closes,
            entities,
            and_(entities.c.organisation_id == closes.c.organisation_id, entities.c.id == closes.c.entity_id),
        )
        .where(closes.c.organisation_id == organisation_id, closes.c.state != "replaced")
        .order_by(closes.c.through.desc(), closes.c.prepared_at.desc())
    )
    return list(connection.execute(query))


def signed(connection: Connection, organisation_id: UUID) -> list[Row[Any]]:
    """Every pack that somebody signed, reopened ones too, with its entity's name."""
    query = (
        select(closes, entities.c.name.label("entity_name"))
        .join_from(
            closes,
            entities,
            and_(entities.c.organisation_id == closes.c.organisation_id, entities.c.id == closes.c.entity_id),
        )
        .where(closes.c.organisation_id == organisation_id, closes.c.signed_by.is_not(None))
        .order_by(closes.c.through, closes.c.prepared_at)
    )
    return list(connection.execute(query))


def move(
    connection: Connection, organisation_id: UUID, own: UUID, state: str, *, expected: tuple[str, ...], **values: Any
) -> None:
    """Raises Conflict where somebody moved it meanwhile."""
    done = connection.execute(
        update(closes)
        .where(closes.c.organisation_id == organisation_id, closes.c.id == own, closes.c.state.in_(expected))
        .values(state=state, **values)
    )
    if done.rowcount != 1:
        raise Conflict("This period's pack is in another state by now; look at it again.")


def file_of(connection: Connection, organisation_id: UUID, own: UUID, name: str) -> Row[Any]:
    """Raises NotFound."""
    query = select(close_files).where(
        close_files.c.organisation_id == organisation_id, close_files.c.close_id == own, close_files.c.name == name
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound("This pack has no such file.")
    found: Row[Any] = row
    return found


def files_of(connection: Connection, organisation_id: UUID, own: UUID) -> list[Row[Any]]:
    query = select(close_files).where(close_files.c.organisation_id == organisation_id, close_files.c.close_id == own)
    return list(connection.execute(query.order_by(close_files.c.name)))


def under_way(connection: Connection, organisation_id: UUID, entity_id: UUID, through: date) -> date | None:
    """The latest day in the period of what is half written to the books, or half taken back; None where nothing is."""
    whose = and_(postings.c.organisation_id == entries.c.organisation_id, postings.c.id == entries.c.posting_id)
    query = (
        select(func.max(entries.c.dated_on))
        .join_from(entries, postings, whose)
        .where(postings.c.organisation_id == organisation_id, postings.c.entity_id == entity_id)
        .where(postings.c.state.in_(("posting", "undoing")), entries.c.state.in_(_NOT_ENDED))
        .where(entries.c.dated_on <= through)
    )
    found: date | None = connection.execute(query).scalar_one()
    return found


_NOT_ENDED = ("waiting", "sent", "unknown", "ending")


def signers(connection: Connection, organisation_id: UUID) -> list[str]:
    """The addresses of those who may sign a period."""
    query = (
        select(people.c.email)
        .join_from(memberships, people, people.c.id == memberships.c.person_id)
        .where(memberships.c.organisation_id == organisation_id, memberships.c.active, people.c.active)
        .where(memberships.c.role.in_(SIGNERS))
        .order_by(people.c.email)
    )
    return [row.email for row in connection.execute(query)]
