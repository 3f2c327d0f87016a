"""The settlement's own rate: what came in home currency over what it paid, with digits enough to read back the same."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal

from ledger.money import Money, convert

DIGITS_MIN = 6
DIGITS_MAX = 15  # both ledgers keep as many; a sum of 9,000 million still comes back to the cent
_WIDE = Context(prec=60)


def settlement_rate(home: Money, foreign: Money) -> Decimal:
    """Home units for one unit of the foreign currency: the shortest number by which `foreign` is `home` to the cent."""
    exact = _WIDE.divide(home.decimal(), foreign.decimal())
    for digits in range(DIGITS_MIN, DIGITS_MAX):
        rate = exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_EVEN, context=_WIDE)
        if rate and convert(foreign, rate, home.currency) == home:
            return rate
    return exact.quantize(Decimal(1).scaleb(-DIGITS_MAX), rounding=ROUND_HALF_EVEN, context=_WIDE)


def left_over(home: Money, parts: Sequence[Money], rate: Decimal) -> Money:
    """What rounding each part by itself leaves of the home amount: cents that go to exchange differences, by name."""
    sums = Money.zero(home.currency)
    for part in parts:
        sums = sums + convert(part, rate, home.currency)
    return home - sums
