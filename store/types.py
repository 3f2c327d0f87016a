"""Column types in one place, the same meaning on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON as SA_JSON
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    LargeBinary,
    Numeric,
    String,
    Text,
    TypeDecorator,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from store.bound import decimal_text, moment_text
from store.plain import LONGEST_ID
from store.shapes import Cell, Form

INDEXED_MAX = 600  # characters: an entry of PostgreSQL's index holds 2,704 bytes

Minor = BigInteger
"""Whole minor units; the currency stands in a column beside it."""

CurrencyCode = String(3)
Blob = LargeBinary
ExternalId = String(LONGEST_ID)
Label = Text


class Instant(TypeDecorator[datetime]):
    """An aware datetime in UTC; a naive one is refused. On SQLite text that sorts by time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(32))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("An instant needs a time zone.")
        return moment_text(value) if dialect.name == "sqlite" else value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if dialect.name == "sqlite":
            return datetime.fromisoformat(value)
        stamp: datetime = value
        return stamp.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """JSON; JSONB on PostgreSQL."""

    impl = SA_JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(JSONB() if dialect.name == "postgresql" else SA_JSON())


class ExactDecimal(TypeDecorator[Decimal]):
    """Rates, quantities and unit prices: NUMERIC of any length, and text on SQLite, which has no exact numbers."""

    impl = Numeric
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(String(64) if dialect.name == "sqlite" else Numeric())

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        return decimal_text(value) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        del dialect
        return None if value is None else Decimal(decimal_text(Decimal(value)))


_FORMS: tuple[tuple[type[TypeEngine[Any]], Form], ...] = (
    (Instant, "moment"),
    (Date, "day"),
    (ExactDecimal, "decimal"),
    (Json, "json"),
    (String, "text"),
    (LargeBinary, "bytes"),
    (Boolean, "flag"),
    (Uuid, "own"),
)


def cell_of(column: Column[Any]) -> Cell:
    """A column in plain words."""
    form: Form = next((form for kind, form in _FORMS if isinstance(column.type, kind)), "plain")
    return Cell(str(column.name), form, bool(column.nullable), _longest(column) if form == "text" else None)


def _longest(column: Column[Any]) -> int | None:
    own: int | None = getattr(column.type, "length", None)
    return own or (INDEXED_MAX if any(column.name in index.columns for index in column.table.indexes) else None)
