"""Reading on: of a far provider the next pages are asked for while one is made ready; nothing piles up, and no page is lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import count

import pytest

from connectors.port import Page
from ledger.faults import Unreachable
from sync.onward import PAGES_FURTHER, Onward

FAR, NEAR = threading.Event(), threading.Event()
FAR.set()


class Reading:
    """Pages without end, or up to a fault; which were asked for."""

    def __init__(self, faulty: int | None = None) -> None:
        self.asked: list[int] = []
        self.moved = threading.Condition()
        self._faulty = faulty

    def pages(self) -> Iterator[Page]:
        for number in count():
            with self.moved:
                self.asked.append(number)
                self.moved.notify_all()
            if number == self._faulty:
                raise Unreachable("Fake is away.")
            yield Page(feed="f", records=(), state={"page": number}, done=False)

    def has_asked(self, number: int) -> bool:
        with self.moved:
            return self.moved.wait_for(lambda: number in self.asked, 60)


def numbers(pages: Iterator[Page], most: int) -> list[int]:
    return [page.state["page"] for _, page in zip(range(most), pages, strict=False)]


@pytest.mark.parametrize("far", [FAR, NEAR], ids=["far", "near"])
def test_every_page_comes_once_and_in_order(far: threading.Event) -> None:
    onward = Onward(Reading().pages(), far)
    assert numbers(onward.pages(), 200) == list(range(200))
    onward.end()


def test_what_is_next_is_asked_for_while_a_page_is_in_hand_and_a_few_more() -> None:
    reading = Reading()
    onward = Onward(reading.pages(), FAR)
    pages = onward.pages()
    next(pages)
    assert reading.has_asked(PAGES_FURTHER)
    onward.end()
    assert len(reading.asked) == PAGES_FURTHER + 1


def test_of_a_provider_that_is_near_no_page_is_asked_for_before_it_is_wanted() -> None:
    reading = Reading()
    onward = Onward(reading.pages(), NEAR)
    numbers(onward.pages(), 3)
    onward.end()
    assert reading.asked == [0, 1, 2]


@pytest.mark.parametrize("faulty", [0, 1, 4])
@pytest.mark.parametrize("far", [FAR, NEAR], ids=["far", "near"])
def test_a_fault_comes_after_the_pages_before_it(far: threading.Event, faulty: int) -> None:
    onward = Onward(Reading(faulty).pages(), far)
    seen: list[int] = []

    def take() -> None:
        seen.extend(page.state["page"] for page in onward.pages())

    with pytest.raises(Unreachable):
        take()
    onward.end()
    assert seen == list(range(faulty))


def test_its_end_leaves_nobody_who_reads_or_waits_for_a_page() -> None:
    reading, asked, answered = Reading(), threading.Event(), threading.Event()

    def slow() -> Iterator[Page]:
        pages = reading.pages()
        yield next(pages)
        asked.set()
        assert answered.wait(60)
        yield next(pages)

    onward = Onward(slow(), FAR)
    taken: list[int] = []
    taking = threading.Thread(target=lambda: taken.extend(numbers(onward.pages(), 9)))
    taking.start()
    assert asked.wait(60)
    ending = threading.Thread(target=onward.end)
    ending.start()
    answered.set()
    for thread in (taking, ending):
        thread.join(60)
        assert not thread.is_alive()
    assert taken in ([0], [0, 1])
