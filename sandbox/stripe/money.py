"""Stripe's own table of minor units, which is not ISO 4217's."""

from __future__ import annotations

from decimal import Decimal

ZERO_DECIMAL = frozenset(
    {"bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf"}
)
THREE_DECIMAL = frozenset({"bhd", "jod", "kwd", "omr", "tnd"})
# Whole units by ISO 4217, hundredths at Stripe with the last two digits always 00.
PADDED = frozenset({"isk", "ugx"})
# Hundredths by ISO 4217, whole units at Stripe.
CUT = frozenset({"mga"})
PAYOUT_IN_HUNDREDS = frozenset({"huf", "twd"})
CODE_LETTERS = 3


def exponent(currency: str) -> int:
    """Decimal places of Stripe's minor unit."""
    code = currency.lower()
    if code in ZERO_DECIMAL:
        return 0
    return 3 if code in THREE_DECIMAL else 2


def from_iso(amount: int, currency: str) -> int:
    """An amount in ISO 4217 minor units, as the plan counts, in Stripe's. Refuses what Stripe cannot hold."""
    code = currency.lower()
    if code in PADDED:
        return amount * 100
    if code in CUT:
        whole, rest = divmod(amount, 100)
        if rest:
            message = (
                f"{amount} hundredths of {currency.upper()} cannot stand at Stripe, which counts it in whole units"
            )
            raise ValueError(message)
        return whole
    if problem := unfit(amount, code):
        raise ValueError(problem)
    return amount


def unfit(amount: int, currency: str) -> str | None:
    """Why Stripe would refuse this amount in its minor units; None when it is well formed."""
    code = currency.lower()
    if code in THREE_DECIMAL and amount % 10:
        return f"Invalid amount: {code.upper()} amounts must have 0 as their last digit."
    if code in PADDED and amount % 100:
        return f"Invalid amount: {code.upper()} amounts must have 00 as their last two digits."
    return None


def unfit_payout(amount: int, currency: str) -> str | None:
    """As `unfit`, for a payout: forints and Taiwan dollars leave in whole units only."""
    code = currency.lower()
    if code in PAYOUT_IN_HUNDREDS and amount % 100:
        return f"Invalid amount: payouts in {code.upper()} must be divisible by 100."
    return unfit(amount, code)


def major(amount: int, currency: str) -> str:
    """An amount in Stripe's minor units as a decimal string in whole units ("12.50")."""
    return str(Decimal(amount).scaleb(-exponent(currency)))


def well_formed(currency: str) -> bool:
    return len(currency) == CODE_LETTERS and currency.isascii() and currency.isalpha()


def share(total: int, part: int, whole: int) -> int:
    """`total` x `part` / `whole`, rounded half up; exact for part == whole."""
    if whole == 0:
        return 0
    return (2 * total * part + whole) // (2 * whole)
