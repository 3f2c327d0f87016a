"""What several pages' questions share."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, exists, select

from store.tables.matching import mirrors
from store.tables.pulled import NOUN_NAMED
from store.tables.tenancy import connections

customers = NOUN_NAMED["customers"].table


def contains(column: Column[Any], text: str) -> ColumnElement[bool]:
    """Whether the column holds the text, whatever the case; signs of patterns stand for themselves."""
    return column.icontains(text, autoescape=True)


def connection_of(table: Table) -> ColumnElement[bool]:
    return and_(connections.c.organisation_id == table.c.organisation_id, connections.c.id == table.c.connection_id)


def customer_of(table: Table) -> ColumnElement[bool]:
    return and_(
        customers.c.organisation_id == table.c.organisation_id,
        customers.c.connection_id == table.c.connection_id,
        customers.c.external_id == table.c.customer_external_id,
        customers.c.gone_at.is_(None),
    )


def is_mirror(table: Table) -> ColumnElement[bool]:
    """Whether another document stands for this one: a debt is shown and summed once."""
    return exists(
        select(mirrors.c.mirror_id).where(
            mirrors.c.organisation_id == table.c.organisation_id,
            mirrors.c.mirror_id == table.c.id,
            mirrors.c.state == "linked",
        )
    )
