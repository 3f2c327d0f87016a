"""A world in the making: draws names, numbers, days and amounts that do not collide by accident."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from bench.matching_second.book import Book, Customer, Invoice, Kind, Parts, Past, Receipt, Truth
from bench.matching_second.names import Name, company

FIRST_DAY: Final = date(2025, 10, 1)
SPAN_DAYS: Final = 240
DISTINCT_LETTERS: Final = 12
"""Two customers of a world differ in their first letters, so that a cut name still has one owner."""

LEADING: Final = (
    "Kabushiki Kaisha ",
    "株式会社",
    "Jusikhoesa ",
    "주식회사 ",
    "Sherkat ",
    "Borisat ",
    "บริษัท ",
    "شركة ",
    "شرکت ",
)
"""Legal forms that stand first: every company of the country would begin alike."""
MOST_DRAWS: Final = 10_000


def folded(text: str) -> str:
    for form in LEADING:
        text = text.removeprefix(form)
    plain = unicodedata.normalize("NFKD", text.upper())
    return "".join(each for each in plain if each.isalnum())


class World:
    def __init__(self, family: str, seed: int, currency: str = "EUR") -> None:
        self.rng = random.Random(f"{family}/{seed}")
        self.book = Book(family)
        self.currency = currency
        self.name_is_id = False
        """An export without a file of customers often has the name where the id is asked."""
        self._amounts: set[tuple[str, int]] = set()
        self._prefixes: set[str] = set()
        self._numbers: set[str] = set()

    def key(self, letter: str) -> str:
        return f"{letter}{self.rng.getrandbits(44):011x}"

    def day(self) -> date:
        return FIRST_DAY + timedelta(days=self.rng.randrange(SPAN_DAYS))

    def later(self, day: date, low: int = 5, high: int = 45) -> date:
        return day + timedelta(days=self.rng.randint(low, high))

    def amount(self, low: int = 20_000, high: int = 4_000_000, currency: str = "") -> int:
        """An amount that nothing else in the world has, nor has with a few hundredths more or less."""
        money = currency or self.currency
        while True:
            drawn = self.rng.randint(low, high)
            if drawn % 100 and not any((money, drawn + step) in self._amounts for step in range(-3, 4)):
                self._amounts.add((money, drawn))
                return drawn

    def digits(self, count: int) -> str:
        return "".join(self.rng.choice("0123456789") for _ in range(count))

    def fresh_number(self, shape: str) -> str:
        """`#` is a digit; drawn until nothing else in the world has that number."""
        for _ in range(MOST_DRAWS):
            number = "".join(self.rng.choice("0123456789") if each == "#" else each for each in shape)
            if number not in self._numbers:
                self._numbers.add(number)
                return number
        raise ValueError(f"no more numbers of {shape}")

    def customer(self, country: str, *, name: Name | None = None, **more: Any) -> Customer:
        for _ in range(MOST_DRAWS):
            drawn = name or company(self.rng, country)
            marks = {folded(drawn.native)[:DISTINCT_LETTERS], folded(drawn.latin)[:DISTINCT_LETTERS]}
            if name or not marks & self._prefixes:
                break
        else:
            raise ValueError(f"no more names for {country}")
        self._prefixes |= marks
        given = {"account": f"{country}{self.digits(20)}", **more}
        made = Customer(drawn.native if self.name_is_id else self.key("c"), drawn.native, drawn.latin, country, **given)
        self.book.customers.append(made)
        return made

    def invoice(self, customer: Customer, amount: int, number: str, day: date | None = None, **more: Any) -> Invoice:
        issued = day or self.day()
        given = {"open_amount": amount, "currency": self.currency, "due": issued + timedelta(days=30), **more}
        made = Invoice(self.key("i"), number, customer.customer_id, issued, total=amount, **given)
        self.book.invoices.append(made)
        return made

    def receipt(
        self,
        case: str,
        kind: Kind,
        day: date,
        amount: int,
        options: Sequence[Parts] = (),
        *,
        residual: str = "",
        **more: Any,
    ) -> Receipt:
        given = {"currency": self.currency, **more}
        made = Receipt(self.key("r"), day, amount=amount, **given)
        self.book.receipts.append(made)
        told = tuple(tuple(sorted(each)) for each in options)
        self.book.truths.append(Truth(made.receipt_id, case, kind, told, residual))
        return made

    def pays(self, case: str, day: date, invoices: Sequence[Invoice], **more: Any) -> Receipt:
        """One receipt that pays these documents in full; credit notes come off."""
        parts = tuple((each.invoice_id, -each.total if each.kind == "credit_note" else each.total) for each in invoices)
        return self.receipt(case, "unique", day, sum(part for _, part in parts), [parts], **more)

    def deal(self, cases: Sequence[tuple[int, Callable[[], None]]], size: int) -> Book:
        """Cases by weight, until there are enough receipts."""
        weights, kinds = [each[0] for each in cases], [each[1] for each in cases]
        while len(self.book.receipts) < size:
            self.rng.choices(kinds, weights)[0]()
        return self.book

    def again(self, case: str, kind: Kind, first: Receipt, **more: Any) -> Receipt:
        made = replace(first, receipt_id=self.key("r"), **more)
        self.book.receipts.append(made)
        equal = "" if more else first.receipt_id
        self.book.truths.append(Truth(made.receipt_id, case, kind, equal_to=equal))
        return made

    def remember(self, customer: Customer, payer_name: str, payer_account: str, times: int = 3) -> None:
        """History in which this customer was paid under that name and from that account."""
        for _ in range(times):
            amount = self.rng.randint(5_000, 900_000)
            day = FIRST_DAY - timedelta(days=self.rng.randint(5, 200))
            old = Receipt(self.key("h"), day, self.currency, amount, payer_name=payer_name, payer_account=payer_account)
            self.book.history.append(Past(old, self.key("o"), amount, customer.customer_id))
