"""A list of Xero's that changes while it is read, and a reader of it that may be killed at any call.

A change bears its stamp from the moment it is made and is seen some time later, up to four minutes. Answers come in any
order, and what an answer says was true at any moment between its call and its coming. All chance is one generator's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Self

from connectors.port import Page, Record
from connectors.xero.client import Listing, Pagination
from connectors.xero.side import Ask, Came
from connectors.xero.spread import Call
from connectors.xero.walk import Walk

OPENED = datetime(2026, 3, 2, 10, tzinfo=UTC)
LAG_SECONDS_MAX = 240.0
CHANGES_MAX = 80  # else books may be edited faster than they are read, for ever
STEPS = (0.0, 0.0, 0.0, 0.5, 0.5, 1.0, 3.0, 20.0, 90.0)  # what passes between two things that happen


class Killed(Exception):
    """The process that read is gone."""


@dataclass(frozen=True, slots=True)
class State:
    """A row as it stands from `stamp` on; others see it from `seen_from` on. Seconds since the books were opened."""

    stamp: float
    seen_from: float
    said: int


@dataclass
class Changing:
    """rows: every row's states, oldest first. odd: the numbers of calls whose page comes in another order."""

    chance: Random
    size: int
    busy: float = 0.5
    lag: float = LAG_SECONDS_MAX
    odd: Collection[int] = ()
    dated: bool = True
    strict: bool = False
    now: float = 0.0
    rows: dict[str, list[State]] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    changes: int = 0
    dies_at: int | None = None
    happens: Callable[[int], None] = lambda _: None

    def put(self, key: str, stamp: float, seen_from: float | None = None) -> None:
        """A change made at `stamp`; a row bears each stamp once, and is seen in the order of its changes."""
        held = self.rows.setdefault(key, [])
        if held and held[-1].stamp >= stamp:
            return
        seen = max(stamp if seen_from is None else seen_from, held[-1].seen_from if held else 0.0)
        held.append(State(stamp, seen, len(held)))

    def live(self) -> None:
        """Time passes, and people work: rows are made, edited and voided, which is an edit as well."""
        self.now += self.chance.choice(STEPS)
        while self.chance.random() < self.busy and self.changes < CHANGES_MAX:
            self.changes += 1
            key = f"r{self.chance.randrange(len(self.rows) + 2):03}"  # some are new
            self.put(key, self.now, self.now + self.chance.random() * self.lag)

    def newest(self) -> dict[str, int]:
        return {key: states[-1].said for key, states in self.rows.items()}

    def seen(self) -> list[tuple[float, str, int]]:
        """What the server shows now, in the order of the stamps."""
        shown = {key: [one for one in states if one.seen_from <= self.now] for key, states in self.rows.items()}
        return sorted((states[-1].stamp, key, states[-1].said) for key, states in shown.items() if states)

    def ask(self, call: Call, rounds_left: float) -> Came:
        assert rounds_left > 0
        self.calls.append(call)
        if self.dies_at is not None and len(self.calls) >= self.dies_at:
            raise Killed
        self.happens(len(self.calls))
        self.live()
        since = -1e9 if call.since is None else int((call.since - OPENED).total_seconds() // 1)
        found = [row for row in self.seen() if row[0] > since or (row[0] == since and not self.strict)]
        page = found[(call.page - 1) * call.size : call.page * call.size]
        if len(self.calls) in self.odd:
            page = page[1:] + page[:1]
        listing = Listing(
            raws=tuple(json.dumps(row).encode() for row in page),
            pagination=Pagination(pageCount=-(-len(found) // call.size), itemCount=len(found)),
            requested_at=datetime(2030, 1, 1, tzinfo=UTC) if self.dated else self._moment(self.now),
            server_time=self._moment(self.now + 20 * self.chance.random()) if self.dated else None,
        )
        return Came(listing=listing, records=[self._record(row) for row in page], findings=[])

    def _moment(self, seconds: float) -> datetime:
        return (OPENED + timedelta(seconds=seconds)).replace(microsecond=0)

    def _record(self, row: tuple[float, str, int]) -> Record:
        stamp, key, said = row
        moment = OPENED + timedelta(seconds=stamp)
        return Record(kind="Invoices", external_id=key, raw=b"%d" % said, seen_at=moment, updated_at=moment)


class AnyOrder:
    """Calls under way whose answers come in any order."""

    def __init__(self, ask: Ask, chance: Random, at_once: int) -> None:
        self._ask, self._chance, self._at_once = ask, chance, at_once
        self._sent: dict[Call, tuple[float, Came | Exception | None]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *fault: object) -> None:
        self._sent.clear()

    @property
    def under_way(self) -> Collection[Call]:
        return self._sent.keys()

    @property
    def full(self) -> bool:
        return len(self._sent) >= self._at_once

    def send(self, call: Call, rounds_left: float) -> None:
        assert call not in self._sent, "one page is asked for once"
        early = self._chance.random() < 0.5
        self._sent[call] = (rounds_left, self._answer(call, rounds_left) if early else None)

    def next(self) -> tuple[Call, Came]:
        call = self._chance.choice(list(self._sent))
        rounds_left, answer = self._sent.pop(call)
        answer = answer or self._answer(call, rounds_left)
        if isinstance(answer, Exception):
            raise answer
        return call, answer

    def _answer(self, call: Call, rounds_left: float) -> Came | Exception:
        try:
            return self._ask(call, rounds_left)
        except Exception as fault:  # noqa: BLE001 - raised where it is taken
            return fault


@dataclass
class Reader:
    """What is stored of a list, page by page with the cursor. at_once: calls side by side."""

    books: Changing
    at_once: int = 5
    state: Mapping[str, Any] = field(default_factory=dict)
    stored: dict[str, tuple[datetime, int]] = field(default_factory=dict)
    complete: bool = False

    def walk(self) -> Walk:
        def side(ask: Ask) -> AnyOrder:
            return AnyOrder(ask, self.books.chance, self.at_once)

        return Walk(kind="Invoices", size=self.books.size, ask=self.books.ask, side=side)

    def turn(self, unstored: int = 0) -> bool:
        """Whether the pass came to its end. unstored: so many of the last pages before a kill were not committed."""
        pages: list[Page] = []
        try:
            for page in self.walk().pages(json.loads(json.dumps(self.state))):
                pages.append(page)  # noqa: PERF402 - what came before a kill is kept
        except Killed:
            self.store(pages[: len(pages) - unstored])
            return False
        self.store(pages)
        return True

    def store(self, pages: Sequence[Page]) -> None:
        for page in pages:
            for record in page.records:
                assert record.updated_at is not None
                held = self.stored.get(record.external_id)
                if held is None or record.updated_at > held[0]:
                    self.stored[record.external_id] = (record.updated_at, int(record.raw))
            self.state, self.complete = page.state, bool(page.complete)

    def holds(self) -> dict[str, int]:
        return {key: said for key, (_, said) in self.stored.items()}
