"""Who pays: names a letter apart, accounts against names, companies called like a bank's word, payers known from history only."""

from __future__ import annotations

from typing import Any, Final

from bench.matching_second.book import Book, Customer, Invoice
from bench.matching_second.names import Name
from bench.matching_second.world import World

SIBLINGS: Final = (
    ("{} Bau GmbH", "{} Bau GmbH & Co. KG"), ("{} Trading LLC", "{} Trading Inc."), ("{} (UK) Ltd", "{} (Ireland) Ltd"),
    ("{} Services 1 Ltd", "{} Services 2 Ltd"), ("{} Nord AG", "{} Süd AG"), ("{} Holding B.V.", "{} Beheer B.V."),
)  # fmt: skip
LIKE_A_BANKS_WORD: Final = (
    "Stripe & Daughters Painting LLC", "Adyenhof Gasthaus GmbH", "Square One Interiors Ltd", "Wise Owl Bakery Ltd", "Klarna Lindqvist AB",
    "Allied Insurance Brokers Ltd", "Sloan Interest Advisory LLP", "Capital Roofing Inc.", "Taxwell Accountants LLP", "Refund Recyclers Ltd",
    "Savings Grove Nursery", "Settlement Weavers Coop", "Dividend Farms LLC", "Loan Oak Timber Co.", "Payout Games Ltd", "Chargeback Brewing Co.",
    "Mollie Maguire Pubs Ltd", "PayPalm Beach Resorts LLC", "Treasury Wine Bar Ltd", "Returned Glass Bottles Ltd", "Transfer Station Haulage Ltd",
)  # fmt: skip
PEOPLE: Final = (
    "Maria Garcia Lopez", "Jan de Vries", "Nguyen Van Anh", "Siobhan O'Brien", "Jean-Pierre Lefebvre", "Anna-Lena Groß", "Mohammed Al-Rashid",
    "Priya Ramachandran", "Bjørn Ødegård", "Xiu Ying Wang", "Krzysztof Wiśniewski", "João Gonçalves", "Eleni Papadaki", "Matthias Öhler",
)  # fmt: skip


