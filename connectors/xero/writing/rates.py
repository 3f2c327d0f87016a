"""Rates on Xero: CurrencyRate is foreign units for one of the base currency, with six digits behind the point at most.

Ours is the other way round: home units for one foreign unit.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from decimal import Context as DecimalContext

from ledger.money import Money

_EXACT = DecimalContext(prec=40)
_STEP = Decimal("0.000001")


def implied(home: Money, foreign: Money) -> Decimal:
    """Home units for one foreign unit, of a settlement that moved `home` for `foreign`."""
    return _EXACT.divide(home.decimal(), foreign.decimal())


def currency_rate(foreign: Money, home_per_foreign: Decimal, home: Money | None = None) -> Decimal:
    """The CurrencyRate under which `foreign` comes nearest to `home` (by default, to what our rate makes of it).

    Where six digits cannot say it to the cent, the amount in the bank account is sent beside it.
    """
    whole = foreign.decimal()
    wanted = _EXACT.multiply(whole, home_per_foreign) if home is None else home.decimal()
    plain = _EXACT.divide(Decimal(1), home_per_foreign).quantize(_STEP, ROUND_HALF_EVEN)
    near = [rate for rate in (plain, plain - _STEP, plain + _STEP) if rate > 0]
    if not near or not whole:
        return max(plain, _STEP)
    return min(near, key=lambda rate: (abs(_home_of(whole, rate) - wanted), abs(rate - plain)))


def _home_of(whole: Decimal, rate: Decimal) -> Decimal:
    """What Xero makes of it: amount / CurrencyRate, in whole cents."""
    return _EXACT.divide(whole, rate).quantize(Decimal("0.01"), ROUND_HALF_UP)
