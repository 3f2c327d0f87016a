"""Who the customers are, and how many of each role the cases need."""

from random import Random

from bench.matching import names, prices
from bench.matching.places import EXACT_FORMS, FOREIGN, HOMES, PLACES, Place
from bench.matching.world import Customer, World

_IBAN_DIGITS = {
    "DE": 18,
    "FR": 23,
    "NL": 10,
    "BE": 12,
    "CH": 17,
    "NO": 11,
    "SE": 20,
    "FI": 14,
    "PL": 24,
    "GB": 14,
    "BG": 14,
}
_BANK = {"NL": "INGB", "GB": "BARC", "BG": "UNCR"}
_NET_DAYS = (0, 7, 14, 14, 30, 30, 30, 30, 45, 60)


def account(place: Place, rng: Random) -> str:
    """An IBAN with a true check number where the country has them, else digits."""
    digits = _IBAN_DIGITS.get(place.country)
    if digits is None:
        return f"{rng.randrange(10**9, 10**10)}"
    body = _BANK.get(place.country, "") + f"{rng.randrange(10**digits):0{digits}d}"
    spelt = "".join(str(int(sign, 36)) for sign in f"{body}{place.country}00")
    return f"{place.country}{98 - int(spelt) % 97:02d}{body}"


def _email(name: str, number: int, rng: Random) -> str:
    ascii_name = "".join(sign for sign in names.folded(name) if sign.isascii() and sign.isalnum()).lower()
    domain = ascii_name[:18] or f"client{number}"
    return f"{rng.choice(('accounts', 'ap', 'billing', 'office', 'finance'))}@{domain}{number % 997}.example"


class Census:
    """Makes customers one by one, with names that differ after folding."""

    def __init__(self, world: World, rng: Random, crowd: int) -> None:
        self._world, self._rng, self._crowd = world, rng, crowd
        self._taken: set[str] = set()
        self._weights = [place.weight * rng.choice((0.5, 0.8, 1, 1.5, 2.5)) for place in PLACES]
        self._style = rng.choice(("C{}", "K-{}", "{}", "CU{}", "D{}"))
        self._next = rng.randrange(10_000, 20_000)

    def _name(self, place: Place) -> str:
        for attempt in range(60):
            name = names.company(place, self._rng, self._crowd if attempt < 20 else 10**9)
            if names.folded(name) not in self._taken:
                break
        else:
            name = f"{name} {self._next}"
        self._taken.add(names.folded(name))
        return name

    def add(self, role: str = "plain", *, place: Place | None = None, name: str = "", industry: str = "") -> Customer:
        rng = self._rng
        home = place or rng.choices(PLACES, self._weights)[0]
        self._next += rng.choice((1, 1, 1, 2, 3))
        spelt = name or self._name(home)
        customer = Customer(
            self._style.format(self._next),
            spelt,
            home,
            industry or rng.choice(prices.INDUSTRIES),
            _email(spelt, self._next, rng),
            account(home, rng),
            rng.random() < 0.6,
            rng.choice(_NET_DAYS),
            role,
            home.currency,
        )
        if role == "foreign":
            customer.home = rng.choice(HOMES)
            customer.currency = rng.choice([money for money in FOREIGN if money != customer.home])
        self._world.add_customer(customer)
        return customer

    def recruit(self, role: str) -> Customer:
        """One more customer of a role, where all the others were busy."""
        if role == "exact":
            return self.add(role, place=self._rng.choice([place for place in PLACES if place.currency in EXACT_FORMS]))
        if role == "foreign":
            return self.add(role, place=PLACES[2], industry=self._rng.choice(prices.PRECISE))
        industry = {"subscriber": "software", "rounded": "rounded"}.get(role, "")
        return self.add(role, place=PLACES[0] if role == "rounded" else None, industry=industry)


def settle_in(world: World, census: Census, needed: dict[int, int]) -> None:
    """Give the world its customers: a crowd, and the special ones that single cases live on."""
    rng = world.rng
    euro = [place for place in PLACES if place.currency == "EUR" and place.language != "bg"]
    for _ in range(max(60, world.receipt_target // 5)):
        census.add()
    for _ in range(needed[8] // 4 + 1):
        census.add("subscriber", industry="software")
    for _ in range(needed[28] // 3 + 1):
        census.add("big", industry=rng.choice(prices.PRECISE), place=rng.choice(PLACES[:8]))
    for _ in range(needed[57] // 4 + 1):
        census.add("rounded", industry="rounded", place=PLACES[0])
    for _ in range(needed[42] // 3 + 1):
        census.add("foreign", place=rng.choice(euro), industry=rng.choice(prices.PRECISE))
    for place in PLACES:
        if place.currency in EXACT_FORMS:
            for _ in range(needed[43] // 8 + 1):
                census.add("exact", place=place)
    _families(census, rng, needed)


def _families(census: Census, rng: Random, needed: dict[int, int]) -> None:
    for _ in range((needed[18] + needed[29] + needed[47]) // 4 + 2):
        parent = census.add("parent", place=rng.choice(PLACES[:8]))
        for _ in range(rng.randint(2, 4)):
            child = census.add("child", place=parent.place)
            child.parent = parent
    for _ in range(needed[20] // 3 + 1):
        first = census.add("double", place=rng.choice(PLACES[:7]))
        census.add("double", place=first.place, name=first.name)