class Identity:
    def __init__(self, seed: int, size: int) -> None:
        self.world = World("identity", seed)
        self.rng = self.world.rng
        countries = ("DE", "US", "GB", "FR", "NL", "PL", "SE", "IT", "IN", "AU")
        self.payers = [self.world.customer(each) for each in countries for _ in range(8)]
        self.odd = [self.world.customer("GB", name=Name(each, each)) for each in LIKE_A_BANKS_WORD]
        self.people = [self.world.customer("GB", name=Name(each, each), email=_mail(each)) for each in PEOPLE]
        self.aliases: list[tuple[str, Customer]] = []
        for index, payer in enumerate(self.payers[:20]):
            alias = f"ZQ{index} {self.rng.choice(('VERWALTUNG', 'SHARED SERVICES', 'TREUHAND', 'OFFICE'))} {self.world.digits(3)}"
            self.world.remember(payer, alias, "")
            self.aliases.append((alias, payer))
        self.agent = "MERCURY PAYING AGENT"
        for payer in self.payers[20:23]:
            self.world.remember(payer, self.agent, "LU77AGENT0001", 2)

    def bill(self, payer: Customer, amount: int = 0) -> Invoice:
        return self.world.invoice(payer, amount or self.world.amount(), self.world.fresh_number("INV-######"))

    def pay(self, case: str, bill: Invoice, **more: Any) -> None:
        self.world.pays(case, self.world.later(bill.issued), [bill], **more)

    def person(self, case: str, options: list[Invoice], amount: int, bill: Invoice, **more: Any) -> None:
        told = [((each.invoice_id, each.total),) for each in options]
        self.world.receipt(case, "ambiguous", self.world.later(bill.issued), amount, told, **more)

    def siblings(self) -> tuple[Customer, Customer]:
        stem = f"{self.rng.choice('BCDFGKLMNPRSTVW')}{self.rng.choice('aeiou')}{self.rng.choice('lmnrst')}{self.rng.choice('aeiou')}"
        stem += (
            self.rng.choice(("berg", "dorf", "wick", "ton", "ville", "mark"))
            + self.rng.choice("xzkq")
            + self.rng.choice("aeiou")
        )
        pair = self.rng.choice(SIBLINGS)
        first, second = (self.world.customer("DE", name=Name(each.format(stem), each.format(stem))) for each in pair)
        return first, second

    def own_of_two(self) -> None:
        """Both siblings owe the sum; the line has the whole name of one."""
        first, second = self.siblings()
        bill = self.bill(first)
        self.world.invoice(second, bill.total, self.world.fresh_number("INV-######"), bill.issued)
        self.pay("two companies of one group, whole name, same amount", bill, payer_name=first.name)

    def stem_of_two(self) -> None:
        """Both siblings owe the sum; the line has only what they share."""
        first, second = self.siblings()
        bill = self.bill(first)
        other = self.world.invoice(second, bill.total, self.world.fresh_number("INV-######"), bill.issued)
        self.person("two companies of one group, shared stem, same amount", [bill, other], bill.total, bill,
                    payer_name=first.name.split(" ")[0].upper())  # fmt: skip

    def sisters_debt(self) -> None:
        """One company pays by its whole name and account what only its sister owes, and names no number."""
        first, second = self.siblings()
        bill = self.bill(second)
        self.bill(first)
        self.person(
            "sister's debt, no number", [bill], bill.total, bill, payer_name=first.name, payer_account=first.account
        )

    def account_against_name(self) -> None:
        one, other = self.rng.sample(self.payers, 2)
        bill = self.bill(one)
        twin = self.world.invoice(other, bill.total, self.world.fresh_number("INV-######"), bill.issued)
        self.person("account of one, name of another, both owe it", [bill, twin], bill.total, bill, payer_name=other.latin,
                    payer_account=one.account)  # fmt: skip

    def like_a_word(self) -> None:
        payer = self.rng.choice(self.odd)
        bill = self.bill(payer)
        self.pay(
            "a name like a bank's word, number",
            bill,
            payer_name=payer.latin.upper(),
            reference=f"Invoice {bill.number}",
        )

    def like_a_word_bare(self) -> None:
        payer = self.rng.choice(self.odd)
        bill = self.bill(payer)
        self.pay("a name like a bank's word, amount", bill, payer_name=payer.latin.upper(), payer_account=payer.account)

    def name_turned(self) -> None:
        payer = self.rng.choice(self.people)
        bill = self.bill(payer)
        words = payer.name.split(" ")
        self.pay("a person, family name first", bill, payer_name=", ".join((words[-1], " ".join(words[:-1]))).upper())

    def by_mail(self) -> None:
        payer = self.rng.choice(self.people)
        bill = self.bill(payer)
        self.pay(
            "a card, e-mail of a customer, amount",
            bill,
            payer_email=payer.email.upper(),
            method="card",
            source="stripe",
        )

    def alias(self) -> None:
        alias, payer = self.rng.choice(self.aliases)
        bill = self.bill(payer)
        self.pay("payer known from history only, amount", bill, payer_name=alias)

    def agent_of_three(self) -> None:
        """An agent who paid for three customers before; two of them owe the sum."""
        bill = self.bill(self.payers[20])
        other = self.world.invoice(self.payers[21], bill.total, self.world.fresh_number("INV-######"), bill.issued)
        self.person("agent of several, two of them owe it", [bill, other], bill.total, bill, payer_name=self.agent,
                    payer_account="LU77AGENT0001")  # fmt: skip

    def misspelt(self) -> None:
        payer = self.rng.choice(self.payers)
        bill = self.bill(payer)
        name = payer.latin.upper()
        at = self.rng.randint(2, 7)
        self.pay(
            "two letters of the name swapped, amount",
            bill,
            payer_name=name[:at] + name[at + 1] + name[at] + name[at + 2 :],
        )

    def unknown_payer(self) -> None:
        """A stranger sends exactly what one customer owes, with no word."""
        bill = self.bill(self.rng.choice(self.payers))
        self.person(
            "a stranger's name, somebody's amount",
            [bill],
            bill.total,
            bill,
            payer_name=f"XAVERIUS {self.world.digits(2)} KLIMT",
        )

    def stranger_quotes(self) -> None:
        """A customer with debts of his own quotes another's number with another's exact amount."""
        one, other = self.rng.sample(self.payers, 2)
        bill = self.bill(one)
        self.bill(other)
        self.person("a customer quotes and pays another's invoice", [bill], bill.total, bill, payer_name=other.latin,
                    payer_account=other.account, reference=f"Invoice {bill.number}")  # fmt: skip

    def unpaid(self) -> None:
        self.bill(self.rng.choice([*self.payers, *self.odd, *self.people]))


def _mail(name: str) -> str:
    return f"{''.join(each for each in name.lower() if 'a' <= each <= 'z')}@example.com"


def build(seed: int, size: int) -> Book:
    one = Identity(seed, size)
    cases = [
        (5, one.own_of_two), (4, one.stem_of_two), (4, one.sisters_debt), (4, one.account_against_name), (10, one.like_a_word), (8, one.like_a_word_bare),
        (8, one.name_turned), (5, one.by_mail), (8, one.alias), (3, one.agent_of_three), (8, one.misspelt), (4, one.unknown_payer),
        (4, one.stranger_quotes), (12, one.unpaid),
    ]  # fmt: skip
    return one.world.deal(cases, size)
