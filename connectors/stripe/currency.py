"""Stripe's minor units to ISO 4217's.

Stripe counts MGA in whole ariary though ISO gives it two decimals, and ISK and UGX in hundredths though ISO gives them
none (the last two digits are 00). IQD and LYD are not among its three-decimal currencies.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from ledger.currency import exponent, is_currency
from ledger.faults import FinerThanMinorUnit
from ledger.money import MINOR_MAX, Money, too_large

_WHOLE = frozenset("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split())
_THOUSANDTHS = frozenset("BHD JOD KWD OMR TND".split())


def stripe_exponent(code: str) -> int:
    """Decimals that Stripe's integers of this currency carry. `code` is upper case."""
    if code in _WHOLE:
        return 0
    return 3 if code in _THOUSANDTHS else 2


@lru_cache(maxsize=256)
def _scale(currency: str) -> tuple[str, int, int]:
    """ISO's code, and by what Stripe's integer is multiplied and divided. Raises UnknownCurrency."""
    code = currency.upper()
    shift = exponent(code) - stripe_exponent(code)
    return code, 10 ** max(shift, 0), 10 ** max(-shift, 0)


def money(amount: int, currency: str) -> Money:
    """Stripe's integer and lower-case code as Money. Raises UnknownCurrency, FinerThanMinorUnit, LargerThanAnyAmount;
    never rounds.
    """
    code, times, parts = _scale(currency)
    if abs(amount) * times > MINOR_MAX * parts:
        raise too_large(f"Stripe's amount {amount} {code}")
    if parts == 1:
        return Money(amount * times, code)
    whole, rest = divmod(amount, parts)
    if rest:
        raise FinerThanMinorUnit(f"Stripe's amount {amount} {code} is finer than the smallest unit of {code}.")
    return Money(whole, code)


def known_currency(currency: str | None) -> str | None:
    """ISO's code; None for nothing and for what is none."""
    code = (currency or "").upper()
    return code if is_currency(code) else None


def unit_price(amount: Decimal, currency: str) -> Decimal:
    """Stripe's decimal price in minor units as major units, exactly."""
    return amount.scaleb(-stripe_exponent(currency.upper()))


def stripe_amount(amount: Money) -> int:
    """Money as Stripe's integer. Raises FinerThanMinorUnit where Stripe counts in larger units; never rounds."""
    _, times, parts = _scale(amount.currency)
    whole, rest = divmod(amount.minor * parts, times)
    if rest:
        raise FinerThanMinorUnit(f"{amount} is finer than what Stripe takes of {amount.currency}.")
    return whole
