"""Exchange rates day by day, as whole millionths of a millionth so that nothing is rounded twice."""

from collections.abc import Iterator
from datetime import date
from random import Random

from bench.matching import amounts
from bench.matching.places import FOREIGN, HOMES

_SCALE = 10**8
_PER_EURO = {"EUR": 1.0, "USD": 1.09, "GBP": 0.853, "CHF": 0.951, "SEK": 11.36, "NOK": 11.62, "PLN": 4.31, "JPY": 163.4}


class Rates:
    """A slow walk for each currency; a pair's rate is kept to eight decimals, just as the file has it."""

    def __init__(self, first: int, last: int, rng: Random) -> None:
        self._table: dict[tuple[int, str, str], int] = {}
        level = dict(_PER_EURO)
        for day in range(first, last + 1):
            for currency in level:
                if currency != "EUR":
                    level[currency] *= 1 + rng.gauss(0, 0.003)
            for home in HOMES:
                for other in FOREIGN:
                    if other != home:
                        self._table[day, other, home] = max(1, round(level[home] / level[other] * _SCALE))

    def convert(self, day: int, money: str, home: str, minor: int) -> int:
        """An amount of `money` in `home`, rounded half up."""
        up, down = self._table[day, money, home] * amounts.unit(home), _SCALE * amounts.unit(money)
        return amounts.share(minor, up, down)

    def convert_back(self, day: int, money: str, home: str, minor: int) -> int:
        """An amount of `home` in `money` at the same rate."""
        up, down = _SCALE * amounts.unit(money), self._table[day, money, home] * amounts.unit(home)
        return amounts.share(minor, up, down)

    def rows(self) -> Iterator[list[str]]:
        """Both directions, the second as the first one's inverse to ten decimals."""
        for (day, money, home), rate in self._table.items():
            when = date.fromordinal(day).isoformat()
            yield [when, money, home, f"{rate // _SCALE}.{rate % _SCALE:08d}"]
            if not (money in HOMES and home in HOMES):
                inverse = amounts.share(10**10, _SCALE, rate)
                yield [when, home, money, f"{inverse // 10**10}.{inverse % 10**10:010d}"]
