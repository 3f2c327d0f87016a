"""Bank lines against a cash book: a date, an amount and one line of text; no payer columns, no file of customers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Final

from bench.matching_second import banklines
from bench.matching_second.book import Book, Customer, Invoice
from bench.matching_second.world import World

MONEY: Final = {
    "US": "USD", "GB": "GBP", "DE": "EUR", "NL": "EUR", "FR": "EUR", "NO": "NOK", "SE": "SEK", "DK": "DKK", "AU": "AUD",
    "IN": "INR", "BR": "BRL", "JP": "JPY",
}  # fmt: skip
SHAPES: Final = {
    "US": "INV-#####", "GB": "SI-#####", "DE": "RE-2026-#####", "NL": "2026-0####", "FR": "FA26####", "NO": "7#####",
    "SE": "4#####", "DK": "8####", "AU": "INV-0####", "IN": "NT/26/0####", "BR": "NF-0####", "JP": "S26-####",
}  # fmt: skip
TEXTS: Final = ("{}", "INVOICE {}", "INV {}", "PAYMENT {}", "{} THANK YOU")


class Ledger:
    """One business that sells in twelve countries."""

    def __init__(self, family: str, seed: int, size: int, *, named: bool) -> None:
        self.world = World(family, seed)
        self.world.book.with_customers = False
        self.world.name_is_id = named
        self.rng = self.world.rng
        self.payers = [self.world.customer(country) for country in MONEY for _ in range(min(6 + size // 200, 20))]

    def payer(self, *, whole: bool = False) -> Customer:
        return self.rng.choice([each for each in self.payers if not whole or each.country in banklines.LONG])

    def bill(self, payer: Customer, amount: int = 0) -> Invoice:
        money = MONEY[payer.country]
        drawn = amount or self.world.amount(currency=money)
        return self.world.invoice(payer, drawn, self.world.fresh_number(SHAPES[payer.country]), currency=money)

    def line(self, payer: Customer, text: str, *, whole: bool = False) -> str:
        return banklines.line(self.rng, payer.country, payer.latin, text, whole=whole)

    def number(self) -> None:
        payer = self.payer()
        bill = self.bill(payer)
        text = self.rng.choice(TEXTS[:2] if payer.country in {"US", "GB", "JP", "AU"} else TEXTS).format(bill.number)
        line = self.line(payer, text if len(text) <= 15 else bill.number)
        self.world.pays(
            "number in the line", self.world.later(bill.issued), [bill], currency=bill.currency, reference=line
        )

    def payer_only(self, *, named: bool) -> None:
        payer = self.payer()
        bill = self.bill(payer)
        case = "name in the line, amount" if named else "amount alone, a payer's name nobody can look up"
        line = self.line(payer, self.rng.choice(("PAYMENT", "INVOICE", "THANK YOU")))
        self.world.pays(case, self.world.later(bill.issued), [bill], currency=bill.currency, reference=line)

    def check(self) -> None:
        bill = self.bill(self.payer())
        line = banklines.check(self.rng)
        day = self.world.later(bill.issued)
        self.world.pays("check deposit, amount alone", day, [bill], currency=bill.currency, reference=line)

    def several(self) -> None:
        payer = self.payer(whole=True)
        bills = [self.bill(payer) for _ in range(self.rng.randint(2, 4))]
        text = self.rng.choice((" ", ", ", "/", " + ")).join(each.number for each in bills)
        day = max(each.issued for each in bills) + timedelta(days=9)
        line = self.line(payer, text, whole=True)
        self.world.pays("several numbers in the line", day, bills, currency=bills[0].currency, reference=line)

    def instalments(self) -> None:
        payer = self.payer()
        bill = self.bill(payer)
        first = bill.total * self.rng.randint(25, 70) // 100
        day = self.world.later(bill.issued)
        for amount in (first, bill.total - first):
            line = self.line(payer, bill.number)
            parts = [((bill.invoice_id, amount),)]
            self.world.receipt(
                "two lines, one invoice, number in both", "unique", day, amount, parts, residual="open",
                currency=bill.currency, reference=line,
            )  # fmt: skip
            day += timedelta(days=20)

    def twins(self) -> None:
        """The same amount at two customers and a line that names neither."""
        first = self.bill(self.payer())
        second = self.bill(self.rng.choice([each for each in self.payers if each.country == "US"]), first.total)
        if second.currency != first.currency:
            second = self.world.invoice(
                self.payers[0], first.total, second.number + "A", first.issued, currency=first.currency
            )
        options = [((each.invoice_id, each.total),) for each in (first, second)]
        day = max(first.issued, second.issued) + timedelta(days=9)
        line = banklines.check(self.rng)
        self.world.receipt(
            "same amount twice, no name",
            "ambiguous",
            day,
            first.total,
            options,
            currency=first.currency,
            reference=line,
        )

    def noise(self) -> None:
        money = MONEY[self.payer().country]
        amount = self.world.amount(1_000, 2_000_000, money)
        line = banklines.noise(self.rng)
        self.world.receipt("no sale at all", "none", self.world.day(), amount, currency=money, reference=line)

    def delivered_twice(self) -> None:
        bill = self.bill(payer := self.payer())
        day, line = self.world.later(bill.issued), self.line(payer, bill.number)
        first = self.world.pays("number in the line", day, [bill], currency=bill.currency, reference=line)
        self.world.again("the same line delivered twice", "duplicate", first)

    def returned(self) -> None:
        bill = self.bill(payer := self.payer())
        day, line = self.world.later(bill.issued), self.line(payer, bill.number)
        self.world.pays("number in the line", day, [bill], currency=bill.currency, reference=line)
        back = day + timedelta(days=self.rng.randint(2, 6))
        self.world.receipt(
            "the payment sent back", "reversal", back, -bill.total, currency=bill.currency, reference=f"RETURN {line}"
        )

    def unpaid(self) -> None:
        self.bill(self.payer())


def build(family: str, seed: int, size: int, *, named: bool) -> Book:
    ledger = Ledger(family, seed, size, named=named)
    cases: list[tuple[int, Callable[[], None]]] = [
        (40, ledger.number), (18, partial(ledger.payer_only, named=named)), (5, ledger.check), (10, ledger.several),
        (5, ledger.instalments), (4, ledger.twins), (10, ledger.noise), (3, ledger.delivered_twice),
        (3, ledger.returned), (25, ledger.unpaid),
    ]  # fmt: skip
    return ledger.world.deal(cases, size)
