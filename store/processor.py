"""Writes what covers a processor's money, and what people say of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, exists, func, select, update

from store.tables.posting import posting_states, postings
from store.tables.processor import posting_parts, treatments


def cover(connection: Connection, organisation_id: UUID, posting_id: UUID, parts: Sequence[Mapping[str, Any]]) -> None:
    """Parts that a posting puts into the books. The database refuses one that another standing posting has."""
    keys = {"organisation_id": organisation_id, "posting_id": posting_id}
    connection.execute(posting_parts.insert(), [{**keys, **part} for part in parts])


def release_withdrawn(connection: Connection, organisation_id: UUID, by: str, now: datetime) -> list[UUID]:
    """Frees the parts of postings that `by` withdrew; gives their transactions.

    What a person took back stays taken until a person asks for it again.
    """
    own = and_(
        posting_states.c.organisation_id == posting_parts.c.organisation_id,
        posting_states.c.posting_id == posting_parts.c.posting_id,
    )
    ended = exists().where(own, posting_states.c.state == "withdrawn", posting_states.c.by == by)
    return _release(connection, organisation_id, ended, now)


def release(connection: Connection, organisation_id: UUID, posting_id: UUID, now: datetime) -> list[UUID]:
    """Frees the parts of one posting; gives their transactions."""
    return _release(connection, organisation_id, posting_parts.c.posting_id == posting_id, now)


def _release(connection: Connection, organisation_id: UUID, which: ColumnElement[bool], now: datetime) -> list[UUID]:
    where = and_(posting_parts.c.organisation_id == organisation_id, posting_parts.c.released_at.is_(None), which)
    freed = list(connection.execute(select(posting_parts.c.transaction_id).where(where)).scalars())
    if freed:
        connection.execute(update(posting_parts).where(where).values(released_at=now))
    return freed


def taken_causes(connection: Connection, organisation_id: UUID, cause: str, cause_id: str) -> set[str]:
    """This cause and those numbered behind it ("…/2") that a standing posting has."""
    own = postings.c.cause_id
    query = select(own).where(
        postings.c.organisation_id == organisation_id, postings.c.cause_kind == cause,
        (own == cause_id) | own.startswith(f"{cause_id}/", autoescape=True),
        postings.c.state.not_in(("withdrawn", "undone")),
    )  # fmt: skip
    return set(connection.execute(query).scalars())


def add_word(connection: Connection, organisation_id: UUID, transaction_id: UUID, row: Mapping[str, Any]) -> None:
    """A person's word on a balance transaction; the one before it stays to be read."""
    where = and_(treatments.c.organisation_id == organisation_id, treatments.c.transaction_id == transaction_id)
    last = connection.execute(select(func.max(treatments.c.sequence)).where(where)).scalar_one()
    connection.execute(
        treatments.insert().values(
            organisation_id=organisation_id, transaction_id=transaction_id, sequence=(last or 0) + 1, **row
        )
    )
