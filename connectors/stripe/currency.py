"""Stripe's minor units to ISO 4217's.

Stripe counts MGA in whole ariary though ISO gives it two decimals, and ISK and UGX in hundredths though ISO gives them
none (the last two digits are 00). IQD and LYD are not among its three-decimal currencies.
"""

from __future__ import annotations

from decimal import Decimal

from ledger.currency import exponent
from ledger.faults import FinerThanMinorUnit
from ledger.money import Money

_WHOLE = frozenset("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split())
_THOUSANDTHS = frozenset("BHD JOD KWD OMR TND".split())


def stripe_exponent(code: str) -> int:
    """Decimals that Stripe's integers of this currency carry. `code` is upper case."""
    if code in _WHOLE:
        return 0
    return 3 if code in _THOUSANDTHS else 2


def money(amount: int, currency: str) -> Money:
    """Stripe's integer and lower-case code as Money. Raises UnknownCurrency, FinerThanMinorUnit; never rounds."""
    code = currency.upper()
    shift = exponent(code) - stripe_exponent(code)
    if shift >= 0:
        return Money(amount * 10**shift, code)
    whole, rest = divmod(amount, 10**-shift)
    if rest:
        raise FinerThanMinorUnit(f"Stripe's amount {amount} {code} is finer than the smallest unit of {code}.")
    return Money(whole, code)


def unit_price(amount: Decimal, currency: str) -> Decimal:
    """Stripe's decimal price in minor units as major units, exactly."""
    return amount.scaleb(-stripe_exponent(currency.upper()))
