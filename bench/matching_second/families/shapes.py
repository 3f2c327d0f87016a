"""Books of unusual shape, each a world of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from bench.matching_second.book import Book, Kind
from bench.matching_second.world import World

MONTHS: Final = tuple(date(2025 + (9 + index) // 12, (9 + index) % 12 + 1, 1) for index in range(6))
CARDS_MOST: Final = 20_000
MANY: Final = 600


def one_customer(seed: int, size: int) -> Book:
    """Everything is one customer's; numbers, sums and amounts must do."""
    world = World("one-customer", seed, "GBP")
    payer = world.customer("GB")
    who: dict[str, Any] = {"payer_name": payer.latin.upper()}
    while len(world.book.receipts) < size:
        bills = [
            world.invoice(payer, world.amount(), world.fresh_number("#######")) for _ in range(world.rng.randint(1, 3))
        ]
        day = world.later(max(each.issued for each in bills))
        if world.rng.random() < 0.6:
            world.pays("numbers", day, bills, reference=" ".join(each.number for each in bills), **who)
        elif len(bills) == 1:
            world.pays("amount of one of many, no number", day, bills, **who)
        else:
            parts = tuple((each.invoice_id, each.total) for each in bills)
            total = sum(each.total for each in bills)
            # Some millions of triples over some million cents: beyond this count a sum proves nothing.
            kind: Kind = "ambiguous" if len(world.book.invoices) > MANY else "unsure"
            world.receipt("sum of some among hundreds, no number", kind, day, total, [parts], **who)
    return world.book


def giant(seed: int, size: int) -> Book:
    """One customer with two thousand open, and small ones beside it."""
    world = World("giant", seed, "USD")
    big = world.customer("US")
    small = [world.customer(country) for country in ("US", "GB", "AU") for _ in range(20)]
    for _ in range(2000):
        world.invoice(
            big,
            world.amount(),
            world.fresh_number("G-######"),
            date(2025, 10, 1) + timedelta(days=world.rng.randrange(60)),
        )
    opened = world.book.invoices[:2000]
    world.rng.shuffle(opened)
    while len(world.book.receipts) < size:
        day = date(2026, 1, 5) + timedelta(days=world.rng.randrange(100))
        if world.rng.random() < 0.4 and len(opened) > 500:
            bills = [opened.pop() for _ in range(world.rng.choice((1, 1, 2, 5, 20, 60)))]
            named = world.rng.random() < 0.7
            text = " ".join(each.number for each in bills) if named else ""
            if named or len(bills) == 1:
                case = "giant, numbers" if named else "giant, amount of one, no number"
                world.pays(case, day, bills, reference=text, payer_name=big.latin, payer_account=big.account)
        else:
            payer = world.rng.choice(small)
            bill = world.invoice(payer, world.amount(), world.fresh_number("G-######"), day - timedelta(days=20))
            world.pays("small beside the giant", day, [bill], payer_name=payer.latin.upper())
    return world.book


def equal(seed: int, size: int) -> Book:
    """Every invoice costs the same, for everybody."""
    world = World("all-equal", seed)
    payers = [world.customer(country) for country in ("DE", "AT", "NL", "FR", "IT") for _ in range(14)]
    while len(world.book.receipts) < size:
        payer = world.rng.choice(payers)
        bill = world.invoice(payer, 9900, world.fresh_number("R-######"))
        day, draw = world.later(bill.issued), world.rng.random()
        if draw < 0.6:
            world.pays("number, payer", day, [bill], payer_name=payer.latin, reference=f"RNr {bill.number}")
        elif draw < 0.7:
            world.pays("number alone", day, [bill], reference=bill.number)
        else:
            world.receipt("payer, no number, several alike", "ambiguous", day, 9900, payer_name=payer.latin)
    _only_one_left(world.book)
    return world.book


def _only_one_left(book: Book) -> None:
    """Early in the year a payer has but one document: then a payment without a number has one answer after all."""
    owner = {each.latin: each.customer_id for each in book.customers}
    receipts = {each.receipt_id: each for each in book.receipts}
    sure = [each for each in book.truths if each.kind == "unique"]
    settled = {invoice: receipts[each.receipt_id].day for each in sure for invoice, _ in each.options[0]}
    for index, truth in enumerate(book.truths):
        receipt = receipts[truth.receipt_id]
        if truth.kind == "ambiguous":
            left = [
                each
                for each in book.invoices
                if each.customer_id == owner[receipt.payer_name]
                and each.issued <= receipt.day
                and settled.get(each.invoice_id, date.max) > receipt.day
            ]
            if len(left) < 2:
                book.truths[index] = replace(truth, kind="unsure")


