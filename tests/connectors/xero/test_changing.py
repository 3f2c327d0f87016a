"""Whatever happens while a list is read, after the pass and the next one every row is here in its newest state."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from tests.connectors.xero.changing import STEPS, Changing, Reader


def books_of(chance: Random) -> Changing:
    """Rows of the past, some of them many in one second, and some of the last minutes that nobody sees yet."""
    books = Changing(
        chance,
        size=chance.choice((2, 3, 4, 8, 20)),
        busy=chance.choice((0.0, 0.2, 0.6)),
        lag=chance.choice((0.0, 10.0, 240.0)),
        odd={chance.randrange(1, 40)} if chance.random() < 0.2 else (),
        dated=chance.random() < 0.9,
        strict=chance.random() < 0.3,
    )
    stamp = 0.0
    apart = chance.choice(((0.0, 0.5, 1.0), (0.0, 0.0, 0.0, 0.0, 0.0, 2.0), (40.0,), (0.0, 30.0), (7.0, 300.0)))
    for number in range(chance.choice((1, 10, 40, 90))):
        stamp += chance.choice(apart)
        books.put(f"r{number:03}", stamp)
    books.now = stamp + chance.choice((0.0, 30.0, 400.0, 900.0, 86_400.0))
    for number in range(chance.randrange(4)):
        books.put(f"r{number:03}", books.now, books.now + chance.random() * books.lag)
    return books


def read_to_its_end(reader: Reader, chance: Random) -> None:
    books = reader.books
    books.dies_at = None
    for _ in range(chance.randrange(4)):
        books.dies_at = len(books.calls) + chance.randrange(1, 25)
        if reader.turn(unstored=chance.randrange(3)):
            books.dies_at = None
            return
        books.now += chance.choice((*STEPS, 400.0, 7_200.0))
        books.live()
    books.dies_at = None
    assert reader.turn()


@given(st.integers(min_value=0, max_value=2**32))
def test_every_row_is_here_after_the_pass_and_the_next_one(seed: int) -> None:
    chance = Random(seed)
    books = books_of(chance)
    stood = {key for _, key, _ in books.seen()}
    reader = Reader(books, at_once=chance.choice((1, 2, 5)))
    read_to_its_end(reader, chance)
    if reader.complete:
        assert stood <= reader.holds().keys(), "what stood all the while and did not come would be taken for gone"
    books.live()
    books.now += 300
    books.busy = 0.0
    reader.turn()
    assert reader.holds() == books.newest()
