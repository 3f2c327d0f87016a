"""Invoice numbers: given out in order of issue for each series, and the ways in which payers re-write and spoil them."""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from random import Random

from bench.matching import references
from bench.matching.plans.base import token
from bench.matching.world import Customer, Invoice, World

_LOOKALIKE = {"0": "O", "1": "I", "8": "B", "5": "S", "2": "Z", "6": "G", "9": "g", "7": "T", "3": "E", "4": "A"}
_READ_FIRST = "0185"
_CREDIT = ("CN-{n:05}", "CR{n:05}", "GS-{n:04}")
_ORDERS = ("PO-{:06}", "45{:08}", "P{:07}", "BE/{:06}", "ORD-{:06}")


class Series:
    """Counts one template up, afresh each year or month where the template names it."""

    def __init__(self, template: str, rng: Random) -> None:
        self._template, self._rng = template, rng
        self._dated = "{y" in template
        self._last: dict[str, int] = {}
        self._start = 0 if self._dated else rng.randrange(1000, 60_000)

    def next(self, issued: int, *, close: bool) -> str:
        """`close`: directly after the one before, with no gap."""
        when = date.fromordinal(issued)
        period = f"{when.year}{when.month:02}" if "{mm}" in self._template else str(when.year) if self._dated else ""
        step = 1 if close or self._dated else self._rng.choice((1, 1, 1, 1, 2, 3))
        count = self._last.get(period, self._start) + step
        self._last[period] = count
        return self._template.format(n=count, y=when.year, yy=f"{when.year % 100:02}", mm=f"{when.month:02}")


def _template(customer: Customer, chosen: dict[str, list[str]], rng: Random) -> str:
    if customer.currency in {"EUR", "USD", "GBP"} and rng.random() < 0.12:
        prefix = "".join(rng.choices("0123456789ABCDEF", k=7))
        return f"{rng.choice('ABCDEF')}{prefix}-{{n:04}}"
    return rng.choice(chosen[customer.place.country])


def number_all(world: World, rng: Random) -> None:
    """Numbers, ids, order numbers and references for every document, in order of issue."""
    chosen: dict[str, list[str]] = {}
    for customer in world.customers:
        place = customer.place
        if place.country not in chosen:
            kept = list(place.templates)
            rng.shuffle(kept)
            chosen[place.country] = kept[: rng.choice((1, 2))]
    templates = {customer.id: _template(customer, chosen, rng) for customer in world.customers}
    credit = Series(rng.choice(_CREDIT), rng)
    series: dict[str, Series] = {}
    seen: set[str] = set()
    before = 0
    for invoice in sorted(world.invoices, key=lambda one: (one.issued, one.batch, one.serial)):
        template = templates[invoice.customer.id]
        line = credit if invoice.is_credit else series.setdefault(template, _new_series(template, rng))
        close = bool(invoice.batch) and invoice.batch == before
        invoice.number = line.next(invoice.issued, close=close)
        while invoice.number in seen:
            invoice.number = line.next(invoice.issued, close=True)
        seen.add(invoice.number)
        before = invoice.batch
        _identify(invoice, template, rng, len(seen), seen)


def _new_series(template: str, rng: Random) -> Series:
    made = Series(template, rng)
    if re.match(r"[0-9A-F]{8}-", template):
        made._start = rng.randrange(0, 9)  # noqa: SLF001 - numbers like hexadecimal ids begin low
    return made


def _identify(invoice: Invoice, template: str, rng: Random, serial: int, seen: set[str]) -> None:
    by_card = bool(re.match(r"[0-9A-F]{8}-", template))
    invoice.id = token("in", rng) if by_card else f"{'cn' if invoice.is_credit else 'inv'}-{serial:07d}"
    if invoice.is_credit:
        return
    if invoice.order == "?" or (not invoice.order and rng.random() < 0.2):
        invoice.order = ""
        while not invoice.order or invoice.order in seen:
            invoice.order = rng.choice(_ORDERS).format(rng.randrange(10**6))
        seen.add(invoice.order)
    kind = invoice.customer.place.reference
    wanted = invoice.reference == "?" or (not invoice.reference and rng.random() < 0.6)
    if kind != "-" and wanted:
        invoice.reference = references.MAKERS[kind](serial + 10_000, rng)


