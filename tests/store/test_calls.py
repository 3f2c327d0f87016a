"""Calls by connection and day, what the app spent, and the numbers of webhooks."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from store import calls
from store.calls import Counted, Tally
from store.database import Database
from tests.store.place import NOW

OWN, OTHER = UUID(int=1), UUID(int=2)
ONE, TWO = UUID(int=11), UUID(int=12)


def test_calls_add_up_by_day_and_month(database: Database) -> None:
    with database.write() as connection:
        calls.add(connection, [Counted(OWN, ONE, "quickbooks", 3, 1, {"day": 9})], NOW)
        calls.add(connection, [Counted(OWN, ONE, "quickbooks", 2, 0, {"day": 7})], NOW)
        calls.add(connection, [Counted(OWN, ONE, "quickbooks", 10, 4)], NOW - timedelta(days=2))
        calls.add(connection, [Counted(OWN, ONE, "quickbooks", 99, 0)], NOW - timedelta(days=40))
        calls.add(connection, [Counted(OWN, TWO, "xero", 1, 0), Counted(OTHER, ONE, "quickbooks", 50, 0)], NOW)
        found = calls.tallies(connection, OWN, NOW)
        assert found[ONE] == Tally(today=5, month=15, refused_today=1, told={"day": 7})
        assert found[TWO].month == 1
        assert calls.month_of_app(connection, "quickbooks", NOW) == 65
        assert calls.month_of_app(connection, "stripe", NOW) == 0


def test_a_number_that_was_left_out_is_noticed(database: Database) -> None:
    def note(first: int, last: int) -> bool:
        with database.write() as connection:
            return calls.note_sequence(connection, "xero", first, last, NOW)

    assert [note(5, 7), note(8, 8), note(6, 7), note(8, 9), note(11, 12), note(13, 13)] == [
        False, False, False, False, True, False,
    ]  # fmt: skip
