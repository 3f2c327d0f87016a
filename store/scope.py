"""Whose rows a query touches: nothing is read or written without one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, and_, bindparam


@dataclass(frozen=True, slots=True)
class Scope:
    """One connection of one organisation."""

    organisation_id: UUID
    connection_id: UUID

    def where(self, table: Table) -> ColumnElement[bool]:
        return and_(table.c.organisation_id == self.organisation_id, table.c.connection_id == self.connection_id)

    def keys(self) -> dict[str, Any]:
        return {"organisation_id": self.organisation_id, "connection_id": self.connection_id}


def of_keys(table: Table) -> ColumnElement[bool]:
    """As `Scope.where`, for a statement that is made once: it is executed with `Scope.keys()`.

    Making a statement costs more than a small look itself; those that run once a page, a call or a record are made once.
    """
    return and_(
        table.c.organisation_id == bindparam("organisation_id"), table.c.connection_id == bindparam("connection_id")
    )
