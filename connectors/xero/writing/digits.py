"""Amounts on Xero: two digits behind the point, whatever the currency."""

from __future__ import annotations

from decimal import Decimal

from ledger.faults import Refused
from ledger.money import Money

_CENT = Decimal("0.01")


def two_digits(money: Money) -> Decimal:
    """In major units. Raises Refused for what two digits cannot say: nothing is rounded."""
    whole = money.decimal()
    exact = whole.quantize(_CENT)
    if exact != whole:
        raise Refused(f"Xero keeps two digits behind the point, and {money} has more; enter it there by hand.")
    return exact
