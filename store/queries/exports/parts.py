"""What all exports share: amounts as exact decimals, stamps in UTC, and whose rows they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, and_, select

from ledger.money import Money
from store.tables.pulled import NOUN_NAMED
from store.tables.tenancy import connections

Row = dict[str, Any]


@dataclass(slots=True)
class Reader:
    """One organisation, or one entity of it."""

    connection: Connection
    organisation_id: UUID
    entity_id: UUID | None = None
    _merged: dict[tuple[UUID, str], str] | None = field(default=None, init=False, repr=False)

    def customer(self, row: Any) -> str | None:
        """The customer that a document stands under now: a merged one's successor."""
        if self._merged is None:
            self._merged = self.merged()
        own: str | None = row.customer_external_id
        return None if own is None else self._merged.get((row.connection_id, own), own)

    def rows(self, noun: str, *, live: bool = True) -> list[Any]:
        """Rows of a pulled noun with `provider`, `company_id`, `entity_id` and `role`, in a fixed order."""
        table = NOUN_NAMED[noun].table
        query = self.of(
            select(
                table, connections.c.provider, connections.c.company_id, connections.c.entity_id, connections.c.role
            ),
            table,
        )
        if live:
            query = query.where(table.c.gone_at.is_(None))
        order = (connections.c.provider, connections.c.company_id, table.c.external_id, table.c.record_kind)
        return list(self.connection.execute(query.order_by(*order)))

    def has_books(self) -> bool:
        """Whether a ledger is connected."""
        query = select(connections.c.id).where(
            connections.c.organisation_id == self.organisation_id, connections.c.role == "books"
        )
        if self.entity_id is not None:
            query = query.where(connections.c.entity_id == self.entity_id)
        return self.connection.execute(query.limit(1)).first() is not None

    def merged(self) -> dict[tuple[UUID, str], str]:
        """(connection, customer) -> the customer that it was merged into, followed to the end."""
        table = NOUN_NAMED["customers"].table
        query = select(table.c.connection_id, table.c.external_id, table.c.merged_into).where(
            table.c.organisation_id == self.organisation_id, table.c.merged_into.is_not(None)
        )
        into = {(row[0], row[1]): row[2] for row in self.connection.execute(query)}
        return {key: _last(key[0], target, into) for key, target in into.items()}

    def of(self, query: Select[Any], table: Any) -> Select[Any]:
        whose = and_(
            connections.c.organisation_id == table.c.organisation_id, connections.c.id == table.c.connection_id
        )
        query = query.select_from(table.join(connections, whose)).where(table.c.organisation_id == self.organisation_id)
        return query if self.entity_id is None else query.where(connections.c.entity_id == self.entity_id)


def _last(connection_id: UUID, target: str, into: dict[tuple[UUID, str], str]) -> str:
    seen = set()
    while (connection_id, target) in into and target not in seen:
        seen.add(target)
        target = into[(connection_id, target)]
    return target


def head(row: Any) -> Row:
    """The columns that every pulled kind begins with."""
    return {
        "id": str(row.id),
        "connection": f"{row.provider}:{row.company_id}",
        "provider": row.provider,
        "external_id": row.external_id,
        "updated_at": stamp(row.updated_at),
    }


def amount(minor: int | None, currency: str | None) -> str | None:
    if minor is None or currency is None:
        return None
    return f"{Money(minor, currency).decimal():f}"


def day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def stamp(value: datetime | None) -> str | None:
    """UTC, to the microsecond only where there is one."""
    return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def number(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def yes_no(value: bool | None) -> str | None:  # noqa: FBT001 - a cell, not a switch
    return None if value is None else "yes" if value else "no"
