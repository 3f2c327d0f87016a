"""Numbers of other shapes than a prefix and five digits, each shape a business of its own customers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from bench.matching_second.book import Book, Customer, Invoice
from bench.matching_second.world import World

SHAPES: Final = (
    "2026/####-A", "RE-2026-######", "F25/####", "INV.##.2026.###", "############", "##############", "ACME-###/B", "K####/01/26",
    "########-####-4###-a###-############", "№ ###/26-П", "SI/####/25-26", "WH\\INV\\2026\\#####", "2026-03-##-###", "1-####",
)  # fmt: skip


class Numbers:
    def __init__(self, seed: int, size: int) -> None:
        self.world = World("numbering", seed)
        self.rng = self.world.rng
        countries = ["DE", "FR", "US", "GB", "IT", "PL", "ES", "SE", "NL", "IN"]
        self.payers = [self.world.customer(each) for each in countries for _ in range(min(4 + size // 200, 12))]

    def payer(self) -> Customer:
        return self.rng.choice(self.payers)

    def bill(self, payer: Customer, shape: str = "", day: date | None = None, **more: str) -> Invoice:
        number = self.world.fresh_number(shape or self.rng.choice(SHAPES))
        return self.world.invoice(payer, self.world.amount(), number, day, **more)

    def pay(self, case: str, bills: list[Invoice], text: str, name: str = "") -> None:
        day = self.world.later(max(each.issued for each in bills))
        self.world.pays(case, day, bills, payer_name=name, reference=text)

    def shaped(self) -> None:
        payer = self.payer()
        bill = self.bill(payer)
        text = self.rng.choice(("{}", "Rg {}", "payment {} thanks", "INVOICE {}")).format(bill.number)
        self.pay("odd shape, number whole, payer named", [bill], text.upper(), payer.latin.upper()[:27])

    def shaped_alone(self) -> None:
        bill = self.bill(self.payer(), "RE-2026-######")
        self.pay("number whole, no payer", [bill], f"inv {bill.number}")

    def stripped(self) -> None:
        payer = self.payer()
        bill = self.bill(payer, self.rng.choice(("2026/####-A", "RE-2026-######", "F25/####", "K####/01/26")))
        text = "".join(each for each in bill.number if each.isalnum())
        self.pay("number without its marks, payer named", [bill], text, payer.latin.upper()[:27])

    def restart(self) -> None:
        """0001/25 and 0001/26 of one customer, both open: the year tells them apart."""
        payer = self.payer()
        stem = self.world.fresh_number("####")
        bills = [self.world.invoice(payer, self.world.amount(), f"{stem}/{year}", date(2025, 11 + index, 3)) for index, year in
                 enumerate(("25", "26"))]  # fmt: skip
        which = self.rng.choice(bills)
        self.pay("yearly restart, number with its year", [which], f"Invoice {which.number}", payer.latin)

    def restart_bare(self) -> None:
        """The same digits in both years, equal amounts, and the payer leaves the year out."""
        payer = self.payer()
        stem, amount = self.world.fresh_number("####"), self.world.amount()
        days = [date(2025, 11, 3), date(2025, 12, 5)]
        bills = [
            self.world.invoice(payer, amount, f"{stem}/{year}", day)
            for year, day in zip(("25", "26"), days, strict=True)
        ]
        options = [((each.invoice_id, amount),) for each in bills]
        self.world.receipt(
            "yearly restart, year left out, same amount", "ambiguous", date(2026, 1, 20), amount, options,
            payer_name=payer.latin, reference=f"Invoice {stem}",
        )  # fmt: skip

    def entities(self) -> None:
        """UK-04512 and US-04512 of two customers: the prefix tells them apart."""
        digits = self.world.fresh_number("######")
        bills = [self.bill(self.payer(), f"{prefix}-{digits}") for prefix in ("UK", "US")]
        which = self.rng.choice(bills)
        self.pay("two prefixes, same digits, prefix given", [which], f"Pmt {which.number}")

    def entities_bare(self) -> None:
        """The digits of two customers' invoices, same amount, no prefix and no payer."""
        digits, amount = self.world.fresh_number("######"), self.world.amount()
        first, second = self.rng.sample(self.payers, 2)
        bills = [
            self.world.invoice(each, amount, f"{prefix}-{digits}") for each, prefix in ((first, "UK"), (second, "US"))
        ]
        options = [((each.invoice_id, amount),) for each in bills]
        day = self.world.later(max(each.issued for each in bills))
        self.world.receipt(
            "two prefixes, same digits, same amount", "ambiguous", day, amount, options, reference=f"Pmt {digits}"
        )

    def four_digits(self) -> None:
        """A four-digit number beside a date, a postcode and an amount of the same looks."""
        payer = self.payer()
        bill = self.bill(payer, "####")
        year, post = bill.issued.year, self.rng.randint(10000, 99999)
        text = f"{payer.latin} {post} Rg. {bill.number} vom {bill.issued:%d.%m.}{year} {bill.total // 100},{bill.total % 100:02d}"
        self.pay("four digits among dates and amounts", [bill], text, payer.latin.upper()[:27])

    def four_digits_wrong(self) -> None:
        """The year of a date is the number of another customer's invoice; the amount is nobody's."""
        payer = self.payer()
        self.bill(payer, "####")
        self.world.receipt(
            "a year that is somebody's number", "none", date(2026, 2, 11), self.world.amount(), reference="MIETE 02.2026 KAUTION 2026",
            payer_name="Unbekannt Privat",
        )  # fmt: skip

    def credit_note(self) -> None:
        payer = self.payer()
        bill = self.bill(payer, "GS-26-#####")
        off = self.world.invoice(
            payer, bill.total // 7, self.world.fresh_number("GS-26-#####"), bill.issued, kind="credit_note"
        )
        self.pay(
            "credit note of the same series taken off", [bill, off], f"{bill.number} ./. {off.number}", payer.latin
        )

    def systems(self) -> None:
        """The old system's number stands as order number on the new document."""
        payer = self.payer()
        old = self.world.fresh_number("#######")
        bill = self.bill(payer, "N26-######", po_number=old)
        self.pay("old system's number as order number", [bill], f"Order {old}", payer.latin)

    def longer(self) -> None:
        """1234 and 12345 are both open; the text says 12345."""
        payer = self.payer()
        stem = self.world.fresh_number("####")
        bills = [self.world.invoice(payer, self.world.amount(), f"{stem}{tail}") for tail in ("", "7")]
        self.pay("a number that begins with another", [bills[1]], f"no {bills[1].number}", payer.latin)

    def suffixes(self) -> None:
        """4711-A, 4711-B, 4711-C: one, or all three by their stem."""
        payer = self.payer()
        stem, day = self.world.fresh_number("#####"), self.world.day()
        bills = [
            self.world.invoice(payer, self.world.amount(), f"{stem}-{tail}", day + timedelta(days=1)) for tail in "ABC"
        ]
        if self.rng.random() < 0.5:
            self.pay("letter suffix, one of three", [bills[1]], f"Inv {bills[1].number}", payer.latin)
        else:
            self.pay("letter suffix, all three by their stem", bills, f"Inv {stem} A-C", payer.latin)

    def mistyped(self) -> None:
        """Two digits swapped give a stranger's number; the amount and the payer are his own, and tell the truth."""
        payer, stranger = self.rng.sample(self.payers, 2)
        bill = self.bill(payer, "RE-2026-######")
        swapped = bill.number[:-2] + bill.number[-1] + bill.number[-2]
        if swapped != bill.number:
            self.world.invoice(stranger, self.world.amount(), swapped, bill.issued)
            self.pay("typo hits a stranger; payer and amount tell", [bill], swapped, payer.latin)

    def unpaid(self) -> None:
        self.bill(self.payer())


def build(seed: int, size: int) -> Book:
    one = Numbers(seed, size)
    cases = [
        (20, one.shaped), (8, one.shaped_alone), (8, one.stripped), (5, one.restart), (3, one.restart_bare), (5, one.entities),
        (3, one.entities_bare), (7, one.four_digits), (2, one.four_digits_wrong), (5, one.credit_note), (4, one.systems),
        (4, one.longer), (4, one.suffixes), (4, one.mistyped), (16, one.unpaid),
    ]  # fmt: skip
    return one.world.deal(cases, size)
