"""Minor units and the exchange rates of the pretend world: one step on the first of each month."""

from __future__ import annotations

import random
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

_DIGITS = {"JPY": 0, "KWD": 3}
_USD_FOR_ONE = {
    "USD": Decimal(1),
    "EUR": Decimal("1.0840"),
    "GBP": Decimal("1.2710"),
    "JPY": Decimal("0.006680"),
    "KWD": Decimal("3.2510"),
}
_PLACES = Decimal("0.000001")


def digits(currency: str) -> int:
    """How many digits its minor unit stands behind the point."""
    return _DIGITS.get(currency, 2)


def first_of_month(day: date, months: int = 0) -> date:
    """The first of the month that lies `months` after (negative: before) the month of `day`."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


class RateTable:
    """Home units for one unit of a currency, by day; a rate holds from the first of a month until the next."""

    def __init__(self, home: str, currencies: tuple[str, ...], first: date, last: date, seed: str) -> None:
        self._home = home
        self._steps: dict[tuple[date, str], str] = {}
        chance = random.Random(f"rates/{seed}/{home}")
        for currency in currencies:
            drift = Decimal(1)
            month = first_of_month(first)
            while month <= last:
                drift += Decimal(chance.randint(-140, 150)) / 10000
                rate = (_USD_FOR_ONE[currency] / _USD_FOR_ONE[home] * drift).quantize(_PLACES)
                self._steps[month, currency] = f"{rate.normalize():f}"
                month = first_of_month(month, 1)

    def on(self, day: date, currency: str) -> str:
        """ "1" for the home currency; KeyError outside of the table."""
        return "1" if currency == self._home else self._steps[first_of_month(day), currency]

    def to_home(self, amount: int, currency: str, day: date) -> int:
        """Minor units of the home currency, a half rounded away from zero."""
        scale = Decimal(10) ** (digits(self._home) - digits(currency))
        value = Decimal(amount) * Decimal(self.on(day, currency)) * scale
        return int(value.quantize(Decimal(1), ROUND_HALF_UP))

    def steps(self) -> tuple[tuple[date, str, str], ...]:
        rows = ((month, currency, rate) for (month, currency), rate in self._steps.items())
        return tuple(sorted(rows))
