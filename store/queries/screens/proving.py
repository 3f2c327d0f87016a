"""What the proof pages look up beside the verifications themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select

from store import bulk
from store.scope import Scope
from store.tables.proving import verification_rows
from store.tables.pulled import NOUN_NAMED


def scope_of(row: Any) -> Scope:
    return Scope(row.organisation_id, row.id)


def count_rows(connection: Connection, organisation_id: UUID, verification_id: UUID) -> int:
    query = select(func.count()).where(
        verification_rows.c.organisation_id == organisation_id, verification_rows.c.verification_id == verification_id
    )
    return int(connection.execute(query).scalar_one())


def links(
    connection: Connection, organisation_id: UUID, connection_id: UUID, rows: Sequence[Any]
) -> dict[int, tuple[str, UUID]]:
    """By the row's position the page of what it is about: an invoice or a customer that stands here, a receipt of ours."""
    wanted = {row.subject for row in rows}
    found: dict[int, tuple[str, UUID]] = {}
    known = {
        (noun, one.external_id): one.id for noun in ("invoices", "customers")
        for one in _known(connection, Scope(organisation_id, connection_id), noun, sorted(wanted))
    }  # fmt: skip
    for row in rows:
        noun = "customers" if row.check == "customer" else "invoices"
        receipt = row.detail.get("receipt")
        if receipt:
            found[row.position] = ("receipts", UUID(receipt))
        elif (noun, row.subject) in known:
            found[row.position] = (noun, known[noun, row.subject])
    return found


def _known(connection: Connection, scope: Scope, noun: str, wanted: list[str]) -> list[Any]:
    if not wanted:
        return []
    table = NOUN_NAMED[noun].table
    query = select(table.c.external_id, table.c.id).where(
        scope.where(table), bulk.among(connection, table.c.external_id, wanted)
    )
    return list(connection.execute(query))
