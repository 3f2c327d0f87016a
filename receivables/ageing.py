"""Ageing: what is open on a day, in buckets of days past due. Pure.

By due date (the default) or by invoice date; without a due date the invoice's date stands in. Due today is current, due
yesterday is one day late; the last bucket has no end. Credits and cash that are not applied stand in a column of their own
and lower the total, not a bucket.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from ledger.money import Money
from receivables.open_items import OpenItem

BOUNDS = (0, 30, 60, 90)


class Basis(StrEnum):
    DUE = "due"
    INVOICE = "invoice"


@dataclass(slots=True)
class Aged:
    """One customer in one currency: a sum for each bucket, what is unapplied (negative), and the total."""

    customer: str
    currency: str
    buckets: list[Money]
    unapplied: Money

    @property
    def total(self) -> Money:
        result = self.unapplied
        for bucket in self.buckets:
            result = result + bucket
        return result


def bucket_names(bounds: Sequence[int] = BOUNDS) -> tuple[str, ...]:
    """current, 1-30, 31-60, 61-90, 91+."""
    return ("current", *(f"{low + 1}-{high}" for low, high in pairwise(bounds)), f"{bounds[-1] + 1}+")


def age(
    open_items: Iterable[OpenItem], day: date, *, basis: Basis = Basis.DUE, bounds: Sequence[int] = BOUNDS
) -> list[Aged]:
    """One row for each customer and currency, in that order."""
    rows: dict[tuple[str, str], Aged] = {}
    for found in open_items:
        key = (found.item.customer, found.open.currency)
        if key not in rows:
            zero = Money(0, found.open.currency)
            rows[key] = Aged(key[0], key[1], [zero] * (len(bounds) + 1), zero)
        row = rows[key]
        if found.item.sign < 0 or found.item.key[0] == "customer_balance":
            row.unapplied = row.unapplied + found.open
        else:
            place = _bucket(found, day, basis, bounds)
            row.buckets[place] = row.buckets[place] + found.open
    return [rows[key] for key in sorted(rows)]


def _bucket(found: OpenItem, day: date, basis: Basis, bounds: Sequence[int]) -> int:
    start = found.item.on if basis is Basis.INVOICE else (found.item.due_on or found.item.on)
    late = (day - start).days if start is not None else 0
    return sum(1 for bound in bounds if late > bound)
