"""The allocations that a credit note, overpayment or prepayment shows, as values that compare."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import msgspec

from connectors.decode import loosely
from connectors.xero import wire
from connectors.xero.dates import calendar
from connectors.xero.reading import is_true
from ledger.faults import BadInput
from ledger.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocated:
    invoice: str
    amount: Money
    on: date | None


class _Source(wire.Wire):
    currency_code: str | None = None
    allocations: list[wire.Allocation] | None = None


def allocated_of(raw: bytes, home: str) -> dict[str, Allocated]:
    """Those that stand, by their ids."""
    try:
        source = loosely(raw, _Source)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}
    found: dict[str, Allocated] = {}
    for one in source.allocations or []:
        if not one.allocation_id or not one.invoice or not one.amount or is_true(one.is_deleted):
            continue
        try:
            amount = Money.of(one.amount, source.currency_code or home)
        except BadInput:
            continue
        found[one.allocation_id] = Allocated(invoice=one.invoice.invoice_id or "", amount=amount, on=calendar(one.date))
    return found
