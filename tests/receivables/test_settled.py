"""What a processor's invoice says is settled is what counts, whatever is known of its payments."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from ledger.money import Money
from receivables.open_items import Application, Item, Key, open_on
from receivables.settled import Settled, as_settled

ISSUED, PAID, LATER = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)
KEY: Key = ("invoice", "in_1")


def item(total: int) -> Item:
    return Item(
        key=KEY, document="in_1", customer="bob", on=ISSUED, due_on=None, total=Money(total, "USD"), sign=1, rate=None
    )


def paid(minor: int, on: date) -> Application:
    money = Money(minor, "USD")
    return Application(source=("payment", "pi_1"), target=KEY, amount=money, source_amount=money, on=on)


def owed(total: int, settled: int, known: list[Application], day: date) -> int:
    applications = as_settled({KEY: Settled(Money(settled, "USD"), PAID)}, known)
    return sum(one.open.minor for one in open_on([item(total)], applications, day))


def test_what_has_no_source_counts_from_the_day_that_the_invoice_tells() -> None:
    assert [owed(900, 900, [], day) for day in (ISSUED, PAID)] == [900, 0]
    assert [owed(900, 300, [], day) for day in (ISSUED, PAID)] == [900, 600]
    assert [owed(900, 900, [paid(400, ISSUED)], day) for day in (ISSUED, PAID)] == [500, 0]


def test_it_is_not_counted_twice_once_its_payment_is_known() -> None:
    assert [owed(900, 900, [paid(900, LATER)], day) for day in (PAID, LATER)] == [900, 0]


def test_too_much_is_taken_off_the_latest() -> None:
    known = [paid(300, LATER), paid(700, PAID)]
    assert [owed(1000, 700, known, day) for day in (ISSUED, PAID, LATER)] == [1000, 300, 300]


@given(
    st.integers(-(10**9), 10**9),
    st.integers(-(10**9), 10**9),
    st.lists(st.integers(-(10**9), 10**9).filter(bool), max_size=4),
)
def test_in_the_end_it_is_open_as_its_books_say(total: int, left: int, amounts: list[int]) -> None:
    known = [paid(amount, LATER) for amount in amounts]
    assert owed(total, total - left, known, LATER) == left
