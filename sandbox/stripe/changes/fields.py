"""The fields of a change, checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.core.records import Record
from sandbox.stripe.books import Books

Fields = Mapping[str, Any]


def named(books: Books, kind: str, fields: Fields, name: str) -> Record:
    value = fields.get(name)
    if not value:
        message = f"{name} is missing"
        raise ValueError(message)
    return books.get(kind, books.keys.get(str(value), str(value)))


def amount(fields: Fields) -> int:
    amount = fields.get("amount")
    if not isinstance(amount, int):
        message = "amount is missing or no whole number of minor units"
        raise ValueError(message)
    return amount


def currency(fields: Fields, default: str | None) -> str | None:
    currency = fields.get("currency", default)
    return None if currency is None else str(currency).lower()


def metadata(fields: Fields) -> dict[str, str]:
    return {str(name): str(value) for name, value in fields.get("metadata", {}).items()}
