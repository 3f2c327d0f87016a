"""Writes what covers a processor's money, and what people say of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, and_, exists, func, select, update

from store.tables.posting import postings
from store.tables.processor import posting_parts, treatments


def cover(connection: Connection, organisation_id: UUID, posting_id: UUID, parts: Sequence[Mapping[str, Any]]) -> None:
    """Parts that a posting puts into the books. The database refuses one that another standing posting has."""
    keys = {"organisation_id": organisation_id, "posting_id": posting_id}
    connection.execute(posting_parts.insert(), [{**keys, **part} for part in parts])


def release_ended(connection: Connection, organisation_id: UUID, now: datetime) -> int:
    """Frees the parts of postings that were withdrawn or undone. Returns how many."""
    ended = exists().where(
        postings.c.organisation_id == posting_parts.c.organisation_id,
        postings.c.id == posting_parts.c.posting_id,
        postings.c.state.in_(("withdrawn", "undone")),
    )
    done = connection.execute(
        update(posting_parts)
        .where(posting_parts.c.organisation_id == organisation_id, posting_parts.c.released_at.is_(None), ended)
        .values(released_at=now)
    )
    return int(done.rowcount)


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
