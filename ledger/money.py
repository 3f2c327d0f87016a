"""Money: whole minor units with a currency. Two currencies never add; a split gives back every unit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import MAX_PREC, ROUND_HALF_UP, Context, Decimal, DecimalException

from ledger.currency import EXPONENTS, exponent
from ledger.faults import BadInput, CurrencyMismatch, FinerThanMinorUnit, LargerThanAnyAmount

DIGITS_MAX = 18  # a column of 64 bits holds them
MINOR_MAX = 10**DIGITS_MAX - 1
_EXACT = Context(prec=MAX_PREC)  # the usual 28 digits would round a long amount in silence


@dataclass(frozen=True, slots=True, order=False, init=False)
class Money:
    """`minor` whole minor units of `currency` (an upper-case ISO 4217 code), signed from the business's side."""

    minor: int
    currency: str

    def __init__(self, minor: int, currency: str) -> None:
        if type(minor) is not int:
            raise BadInput(f"An amount of money is a whole number of minor units, not {minor!r}.")
        if currency not in EXPONENTS:
            exponent(currency)  # says what is wrong with it
        _put_minor(self, minor)  # several a record: the slots are filled directly
        _put_currency(self, currency)

    @classmethod
    def zero(cls, currency: str) -> Money:
        return cls(0, currency)

    @classmethod
    def of(cls, amount: Decimal | str | int, currency: str) -> Money:
        """From major units, exactly. Raises FinerThanMinorUnit, BadInput for what is no number."""
        return cls(to_minor(amount, currency), currency)

    def decimal(self) -> Decimal:
        """In major units with exactly the currency's decimals."""
        return _EXACT.scaleb(Decimal(self.minor), -exponent(self.currency))

    def __str__(self) -> str:
        return f"{self.currency} {self.decimal():,f}"

    def __bool__(self) -> bool:
        return self.minor != 0

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __abs__(self) -> Money:
        return Money(abs(self.minor), self.currency)

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.minor < other.minor

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.minor <= other.minor

    def __gt__(self, other: Money) -> bool:
        return other < self

    def __ge__(self, other: Money) -> bool:
        return other <= self

    def split(self, weights: Sequence[int]) -> list[Money]:
        """Shares in proportion to `weights` (not negative, not all zero) that sum to the whole, by largest remainder."""
        total = sum(weights)
        if total <= 0 or min(weights) < 0:
            raise BadInput("A split needs weights that are not negative and not all zero.")
        shares = [self.minor * weight // total for weight in weights]
        rest = self.minor - sum(shares)
        by_remainder = sorted(range(len(weights)), key=lambda i: (-(self.minor * weights[i] % total), i))
        for i in by_remainder[:rest]:
            shares[i] += 1
        return [Money(share, self.currency) for share in shares]

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self} and {other} are in two currencies and do not add or compare.")


_put_minor, _put_currency = (Money.__dict__[name].__set__ for name in ("minor", "currency"))


def to_minor(amount: Decimal | str | int, currency: str) -> int:
    """Major units to whole minor units, exactly. Raises FinerThanMinorUnit; never rounds."""
    try:
        scaled = _EXACT.scaleb(Decimal(amount), exponent(currency))
    except DecimalException:
        raise BadInput(f"{amount!r} is not an amount; write it like 1250.00.") from None
    if not scaled.is_finite():
        raise BadInput(f"{amount!r} is not an amount; write it like 1250.00.")
    if scaled and scaled.adjusted() >= DIGITS_MAX:
        raise too_large(f"{amount} {currency}")
    minor = int(scaled) if scaled.adjusted() >= 0 else 0
    if minor != scaled:
        raise FinerThanMinorUnit(
            f"{amount} {currency} is finer than the smallest unit of {currency}; nothing was rounded."
        )
    return minor


def too_large(amount: str) -> LargerThanAnyAmount:
    return LargerThanAnyAmount(f"{amount} is larger than any amount of money; check it at its source.")


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum, zero of `currency` where there are none. Raises CurrencyMismatch."""
    result = Money(0, currency)
    for amount in amounts:
        result = result + amount
    return result


def convert(amount: Money, rate: Decimal, currency: str) -> Money:
    """`amount` at `rate` (units of `currency` for one of the amount's), rounded half up to the minor unit.

    Raises LargerThanAnyAmount.
    """
    exact = _EXACT.multiply(amount.decimal(), rate)
    scaled = _EXACT.scaleb(exact, exponent(currency))
    if scaled and scaled.adjusted() >= DIGITS_MAX:
        raise too_large(f"{amount} at the rate {rate} in {currency}")
    return Money(int(scaled.to_integral_value(rounding=ROUND_HALF_UP)), currency)
