"""Mapping one invented payload, and the values that came of it by type."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from connectors.port import Context, Mapped, Record
from connectors.quickbooks.mapping import map_record

V = TypeVar("V")
CONTEXT = Context(
    provider="quickbooks",
    company_id="4620816365",
    home_currency="USD",
    time_zone="America/Denver",
    ar_accounts=frozenset({"84", "85"}),
)


def mapped(kind: str, payload: Mapping[str, Any] | str, context: Context = CONTEXT) -> Mapped:
    """A document that says nothing of its customer has one, and one that says nothing of its date."""
    whose = {"CustomerRef": {"value": "7"}} if kind in {"Invoice", "CreditMemo", "Payment"} else {}
    raw = payload if isinstance(payload, str) else json.dumps({**whose, "TxnDate": "2026-05-04", **payload})
    return map_record(
        Record(kind=kind, external_id="500", raw=raw.encode(), seen_at=datetime(2026, 5, 4, tzinfo=UTC)), context
    )


def all_of(came: Mapped, type_: type[V]) -> list[V]:
    return [value for value in came.values if isinstance(value, type_)]


def one(came: Mapped, type_: type[V]) -> V:
    [value] = all_of(came, type_)
    return value


def codes(came: Mapped) -> list[str]:
    return [finding.code for finding in came.findings]
