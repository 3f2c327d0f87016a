"""Whose rows a query touches: nothing is read or written without one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, and_


@dataclass(frozen=True, slots=True)
class Scope:
    """One connection of one organisation."""

    organisation_id: UUID
    connection_id: UUID

    def where(self, table: Table) -> ColumnElement[bool]:
        return and_(table.c.organisation_id == self.organisation_id, table.c.connection_id == self.connection_id)

    def keys(self) -> dict[str, Any]:
        return {"organisation_id": self.organisation_id, "connection_id": self.connection_id}
