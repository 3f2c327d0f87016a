"""Whose call goes next: never more at once than there are places, and what needs most rounds first."""

from __future__ import annotations

import threading

from connectors.xero.feeds import FEEDS, LONG
from connectors.xero.limits import IN_FLIGHT
from connectors.xero.turns import Turns


def test_what_waits_goes_by_the_rounds_it_needs_and_then_by_its_coming() -> None:
    turns = Turns(1)
    went: list[str] = []

    def call(name: str, rounds_left: float) -> None:
        with turns.turn(rounds_left):
            went.append(name)

    threads = []
    with turns.turn(1):
        for waiting, (name, rounds) in enumerate([("short", 1), ("long", 9), ("later", 9), ("unknown", 99)], start=1):
            threads.append(threading.Thread(target=call, args=(name, rounds)))
            threads[-1].start()
            while turns.waiting < waiting:
                pass
        assert went == []
    for thread in threads:
        thread.join()
    assert went == ["unknown", "long", "later", "short"]


def test_no_more_go_at_once_than_there_are_places() -> None:
    turns, together = Turns(3), threading.Barrier(3, timeout=5)
    under_way, most = 0, 0
    lock = threading.Lock()

    def call() -> None:
        nonlocal under_way, most
        with turns.turn(1):
            with lock:
                under_way += 1
                most = max(most, under_way)
            together.wait()  # three have to be under way, or none would go on
            with lock:
                under_way -= 1

    threads = [threading.Thread(target=call) for _ in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 3


def test_a_call_that_fails_gives_its_place_back() -> None:
    turns = Turns(1)
    for _ in range(2):
        try:
            with turns.turn(1):
                raise LookupError
        except LookupError:
            continue
    assert turns.waiting == 0


def test_a_pass_begins_with_what_all_is_mapped_with_and_the_lists_that_take_longest() -> None:
    """As many as there are places: what others are mapped with is here with the first pages that are mapped."""
    assert len([feed for feed in FEEDS if feed.reference]) + len(LONG) == IN_FLIGHT
