"""Buckets by days past due; credits and cash in a column of their own; the sums are the control account's."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.money import Money
from receivables.ageing import Basis, age, bucket_names
from receivables.open_items import Application, Item, OpenItem, by_customer, open_on

DAY = date(2026, 3, 31)


def item(
    name: str, minor: int, *, kind: str = "invoice", sign: int = 1, on: date = DAY, due: date | None = None,
    customer: str = "bob", currency: str = "GBP",
) -> Item:  # fmt: skip
    return Item(
        key=(kind, name),
        document=name,
        customer=customer,
        on=on,
        due_on=due,
        total=Money(minor, currency),
        sign=sign,
        rate=None,
    )


def left(one: Item) -> OpenItem:
    return OpenItem(item=one, open=Money(one.sign * one.total.minor, one.total.currency))


@pytest.mark.parametrize(("late", "bucket"), [
    (-400, "current"), (-1, "current"), (0, "current"), (1, "1-30"), (30, "1-30"), (31, "31-60"), (60, "31-60"),
    (61, "61-90"), (90, "61-90"), (91, "91+"), (4000, "91+"),
])  # fmt: skip
def test_due_today_is_current_and_the_last_bucket_has_no_end(late: int, bucket: str) -> None:
    [row] = age([left(item("a", 100, on=DAY - timedelta(days=5000), due=DAY - timedelta(days=late)))], DAY)
    filled = [name for name, amount in zip(bucket_names(), row.buckets, strict=True) if amount]
    assert filled == [bucket]


def test_without_a_due_date_the_invoices_own_stands_in() -> None:
    [row] = age([left(item("a", 100, on=DAY - timedelta(days=31)))], DAY)
    assert row.buckets[2] == Money(100, "GBP")


def test_by_invoice_date() -> None:
    old = item("a", 100, on=DAY - timedelta(days=61), due=DAY + timedelta(days=9))
    [row] = age([left(old)], DAY, basis=Basis.INVOICE)
    assert row.buckets[3] == Money(100, "GBP")


def test_other_bounds() -> None:
    assert bucket_names((0, 7, 14)) == ("current", "1-7", "8-14", "15+")
    [row] = age([left(item("a", 100, due=DAY - timedelta(days=8)))], DAY, bounds=(0, 7, 14))
    assert [amount.minor for amount in row.buckets] == [0, 0, 100, 0]


def test_credits_and_cash_lower_the_total_and_no_bucket() -> None:
    rows = age(
        [
            left(item("a", 1000, due=DAY - timedelta(days=40))),
            left(item("c", 300, kind="credit_note", sign=-1)),
            left(item("p", 50, kind="payment", sign=-1)),
        ],
        DAY,
    )
    [row] = rows
    assert row.unapplied == Money(-350, "GBP")
    assert [amount.minor for amount in row.buckets] == [0, 0, 1000, 0, 0]
    assert row.total == Money(650, "GBP")


def test_currencies_and_customers_stand_apart() -> None:
    rows = age([left(item("a", 1)), left(item("b", 2, currency="USD")), left(item("c", 4, customer="eve"))], DAY)
    assert [(row.customer, row.currency, row.total.minor) for row in rows] == [
        ("bob", "GBP", 1), ("bob", "USD", 2), ("eve", "GBP", 4),
    ]  # fmt: skip


def _application(source: Item, target: Item, minor: int, on: date | None) -> Application:
    amount = Money(minor, "GBP")
    return Application(source=source.key, target=target.key, amount=amount, source_amount=amount, on=on)


def test_open_on_a_day_is_the_total_less_what_was_applied_by_then() -> None:
    owed = item("a", 1000, on=DAY - timedelta(days=10))
    paid = item("p", 600, kind="payment", sign=-1, on=DAY - timedelta(days=5))
    uses = [
        _application(paid, owed, 400, DAY - timedelta(days=3)),
        _application(paid, owed, 200, DAY + timedelta(days=1)),
    ]

    def standing(day: date) -> dict[str, int]:
        return {found.item.key[1]: found.open.minor for found in open_on([owed, paid], uses, day)}

    assert standing(DAY - timedelta(days=11)) == {}
    assert standing(DAY - timedelta(days=10)) == {"a": 1000}
    assert standing(DAY - timedelta(days=5)) == {"a": 1000, "p": -600}
    assert standing(DAY - timedelta(days=3)) == {"a": 600, "p": -200}
    assert standing(DAY) == {"a": 600, "p": -200}
    assert standing(DAY + timedelta(days=1)) == {"a": 400}


def test_an_application_without_a_date_counts_always_and_a_document_without_one_too() -> None:
    owed = item("a", 1000)
    credit = item("c", 400, kind="credit_note", sign=-1)
    assert [found.open.minor for found in open_on([owed, credit], [_application(credit, owed, 400, None)], DAY)] == [
        600
    ]
    undated = Item(
        key=("invoice", "u"),
        document="u",
        customer="bob",
        on=None,
        due_on=None,
        total=Money(5, "GBP"),
        sign=1,
        rate=None,
    )
    assert [found.open for found in open_on([undated], [], DAY)] == [Money(5, "GBP")]


AMOUNTS = st.integers(1, 10**9)
DAYS = st.integers(-200, 200).map(lambda days: DAY + timedelta(days=days))


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[list[Item], list[Application]]:
    owed = [item(f"i{n}", draw(AMOUNTS), on=draw(DAYS), due=draw(st.none() | DAYS), customer=draw(st.sampled_from("ab")))
            for n in range(draw(st.integers(0, 6)))]  # fmt: skip
    cash = [item(f"p{n}", draw(AMOUNTS), kind="payment", sign=-1, on=draw(DAYS), customer=draw(st.sampled_from("ab")))
            for n in range(draw(st.integers(0, 4)))]  # fmt: skip
    uses = []
    for paid in cash:
        if owed:
            target = draw(st.sampled_from(owed))
            most = min(paid.total.minor, target.total.minor)
            uses.append(_application(paid, target, draw(st.integers(1, most)), draw(DAYS)))
    return owed + cash, uses


@given(ledgers(), DAYS, st.sampled_from(Basis))
def test_buckets_and_the_unapplied_add_up_to_what_is_open(
    ledger: tuple[list[Item], list[Application]], day: date, basis: Basis
) -> None:
    standing = open_on(*ledger, day)
    rows = age(standing, day, basis=basis)
    assert sum(row.total.minor for row in rows) == sum(found.open.minor for found in standing)
    assert {(row.customer, row.currency): row.total for row in rows} == by_customer(standing)
