"""What things cost in each line of business. Draws are in euro cents and are then scaled to the currency."""

from random import Random

from bench.matching import amounts
from bench.matching.places import Place

_MENU = (1900, 2900, 4900, 7900, 9900, 14900, 19900, 29900, 49900, 99000)
_ROUND = (5000, 10000, 15000, 20000, 25000, 30000, 40000, 50000)
_HUNDREDTHS_PER_EURO = {
    "EUR": 100,
    "USD": 108,
    "GBP": 85,
    "CHF": 95,
    "NOK": 1150,
    "SEK": 1130,
    "PLN": 430,
    "JPY": 16200,
    "KRW": 147000,
    "KWD": 33,
    "BHD": 41,
}
PRECISE = ("wholesale", "freight", "construction", "factory", "legal")
INDUSTRIES = (*PRECISE, "wholesale", "factory", "agency", "software", "medical")


def _net(industry: str, rng: Random) -> int:
    if industry == "software":
        return rng.choice(_MENU) * rng.choice((1, 1, 1, 2, 3, 5))
    if industry == "agency":
        return 5000 * rng.randint(6, 180)
    if industry == "rounded":
        return rng.choice(_ROUND)
    if industry == "legal":
        return rng.randint(2, 90) * rng.choice((5275, 6125, 7250, 8840))
    if industry == "factory":
        return rng.randint(3, 400) * rng.randint(199, 8999)
    centre = {"freight": 10.6, "construction": 13.2, "medical": 10.2}.get(industry, 11.3)
    return max(990, int(rng.lognormvariate(centre, 0.9)))


def price(industry: str, place: Place, currency: str, rng: Random) -> int:
    """The total of one invoice, tax included, in minor units of `currency`."""
    cents = _net(industry, rng)
    vat = rng.choice(place.vat_tenths)
    decimals = amounts.decimals(currency)
    if industry in {"software", "agency", "rounded"}:
        step = {0: 1000, 2: 100, 3: 500}[decimals] if industry == "rounded" else 1
        scaled = amounts.share(cents, _HUNDREDTHS_PER_EURO[currency] * 10**decimals, 10_000)
        net = max(step, round(scaled / step) * step) if decimals != 2 else cents
        return net if industry == "rounded" else amounts.share(net, 1000 + vat, 1000)
    net = amounts.share(cents, _HUNDREDTHS_PER_EURO[currency] * 10**decimals, 10_000)
    return amounts.share(max(net, 10), 1000 + vat, 1000)


def per_euro_hundredths(currency: str) -> int:
    """A round rate: hundredths of a unit for one euro. For adding up amounts of several currencies, not for booking.

    Sets made elsewhere may hold others: those count one for one.
    """
    return _HUNDREDTHS_PER_EURO.get(currency, 100)