def reformatted(number: str, rng: Random) -> str:
    """Bare digits, no zeros, year turned, signs lost, another word before it: never the number itself."""
    groups = re.findall(r"\d+", number)
    bare = groups[-1].lstrip("0") or "0"
    ways = ["".join(sign for sign in number if sign.isalnum()), number.lower(), re.sub(r"[-/]", " ", number)]
    if len(bare) >= 3:
        ways += [bare, groups[-1], f"#{bare}", f"no. {bare}", f"nr{bare}"]
    if len(groups) == 2 and groups[0].startswith("20"):
        year = groups[0][2:] if len(groups[0]) == 4 else groups[0]
        ways += [f"{bare}/{year}", f"{year}-{bare}", f"{groups[0]}/{bare}"]
    if len(groups) == 1 and groups[0].startswith("0"):
        ways.append(number.replace(groups[0], bare))
    fits = [way for way in ways if number.upper() not in way.upper().split() and way.lstrip("#nor. ") != number]
    return rng.choice(fits or [f"{number[:-3]} {number[-3:]}"])


def misread(number: str, rng: Random) -> str:
    spots = [spot for spot, sign in enumerate(number) if sign in _READ_FIRST]
    spots = spots or [spot for spot, sign in enumerate(number) if sign in _LOOKALIKE]
    spot = rng.choice(spots)
    return number[:spot] + _LOOKALIKE[number[spot]] + number[spot + 1 :]


def _edits(number: str) -> Iterator[str]:
    for spot in range(len(number) - 1):
        if number[spot : spot + 2].isdigit() and number[spot] != number[spot + 1]:
            yield number[:spot] + number[spot + 1] + number[spot] + number[spot + 2 :]


def _substitutes(number: str) -> Iterator[str]:
    for spot, sign in enumerate(number):
        if sign.isdigit():
            for digit in "0123456789":
                if digit != sign:
                    yield number[:spot] + digit + number[spot + 1 :]


def transposed(number: str, rng: Random) -> str:
    return rng.choice(list(_edits(number)) or list(_substitutes(number)))


def broken(number: str, rng: Random) -> str:
    """The number torn by a line break or a space."""
    spots = [spot for spot in range(1, len(number)) if number[spot - 1].isalnum() and number[spot].isalnum()]
    spot = rng.choice(spots or [len(number) // 2])
    return f"{number[:spot]}{rng.choice((chr(10), ' '))}{number[spot:]}"


class Book:
    """All numbers, to find the ones that a slip of the finger would hit."""

    def __init__(self, world: World, rng: Random) -> None:
        self._rng = rng
        self._by_number = {invoice.number: invoice for invoice in world.invoices}
        self._by_country: dict[str, list[Invoice]] = defaultdict(list)
        for invoice in world.invoices:
            self._by_country[invoice.customer.place.country].append(invoice)

    def strangers(self, invoice: Invoice, amount: int) -> str:
        """Another customer's number, one slip away where there is one."""
        near = [*_edits(invoice.number), *_substitutes(invoice.number)]
        hits = [number for number in near if self._is_other(self._by_number.get(number), invoice, amount)]
        return self._rng.choice(hits) if hits else self.other(invoice, amount, 0).number

    @staticmethod
    def _is_other(found: Invoice | None, invoice: Invoice, amount: int) -> bool:
        return (
            found is not None
            and found.customer is not invoice.customer
            and found.total != amount
            and found.status == "open"
        )

    def other(self, invoice: Invoice, amount: int, digits: int) -> Invoice:
        """A random open invoice of somebody else, issued before, with at least that many digits in its number."""
        crowd = self._by_country[invoice.customer.place.country]
        found = invoice
        for _ in range(300):
            found = self._rng.choice(crowd)
            long = len(re.findall(r"\d+", found.number)[-1]) >= digits
            if self._is_other(found, invoice, amount) and long and found.issued <= invoice.issued + 30:
                return found
        return found
