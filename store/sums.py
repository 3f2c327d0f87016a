"""Sums of amounts, exact on both databases whatever they come to.

PostgreSQL adds up 64-bit numbers as NUMERIC. SQLite ends the statement where their sum has more than 64 bits, so there the
amounts are added up in two parts.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import Dialect, Numeric, String, TypeDecorator
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

_PART = 1_000_000_000


class _Whole(TypeDecorator[int]):
    """A sum as it comes, as a whole number: NUMERIC, and on SQLite the two parts as a text."""

    impl = Numeric
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(String(64) if dialect.name == "sqlite" else Numeric())

    def process_result_value(self, value: Decimal | str | None, dialect: Dialect) -> int | None:
        del dialect
        if isinstance(value, str):
            high, _, low = value.partition(":")
            return int(high) * _PART + int(low)
        return None if value is None else int(value)


class exact_sum(FunctionElement[int]):  # noqa: N801 - a function of SQL
    """For a result, as it stands. None over no rows."""

    type = _Whole()
    inherit_cache = True


class compared_sum(FunctionElement[Any]):  # noqa: N801 - a function of SQL
    """To be compared or reckoned with in SQL. Beyond 64 bits SQLite goes on with its nearest number."""

    type = Numeric()
    inherit_cache = True


@compiles(exact_sum)
@compiles(compared_sum)
def _plain(element: FunctionElement[Any], compiler: SQLCompiler, **options: Any) -> str:
    return f"sum({compiler.process(element.clauses, **options)})"


@compiles(exact_sum, "sqlite")
def _in_two_parts(element: FunctionElement[Any], compiler: SQLCompiler, **options: Any) -> str:
    amount = compiler.process(element.clauses, **options)
    return f"(sum(({amount}) / {_PART}) || ':' || sum(({amount}) % {_PART}))"


@compiles(compared_sum, "sqlite")
def _put_together(element: FunctionElement[Any], compiler: SQLCompiler, **options: Any) -> str:
    amount = compiler.process(element.clauses, **options)
    return f"(sum(({amount}) / {_PART}) * {_PART} + sum(({amount}) % {_PART}))"
