"""What a period-end pack is put together from: the sub-ledger as runtime ages it, and whose books it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from ledger.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerLine:
    """What one customer owes in one currency at the end of the day: by age, credits apart."""

    customer: str
    name: str
    buckets: tuple[Money, ...]
    unapplied: Money
    total: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """Something that lowers what is owed and is not used up: kind is payment, overpayment, prepayment, credit_note, journal."""

    kind: str
    number: str
    customer: str
    name: str
    on: date | None
    left: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class SubLedger:
    """currencies: by currency the sum of the documents' own amounts, and its worth in home currency by the ledger's rule."""

    home: str
    buckets: tuple[str, ...]
    lines: tuple[CustomerLine, ...]
    credits: tuple[Credit, ...]
    currencies: Mapping[str, tuple[Money, Money]]
    total: Money
    rates: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """The entity, the period and the state of what was known. first: the period's first day."""

    entity_id: UUID
    entity: str
    country: str | None
    home: str
    zone: str
    first: date
    through: date
    prepared_by: str
    prepared_at: datetime