def subscription(seed: int, size: int) -> Book:
    """The same price every month; most pay each month, some skip one and nobody knows which they pay then."""
    world = World("subscription", seed, "USD")
    countries = ("US", "GB", "AU", "IN", "DE", "FR", "NL", "SE", "IT", "ES", "PL", "CZ")
    members = max(size // len(MONTHS), 2)
    for index in range(min(members, 500)):
        payer = world.customer(countries[index % len(countries)])
        price = world.rng.choice((2900, 4900, 9900, 19900))
        skips = world.rng.random() < 0.1
        for position, month in enumerate(MONTHS):
            bill = world.invoice(payer, price, world.fresh_number("SUB-######"), month)
            day = month + timedelta(days=world.rng.randint(1, 20))
            who: dict[str, Any] = {"payer_name": payer.latin.upper()[:27], "payer_account": payer.account}
            if skips and position == 2:
                continue
            if skips and position > 2:
                world.receipt("month after one was skipped, no number", "ambiguous", day, price, **who)
            else:
                world.pays("month by month, one open", day, [bill], **who)
    return world.book


def cards(seed: int, size: int) -> Book:
    """A marketplace: tiny card receipts with the order's number in metadata, paid out in transfers."""
    world = World("marketplace", seed, "USD")
    buyers = [world.customer("US") for _ in range(60)]
    while len(world.book.receipts) < min(size, CARDS_MOST):
        key, day, net = f"po_{world.rng.getrandbits(60):015x}", world.day() + timedelta(days=10), 0
        for _ in range(world.rng.randint(40, 120)):
            order = world.fresh_number("ORD-#######")
            amount = world.rng.choice((499, 999, 1499, 1999, world.rng.randint(200, 9000)))
            fee = amount * 29 // 1000 + 30
            net += amount - fee
            bill = world.invoice(
                world.rng.choice(buyers),
                amount,
                world.fresh_number("M#######"),
                day - timedelta(days=2),
                po_number=order,
            )
            metadata = f'{{"{world.rng.choice(("order_id", "invoice", "order"))}": "{world.rng.choice((order, bill.number))}"}}'
            world.pays(
                "card, number in metadata", day - timedelta(days=2), [bill], fee=fee, method="card", source="stripe", metadata=metadata,
                payout_id=key,
            )  # fmt: skip
        world.receipt("transfer of the charges", "payout", day, net, payer_name="STRIPE", reference="STRIPE TRANSFER")
    return world.book


def contractor(seed: int, size: int) -> Book:
    """Few large invoices, each paid in three or four instalments that name it."""
    world = World("contractor", seed)
    payers = [world.customer(country) for country in ("DE", "AT", "CH", "PL") for _ in range(8)]
    while len(world.book.receipts) < size:
        payer = world.rng.choice(payers)
        total = world.amount(2_000_000, 90_000_000)
        bill = world.invoice(payer, total, world.fresh_number("AR-2026-####"))
        shares = world.rng.choice(((30, 30, 40), (50, 25, 25), (20, 30, 30, 20), (90, 10), (95, 5)))
        day, left = world.later(bill.issued), total
        for index, share in enumerate(shares, start=1):
            amount = left if index == len(shares) else total * share // 100
            left -= amount
            text = world.rng.choice((f"{index}. Abschlag {bill.number}", f"{bill.number} Rate {index}/{len(shares)}"))
            world.receipt(
                "instalment, number, payer", "unique", day, amount, [((bill.invoice_id, amount),)], payer_name=payer.latin, reference=text,
                residual="open" if left else "",
            )  # fmt: skip
            day += timedelta(days=world.rng.randint(20, 40))
    return world.book


def currencies(seed: int, size: int) -> Book:
    """No decimals, three decimals, and receipts in another currency with a rate for each day."""
    world = World("currencies", seed)
    payers = [world.customer(country) for country in ("JP", "KR", "AE", "US", "GB", "DE") for _ in range(8)]
    rates = {"JPY": 16100, "USD": 108, "KWD": 33, "GBP": 85}
    for offset in range(330):
        day = date(2025, 9, 25) + timedelta(days=offset)
        for money, base in rates.items():
            world.book.rates.append((day, "EUR", money, f"{base / 100 * (1 + ((offset * 7) % 11 - 5) / 500):.4f}"))
    table = {(day, money): rate for day, _, money, rate in world.book.rates}
    while len(world.book.receipts) < size:
        payer, money = world.rng.choice(payers), world.rng.choice(("JPY", "KRW", "KWD", "BHD", "TND", "EUR", "CLP"))
        bill = world.invoice(payer, world.amount(currency=money), world.fresh_number("X-######"), currency=money)
        who = {"payer_name": payer.latin, "payer_account": payer.account}
        day = world.later(bill.issued)
        if money != "EUR":
            world.pays("0 or 3 decimals", day, [bill], currency=money, reference=bill.number, **who)
            continue
        paid = world.rng.choice(sorted(rates))
        factor = round(float(table[day, paid]) * 10_000)
        scale = {"JPY": 1_000_000, "KWD": 1_000}.get(paid, 10_000)
        amount = (bill.total * factor + scale // 2) // scale
        part = [((bill.invoice_id, bill.total),)]
        world.receipt(
            "another currency at the day's rate, number",
            "unique",
            day,
            amount,
            part,
            currency=paid,
            reference=bill.number,
            **who,
        )
    return world.book
