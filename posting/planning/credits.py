"""Credit notes that a match nets: each is put to invoices of its own customer first, and cash pays the rest. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.money import Money
from posting.planning.case import CREDIT_NOTE, Line, Owed
from posting.refusal import NotPosted


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """So much of a credit goes to an invoice."""

    credit: Owed
    invoice: Owed
    amount: Money


@dataclass(slots=True)
class _Need:
    line: Line
    minor: int


def netted(lines: Sequence[Line]) -> tuple[list[Put], list[tuple[Line, Money]]]:
    """What each credit note pays, and what is left of each invoice for cash to pay (with what the record closes of it).

    Every credit is used to the cent as the match says. Raises NotPosted where a customer's invoices do not hold it.
    """
    needs = [_Need(line, line.applied.minor) for line in lines if line.applied.minor > 0]
    puts: list[Put] = []
    for line in lines:
        if line.owed.kind == CREDIT_NOTE and line.applied.minor < 0:
            puts += _put(line, needs)
    cash = [(need.line, Money(need.minor, need.line.applied.currency) + need.line.closed) for need in needs]
    return puts, [(line, amount) for line, amount in cash if amount]


def _put(credit: Line, needs: Sequence[_Need]) -> list[Put]:
    left = -credit.applied.minor
    found = []
    for need in needs:
        same = need.line.owed.customer == credit.owed.customer and need.line.applied.currency == credit.applied.currency
        part = min(left, need.minor) if same else 0
        if part:
            amount = Money(part, credit.applied.currency)
            found.append(Put(credit=credit.owed, invoice=need.line.owed, amount=amount))
            need.minor -= part
            left -= part
    if left:
        raise NotPosted(
            "credit_unfit",
            f"{Money(left, credit.applied.currency)} of credit note {credit.owed.name} finds no invoice of its own customer"
            " in this match.",
            "Undo the match and match the receipt with invoices of the credit note's customer.",
        )
    return found
