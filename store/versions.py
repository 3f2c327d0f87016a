"""What is kept of a row when its content is superseded, and what is told of one that stands as its newest version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Row, literal, null

from store.shapes import COMMON
from store.tables.pulled import Noun

TOLD = (
    "value_id", "revision", "connection_id", "noun", "external_id", "valid_on", "gone", "status", "currency",
    "amount_minor", "open_minor", "customer_external_id", "recorded_at",
)  # fmt: skip
"""Columns of a version that its value's row has as well: all but whose it is, the provider's version and the body."""


def told_of(noun: Noun, row: Row[Any]) -> dict[str, Any]:
    """The columns TOLD, of a whole row of a noun that versions are kept of."""
    held = row._mapping
    source = _sources(noun)
    found = {name: None if own is None else held[own] for name, own in source.items()}
    return found | {"noun": noun.name, "gone": row.gone_at is not None}


def told_columns(noun: Noun, names: Sequence[str]) -> list[ColumnElement[Any]]:
    """Some of the columns TOLD, for a query over the noun's table."""
    source, held = _sources(noun), noun.table.c
    plain = {name: null() if own is None else held[own] for name, own in source.items()}
    found: dict[str, ColumnElement[Any]] = plain | {"noun": literal(noun.name), "gone": held.gone_at.is_not(None)}
    return [found[name].label(name) for name in names]


def body_text(noun: Noun, row: Row[Any]) -> bytes:
    """The content of a whole row as sorted JSON, dates in ISO 8601 and decimals as texts; nothing of one that is gone."""
    if row.gone_at is not None:
        return b"{}"
    held = row._mapping
    content = {column.name: held[column.name] for column in noun.table.columns if column.name not in COMMON}
    return msgspec.json.encode(content, order="sorted")


def _sources(noun: Noun) -> dict[str, str | None]:
    own = noun.table.c
    amounts = {"amount_minor": f"{noun.amount}_minor", "open_minor": f"{noun.open}_minor"}
    named = {name: name for name in TOLD} | amounts | {"value_id": "id", "valid_on": noun.valid_on or ""}
    return {name: column if column in own else None for name, column in named.items() if name not in ("noun", "gone")}
