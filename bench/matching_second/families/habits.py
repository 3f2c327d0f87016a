"""How companies pay companies: in batches, short by a fee, less a discount, less tax, in parts, for their children."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from bench.matching_second.book import Book, Customer, Invoice
from bench.matching_second.world import World

WITHHELD: Final = (("IN", "INR", 2), ("IN", "INR", 10), ("IT", "EUR", 20), ("BR", "BRL", 15), ("ES", "EUR", 15))
FEES: Final = (1000, 1500, 2000, 2500)


class Habits:
    def __init__(self, seed: int, size: int) -> None:
        self.world = World("habits", seed)
        self.rng = self.world.rng
        self.payers = [
            self.world.customer(country)
            for country in ("DE", "US", "GB", "FR", "NL", "PL", "AU")
            for _ in range(6 + min(size // 100, 14))
        ]
        self.withholders = {
            each: [self._known(self.world.customer(each)) for _ in range(5)] for each in ("IN", "IT", "BR", "ES")
        }

    def _known(self, customer: Customer) -> Customer:
        self.world.remember(customer, customer.latin.upper(), customer.account)
        return customer

    def payer(self) -> Customer:
        return self.rng.choice(self.payers)

    def bill(self, payer: Customer, amount: int = 0, **more: Any) -> Invoice:
        number = self.world.fresh_number("INV-######")
        return self.world.invoice(payer, amount or self.world.amount(), number, **more)

    @staticmethod
    def who(payer: Customer) -> dict[str, Any]:
        return {"payer_name": payer.latin.upper()[:35], "payer_account": payer.account}

    def pays(self, case: str, bills: list[Invoice], payer: Customer, text: str) -> None:
        day = self.world.later(max(each.issued for each in bills))
        self.world.pays(case, day, bills, reference=text, **self.who(payer))

    def short(
        self, case: str, bill: Invoice, payer: Customer, paid: int, residual: str, after: int, text: str = ""
    ) -> None:
        """The receipt is less than the invoice; what is applied is what came."""
        day = bill.issued + timedelta(days=after)
        who = self.who(payer)
        self.world.receipt(
            case, "unique", day, paid, [((bill.invoice_id, paid),)], residual=residual, currency=bill.currency,
            reference=text or f"Invoice {bill.number}", **who,
        )  # fmt: skip

    def batch(self) -> None:
        payer = self.payer()
        bills = [self.bill(payer) for _ in range(self.rng.randint(3, 12))]
        text = " ".join(f"{each.number} {each.total // 100}.{each.total % 100:02d}" for each in bills)
        self.pays("batch with a remittance list", bills, payer, f"REMITTANCE {text}")

    def batch_cut(self) -> None:
        """A list cut at 140 characters: the sum tells the rest only if one set makes it; `audit` does not see to that."""
        payer = self.payer()
        bills = [self.bill(payer) for _ in range(2)]
        text = f"{bills[0].number} AND {bills[1].number[:6]}"
        self.pays("second number of a list cut off, sum tells", bills, payer, text)

    def fee(self) -> None:
        payer = self.payer()
        bill = self.bill(payer, self.world.amount(200_000))
        self.short("short by a bank's fee, number", bill, payer, bill.total - self.rng.choice(FEES), "fee", 25)

    def discount(self) -> None:
        payer = self.payer()
        bill = self.bill(payer, terms="2/10 net 30")
        self.short("2 % discount inside its days", bill, payer, bill.total - round(bill.total * 2 / 100), "discount", 8)

    def discount_late(self) -> None:
        payer = self.payer()
        bill = self.bill(payer, terms="2/10 net 30")
        self.short("2 % taken long after its days", bill, payer, bill.total - round(bill.total * 2 / 100), "open", 70)

    def withheld(self) -> None:
        country, money, percent = self.rng.choice(WITHHELD)
        payer = self.rng.choice(self.withholders[country])
        net = self.world.amount(currency=money)
        gross = net + round(net * 22 / 100) if country == "IT" else net
        bill = self.bill(payer, gross, currency=money)
        text = f"Invoice {bill.number} less {'TDS' if country == 'IN' else 'ritenuta' if country == 'IT' else 'IRRF'} {percent}%"
        self.short(
            f"tax withheld, {country} {percent} %",
            bill,
            payer,
            gross - round(net * percent / 100),
            "withholding",
            30,
            text,
        )

    def part(self) -> None:
        payer = self.payer()
        bill = self.bill(payer)
        share = self.rng.choice((20, 25, 30, 33, 40, 50, 60, 70, 74, 75, 80, 90))
        self.short(
            "part payment, number, payer", bill, payer, bill.total * share // 100, "open", 25, f"part of {bill.number}"
        )

    def part_plain(self) -> None:
        """The same with no word of it."""
        payer = self.payer()
        bill = self.bill(payer)
        share = self.rng.choice((20, 30, 50, 70, 74, 80, 90, 95, 96, 98))
        self.short("less than the invoice, no word why", bill, payer, bill.total * share // 100, "open", 75)

    def rounding(self) -> None:
        payer = self.payer()
        bill = self.bill(payer)
        self.short("two cents short", bill, payer, bill.total - 2, "rounding", 22)

    def on_account(self) -> None:
        """A round sum on account, several open, no word which."""
        payer = self.payer()
        bills = [self.bill(payer) for _ in range(3)]
        day = self.world.later(max(each.issued for each in bills))
        amount = self.rng.randint(2, 30) * 50_000
        self.world.receipt("round sum on account", "ambiguous", day, amount, reference="A CONTO", **self.who(payer))

    def overpaid(self) -> None:
        payer = self.payer()
        bill = self.bill(payer)
        extra = self.rng.choice((1, 100, 5000))
        parts = [((bill.invoice_id, bill.total),)]
        who = self.who(payer)
        self.world.receipt(
            "more than the invoice, number", "unique", self.world.later(bill.issued), bill.total + extra, parts,
            reference=bill.number, **who,
        )  # fmt: skip

    def parent(self) -> None:
        head = self.payer()
        child = self.world.customer(self.rng.choice(("SE", "DK", "FI", "ES", "PT", "CZ")), parent=head.customer_id)
        bills = [self.bill(child) for _ in range(self.rng.randint(1, 3))]
        self.pays("parent pays for its child, numbers", bills, head, " ".join(each.number for each in bills))

    def factor(self) -> None:
        payer = self.payer()
        bill = self.bill(payer)
        text = f"ASSIGNED RECEIVABLE {payer.latin} {bill.number}"
        self.world.pays("factor pays, number and debtor in text", self.world.later(bill.issued, 2, 9), [bill],
                        payer_name="MERIDIAN FACTORING BANK", payer_account="GB99FACT0001", reference=text)  # fmt: skip

    def statement(self) -> None:
        """All that is open of a customer who has nothing else."""
        try:
            payer = self.world.customer("CH")
        except ValueError:
            return
        bills = [self.bill(payer) for _ in range(self.rng.randint(3, 6))]
        self.pays("all that is open, 'statement'", bills, payer, "AS PER STATEMENT")

    def deducted(self) -> None:
        """A debit for damaged goods taken off: the difference is nobody's rate."""
        payer = self.payer()
        bill = self.bill(payer)
        paid = bill.total - round(bill.total * self.rng.choice((37, 61, 113, 171)) / 1000)
        self.short(
            "deduction for damaged goods", bill, payer, paid, "open", 33, f"{bill.number} less damaged goods DN 77"
        )

    def lockbox(self) -> None:
        """One deposit of checks of several customers, with a list."""
        bills = [self.bill(payer) for payer in self.rng.sample(self.payers, self.rng.randint(2, 5))]
        text = "LOCKBOX " + " / ".join(each.number for each in bills)
        self.world.pays(
            "checks of several customers, numbers",
            self.world.later(max(each.issued for each in bills)),
            bills,
            reference=text,
        )

    def shared_number(self) -> None:
        """Two named in full and the sum is short by exactly a third, unnamed credit note of his."""
        payer = self.payer()
        bills = [self.bill(payer) for _ in range(2)]
        off = self.world.invoice(
            payer,
            self.world.amount(3_000, 15_000),
            self.world.fresh_number("CN-######"),
            bills[0].issued,
            kind="credit_note",
        )
        self.pays(
            "numbers, less a credit note that is not named",
            [*bills, off],
            payer,
            " ".join(each.number for each in bills),
        )

    def unpaid(self) -> None:
        self.bill(self.payer())


def build(seed: int, size: int) -> Book:
    one = Habits(seed, size)
    cases = [
        (10, one.batch), (4, one.batch_cut), (6, one.fee), (6, one.discount), (4, one.discount_late), (8, one.withheld), (6, one.part),
        (6, one.part_plain), (3, one.rounding), (4, one.on_account), (4, one.overpaid), (4, one.parent), (3, one.factor),
        (1, one.statement), (4, one.deducted), (4, one.lockbox), (4, one.shared_number), (10, one.unpaid),
    ]  # fmt: skip
    return one.world.deal(cases, size)
