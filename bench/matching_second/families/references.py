"""What payers write of a number: shortened lists, blanks, letters for digits, structured references, and digits that are none."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from bench.matching_second.book import Book, Customer, Invoice
from bench.matching_second.world import World

LOOKS: Final = {"0": "O", "1": "I", "8": "B", "5": "S"}


def iso11649(body: str) -> str:
    """RF and its two check digits, in groups of four as it is printed."""
    digits = "".join(str(int(each, 36)) for each in f"{body}RF00")
    told = f"RF{98 - int(digits) % 97:02d}{body}"
    return " ".join(told[at : at + 4] for at in range(0, len(told), 4))


def belgian(body: str) -> str:
    check = int(body) % 97 or 97
    whole = f"{body}{check:02d}"
    return f"+++{whole[:3]}/{whole[3:7]}/{whole[7:]}+++"


def luhn(body: str) -> str:
    total = 0
    for index, each in enumerate(reversed(body)):
        doubled = int(each) * (2 if index % 2 == 0 else 1)
        total += doubled // 10 + doubled % 10
    return f"{body}{-total % 10}"


class References:
    def __init__(self, seed: int, size: int) -> None:
        self.world = World("references", seed)
        self.rng = self.world.rng
        countries = ("DE", "US", "GB", "FR", "NL", "PL", "SE", "FI", "NO", "IT")
        self.payers = [self.world.customer(each) for each in countries for _ in range(min(8 + size // 100, 14))]

    def payer(self) -> Customer:
        return self.rng.choice(self.payers)

    def bill(self, payer: Customer, number: str = "", day: date | None = None, **more: Any) -> Invoice:
        return self.world.invoice(
            payer, self.world.amount(), number or self.world.fresh_number("INV-######"), day, **more
        )

    def pay(self, case: str, bills: list[Invoice], text: str, payer: Customer | None = None) -> None:
        who = {"payer_name": payer.latin.upper()} if payer else {}
        self.world.pays(case, self.world.later(max(each.issued for each in bills)), bills, reference=text, **who)

    def row(self, payer: Customer, count: int) -> list[Invoice]:
        start, day = int(self.world.fresh_number("4#####")), self.world.day()
        return [self.bill(payer, f"INV-{start + step}", day) for step in range(count)]

    def shortened(self) -> None:
        payer = self.payer()
        bills = self.row(payer, 3)
        tails = [each.number[-2:] for each in bills[1:]]
        self.pay("a list shortened to last digits", bills, f"Inv {bills[0].number[4:]}/{tails[0]}/{tails[1]}", payer)

    def span(self) -> None:
        payer = self.payer()
        bills = self.row(payer, self.rng.randint(4, 8))
        word = self.rng.choice(("-", " - ", " to ", " thru ", " bis "))
        self.pay("first to last", bills, f"Invoices {bills[0].number}{word}{bills[-1].number[4:]}", payer)

    def blanks(self) -> None:
        payer = self.payer()
        bill = self.bill(payer)
        self.pay("blanks inside the number", [bill], f"INV {bill.number[4:7]} {bill.number[7:]}", payer)

    def letters(self) -> None:
        payer = self.payer()
        bill = self.bill(payer)
        text = "INV-" + "".join(LOOKS.get(each, each) for each in bill.number[4:])
        self.pay("letters for digits", [bill], text, payer)

    def last_four(self) -> None:
        payer = self.payer()
        bill = self.bill(payer)
        self.pay("the last four digits", [bill], f"...{bill.number[-4:]}", payer)

    def glued(self) -> None:
        payer = self.payer()
        bill = self.bill(payer)
        self.pay(
            "glued to words and a date", [bill], f"PAYMT{bill.number.replace('-', '')}DTD{bill.issued:%d%m%y}", payer
        )

    def structured(self) -> None:
        body = self.world.fresh_number("##########")
        reference = self.rng.choice((iso11649(body), belgian(body), luhn(body)))
        bill = self.bill(self.payer(), payment_reference=reference)
        text = "".join(each for each in reference if each.isalnum()) if self.rng.random() < 0.5 else reference
        self.pay("structured reference, no payer", [bill], text)

    def broken_check(self) -> None:
        """One digit of the reference is wrong; it is no other's, payer and amount agree."""
        payer = self.payer()
        body = self.world.fresh_number("##########")
        bill = self.bill(payer, payment_reference=luhn(body))
        wrong = luhn(body)[:4] + str((int(body[4]) + 1) % 10) + luhn(body)[5:]
        self.pay("structured reference with a wrong digit, payer", [bill], wrong, payer)

    def not_a_number(self) -> None:
        """A date, a phone, an amount: digits that are another's invoice number, with nobody's sum."""
        stranger = self.payer()
        digits = self.rng.choice(
            (
                f"{self.world.day():%Y%m%d}",
                f"{self.world.day():%d%m%Y}",
                f"0{self.world.digits(9)}",
                self.world.digits(5),
            )
        )
        self.world.invoice(stranger, self.world.amount(), digits, date(2025, 10, 5))
        text = f"Miete {digits} danke"
        self.world.receipt("digits that are a stranger's number", "none", date(2026, 3, 3), self.world.amount(), reference=text,
                           payer_name="Vermietung Quax")  # fmt: skip

    def rest(self) -> None:
        payer = self.payer()
        total = self.world.amount(200_000)
        bill = self.world.invoice(
            payer, total, self.world.fresh_number("INV-######"), open_amount=self.world.amount(20_000, total - 1)
        )
        parts = [((bill.invoice_id, bill.open_amount),)]
        self.world.receipt("the rest of a part-paid invoice, no number", "unique", self.world.later(bill.issued), bill.open_amount, parts,
                           payer_name=payer.latin.upper())  # fmt: skip

    def whole_of_a_rest(self) -> None:
        """The first total again, of an invoice that is half paid."""
        payer = self.payer()
        total = self.world.amount(200_000)
        bill = self.world.invoice(payer, total, self.world.fresh_number("INV-######"), open_amount=total // 2)
        options = [((bill.invoice_id, total // 2),)]
        self.world.receipt("the whole sum of a half-paid invoice", "ambiguous", self.world.later(bill.issued), total, options,
                           payer_name=payer.latin.upper(), reference=bill.number)  # fmt: skip

    def paid_number(self) -> None:
        """He quotes last month's number, long paid, and sends exactly this month's sum, which is no other's."""
        payer = self.payer()
        old = self.bill(payer, status="paid", open_amount=0)
        bill = self.bill(payer, day=old.issued + timedelta(days=30))
        self.pay("number of a paid invoice, amount of the only open one", [bill], f"Invoice {old.number}", payer)

    def two_named_one_open(self) -> None:
        payer = self.payer()
        old = self.bill(payer, status="paid", open_amount=0)
        bill = self.bill(payer, day=old.issued)
        self.pay("two numbers, one of them paid, the other's amount", [bill], f"{old.number} + {bill.number}", payer)

    def other_money(self) -> None:
        """The same figure in another currency, no rate."""
        payer = self.payer()
        bill = self.bill(payer)
        self.world.receipt("same figure, other currency, no rate", "ambiguous", self.world.later(bill.issued), bill.total, currency="USD",
                           payer_name=payer.latin.upper(), reference=bill.number)  # fmt: skip

    def one_or_two(self) -> None:
        """A single one has the sum, and two others have it together."""
        payer = self.payer()
        first, second = self.bill(payer), self.bill(payer)
        third = self.world.invoice(
            payer, first.total + second.total, self.world.fresh_number("INV-######"), first.issued
        )
        options = [
            ((third.invoice_id, third.total),),
            ((first.invoice_id, first.total), (second.invoice_id, second.total)),
        ]
        day = self.world.later(max(first.issued, second.issued))
        self.world.receipt(
            "one invoice or two others make the sum",
            "ambiguous",
            day,
            third.total,
            options,
            payer_name=payer.latin.upper(),
        )

    def swapped_amounts(self) -> None:
        """The number of one, the amount of another of the same customer."""
        payer = self.payer()
        named, owed = self.bill(payer), self.bill(payer)
        options = [((owed.invoice_id, owed.total),)]
        if named.total > owed.total:
            options.append(((named.invoice_id, owed.total),))
        day = self.world.later(max(named.issued, owed.issued))
        self.world.receipt("number of one, amount of another", "ambiguous", day, owed.total, options, payer_name=payer.latin.upper(),
                           reference=f"Invoice {named.number}")  # fmt: skip

    def unpaid(self) -> None:
        self.bill(self.payer())


def build(seed: int, size: int) -> Book:
    one = References(seed, size)
    cases = [
        (6, one.shortened), (6, one.span), (6, one.blanks), (6, one.letters), (6, one.last_four), (6, one.glued), (10, one.structured),
        (4, one.broken_check), (4, one.not_a_number), (6, one.rest), (3, one.whole_of_a_rest), (4, one.paid_number), (4, one.two_named_one_open),
        (3, one.other_money), (3, one.one_or_two), (4, one.swapped_amounts), (12, one.unpaid),
    ]  # fmt: skip
    return one.world.deal(cases, size)
