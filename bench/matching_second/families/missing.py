"""Known customers pay for what is not in the file (billed elsewhere, prepaid, a shop sale): whatever adds up, adds up by chance."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from bench.matching_second.book import Book, Kind
from bench.matching_second.counting import ways
from bench.matching_second.world import World

OPEN: Final = (1, 2, 3, 5, 8, 12, 16, 22, 30)
STEPS: Final = (1, 5, 100, 500, 1000, 2500)
"""Prices are multiples of so many cents."""
LAST: Final = date(2026, 3, 1)


class Missing:
    def __init__(self, seed: int, size: int) -> None:
        self.world = World("missing", seed, "USD")
        self.rng = self.world.rng

    def price(self, step: int) -> int:
        return self.rng.randint(5_000, 300_000) // step * step + (step if step > 1 else 0)

    def one_customer(self) -> None:
        """A customer with some open items, who pays twice: once for one of them by number, once for something else."""
        world, rng = self.world, self.rng
        try:
            payer = world.customer(
                rng.choice(("US", "GB", "DE", "FR", "IT", "ES", "IN", "AU", "BR", "PL", "CZ", "SE", "NL", "PT", "TR"))
            )
        except ValueError:
            return  # every name of that country is taken: this world has one customer fewer
        step, count = rng.choice(STEPS), rng.choice(OPEN)
        prices = [self.price(step) for _ in range(count)]
        for price in prices:
            world.invoice(payer, price, world.fresh_number("B#######"), LAST - timedelta(days=rng.randint(20, 120)))
        amount = sum(self.price(step) for _ in range(rng.randint(1, 3)))
        if amount in prices:
            return
        found = ways(prices, amount)
        kind: Kind = "ambiguous"
        case = "several sets make it by chance"
        if not found:
            kind, case = "none", f"a sum that {_many(count)} open items do not make"
        elif found == 1:
            kind, case = "unsure", "one set makes it by chance"
        world.receipt(
            case, kind, LAST + timedelta(days=rng.randint(1, 60)), amount,
            payer_name=payer.latin.upper()[:35], payer_account=payer.account,
        )  # fmt: skip

    def near(self) -> None:
        """One open item, and a payment that is off by what could be a fee, a rate or a tax, with no word and no number."""
        world, rng = self.world, self.rng
        try:
            payer = world.customer(
                rng.choice(("US", "GB", "DE", "FR", "IT", "ES", "IN", "AU", "BR", "PL", "CZ", "SE", "NL", "PT", "TR"))
            )
        except ValueError:
            return
        bill = world.invoice(payer, world.amount(), world.fresh_number("B#######"), LAST)
        off = rng.choice(
            (
                1500,
                2500,
                1000,
                bill.total // 10,
                bill.total // 5,
                bill.total // 50,
                bill.total * 3 // 10,
                -5000,
                -100,
            )
        )
        options = [((bill.invoice_id, min(bill.total, bill.total - off)),)]
        world.receipt(
            "near the only open item, no word, no number", "ambiguous", LAST + timedelta(days=50), bill.total - off, options,
            payer_name=payer.latin.upper()[:35],
        )  # fmt: skip

    def nobody(self) -> None:
        """The same from a name that nobody knows."""
        name = f"QXV {self.world.digits(4)} KOMMANDIT"
        self.world.receipt(
            "nobody's name, nobody's sum", "none", LAST + timedelta(days=9), self.world.amount(), payer_name=name
        )


def _many(count: int) -> str:
    return "few" if count <= 5 else "many"


def build(seed: int, size: int) -> Book:
    """Names run out before receipts do in a very large world: the rest then comes from nobody."""
    one = Missing(seed, size)
    return one.world.deal([(14, one.one_customer), (6, one.near), (1, one.nobody)], size)
