"""The full pass: every list walked newest first, several kinds at once, each with its own place in the state.

Newest first with starting_after is safe while objects are added: they stand before where we began, and the events
since then bring them. Lanes hold one kind each, in spans of time (connectors/stripe/spans.py); a page's follow-ups (a
payout's contents, a payment made outside Stripe) are done before the span's next page, so that the state stays small. A
customer's balance entries come at the end, for those customers alone who have or had a credit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import ceil, inf
from typing import Any

import msgspec

from connectors.decode import loosely
from connectors.port import Page, Record
from connectors.stripe import wire
from connectors.stripe.api import Api, Batch
from connectors.stripe.events import Target, followed_by
from connectors.stripe.history import MONEY, money_from, start_of
from connectors.stripe.kinds import BALANCE_ENTRIES, LISTED
from connectors.stripe.pace import Pace
from connectors.stripe.reader import read_many
from connectors.stripe.records import copied, records_of
from connectors.stripe.spans import Lane, Span, divided, first_spans, new_lane, params_of, todo_spans
from connectors.stripe.sweeps import SWEPT, note_sweep
from ledger.faults import Refused
from ledger.finding import Finding

FEED = "account"
CALLS_AT_ONCE = 24  # at 200 ms a call that is 120 a second: the limiter decides, not we
CALLS_A_KIND = 8  # 40 a second, so that what the first moments left over is made up for
SPANS_A_KIND = 16  # those with the most left go first, so that they end together
_SLOW = timedelta(milliseconds=80)  # a call that takes longer is worth a second one beside it
_SOON = timedelta(seconds=60)
_FOLLOW_UPS_A_STEP = 20  # records of one step are stored together; more would make a page large

_Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class _Step:
    """What one piece of work of a span brought, and where the span then stands.

    newest: when the page's first object was made. slow: the call took so long that others may go beside it.
    """

    kind: str
    number: str
    span: Span
    records: tuple[Record, ...]
    findings: tuple[Finding, ...] = ()
    credit: frozenset[str] = frozenset()
    batch: Batch | None = field(default=None)
    newest: int | None = None
    slow: bool = False


def begin(api: Api, now: datetime, since: date | None) -> dict[str, Any]:
    """The state of a full pass that has read nothing yet. The place of its events is told by the first answer."""
    start = None if since is None else start_of(since)
    money = None if start is None else money_from(api, start)
    return {
        "v": 2,
        "phase": "full",
        "begun": now.isoformat(),
        "since": since.isoformat() if since else None,
        "lanes": {kind: new_lane(first_spans(kind, money if kind in MONEY else start)) for kind in LISTED},
        "credit": [],
        "sweeps": {kind: {"from": None, "seen": [], "pending": None} for kind in SWEPT},
        "events": {"from": None, "seen": []},
    }


class FullPass:
    """Walks on from a state of phase `full`."""

    def __init__(self, api: Api, state: dict[str, Any], ahead: Callable[[], timedelta | None]) -> None:
        """ahead: how far our clock is ahead of Stripe's, None until an answer has told."""
        self._api = api
        self._ahead = ahead
        self._state = copied(state)
        self._since = state["since"]
        self._running: dict[Future[_Step], tuple[str, str]] = {}
        self._pace = Pace(self._state["lanes"])

    def pages(self, clock: _Clock) -> Iterator[Page]:
        """Pages up to the last one, whose state is of phase `live`.

        It is done, unless the lists took so long that the events since their beginning have to follow at once.
        """
        lanes = self._state["lanes"]
        yield from self._walk(LISTED, clock)
        if BALANCE_ENTRIES not in lanes:
            todo = [[BALANCE_ENTRIES, customer] for customer in sorted(self._state["credit"])]
            lanes[BALANCE_ENTRIES] = new_lane(todo_spans(todo, CALLS_A_KIND))
        yield from self._walk([BALANCE_ENTRIES], clock)
        live = {
            "v": 1,
            "phase": "live",
            "polled": self._state["begun"],
            "events": self._state["events"],
            "sweeps": self._state["sweeps"],
            "pass": None,
        }
        # an object without an id may be any one that we know: its list proves no absence
        complete = () if self._since else tuple(kind for kind in LISTED if not lanes[kind]["odd"])
        if clock() - datetime.fromisoformat(self._state["begun"]) > _SOON:
            yield Page(feed=FEED, records=(), state={**live, "closing": list(complete)}, done=False, full=True)
        else:
            yield Page(feed=FEED, records=(), state=live, done=True, full=True, complete=complete)

    def _walk(self, kinds: Sequence[str], clock: _Clock) -> Iterator[Page]:
        """One call in flight for each span, a page for each as it ends. A fault comes after what came beside it."""
        fault: Exception | None = None
        with ThreadPoolExecutor(CALLS_AT_ONCE) as pool:
            try:
                self._start(pool, kinds, clock)
                while self._running:
                    pages: list[Page] = []  # the next calls are under way before anybody works on what came
                    for future in wait(self._running, return_when=FIRST_COMPLETED).done:
                        self._running.pop(future)
                        try:
                            pages.append(self._taken(future.result()))
                        except Exception as raised:  # noqa: BLE001 - raised below, when the others are stored
                            fault = fault or raised
                            continue
                        if fault is None:
                            self._start(pool, kinds, clock)
                    yield from pages
            finally:
                for future in self._running:
                    future.cancel()
                self._running.clear()
        if fault is not None:
            raise fault

    def _start(self, pool: ThreadPoolExecutor, kinds: Sequence[str], clock: _Clock) -> None:
        """Sets off the spans that wait, as far as there is room."""
        under_way = set(self._running.values())
        lanes = self._state["lanes"]
        ordered = sorted(kinds, key=lambda kind: -self._pace.pages_left(kind, lanes[kind]))  # the longest ends last
        for kind in ordered:
            own = sum(one == kind for one, _ in under_way)
            room = CALLS_A_KIND - own
            if kind != ordered[0]:  # the longest never waits for a place
                others = len(under_way) - sum(one == ordered[0] for one, _ in under_way)
                room = min(room, CALLS_AT_ONCE - CALLS_A_KIND - others)
            waiting = [number for number in lanes[kind]["spans"] if (kind, number) not in under_way]
            waiting.sort(key=lambda number: self._order(kind, lanes[kind]["spans"][number]), reverse=True)
            for number in waiting[: max(0, min(room, CALLS_AT_ONCE - len(self._running)))]:
                span = lanes[kind]["spans"][number]
                self._running[pool.submit(self._step, kind, number, span, clock)] = (kind, number)
                under_way.add((kind, number))

    def _order(self, kind: str, span: Span) -> tuple[bool, float]:
        """How far a list goes back is asked first, then what has the most left."""
        return span["lo"] is None, self._pace.left_of(kind, span)

    def _taken(self, step: _Step) -> Page:
        """The step written into the state, and its page."""
        self._place_events()
        lane = self._state["lanes"][step.kind]
        first = step.batch is not None and step.number == "0" and lane["spans"]["0"]["after"] is None
        lane["odd"] = lane["odd"] or any(finding.code == "undecodable" for finding in step.findings)
        self._pace.note(step.kind, step.newest, step.span["at"], whole=not step.span["listed"])
        own, *others = self._divided(step, lane)
        lane["spans"][step.number] = own
        if own["listed"] and not own["todo"]:
            del lane["spans"][step.number]
        for other in others:
            lane["spans"][str(lane["next"])] = other
            lane["next"] += 1
        self._state["credit"] = sorted({*self._state["credit"], *step.credit})
        if step.batch is not None and step.kind in SWEPT:
            note_sweep(self._state["sweeps"][step.kind], step.batch.raws, first=first)
        return Page(
            feed=FEED,
            records=step.records,
            state=copied(self._state),
            done=False,
            findings=step.findings,
            full=True,
        )

    def _divided(self, step: _Step, lane: Lane) -> list[Span]:
        """The step's span, in as many parts as let the list end together with the longest one."""
        span, at = step.span, step.span["at"]
        if not step.slow or step.newest is None or at is None:
            return [span]
        places = max(1, ceil(CALLS_A_KIND * self._share(step.kind)))
        parts = places if span["lo"] is None else self._pace.parts(step.kind, lane, span, places)
        parts = min(parts, SPANS_A_KIND - len(lane["spans"]) + 1)
        return divided(span, step.newest - at, parts, self._pace.reached(step.kind, at))

    def _place_events(self) -> None:
        """Events are read from the moment on, by Stripe's clock, before which no list was asked for: what they tell of earlier
        ones is in the lists. Where no answer bears a date, all that Stripe keeps are read.
        """
        ahead = self._ahead()
        if self._state["events"]["from"] is None and ahead is not None:
            begun = datetime.fromisoformat(self._state["begun"]) - ahead
            self._state["events"]["from"] = int(begun.timestamp())

    def _share(self, kind: str) -> float:
        """What is left of a list beside the longest one: so many places are enough to end together with it."""
        left = {name: self._pace.pages_left(name, lane) for name, lane in self._state["lanes"].items()}
        known = [pages for pages in left.values() if pages < inf]
        return min(1.0, left[kind] / max([1.0, *known]))

    def _step(self, kind: str, number: str, span: Span, clock: _Clock) -> _Step:
        if span["todo"]:
            return self._follow(kind, number, span)
        return self._list(kind, number, span, clock)

    def _follow(self, kind: str, number: str, span: Span) -> _Step:
        now: list[Target] = [(name, external_id) for name, external_id in span["todo"][:_FOLLOW_UPS_A_STEP]]
        made = read_many(self._api, now)
        return _Step(kind, number, {**span, "todo": span["todo"][_FOLLOW_UPS_A_STEP:]}, made.records, made.findings)

    def _list(self, kind: str, number: str, span: Span, clock: _Clock) -> _Step:
        batch = self._page(kind, span)
        slow = clock() - batch.at > _SLOW
        raws = batch.raws
        if kind == "invoices":
            raws = tuple(self._api.all_lines(raw) for raw in raws)
        made = records_of(kind, raws, batch.at)
        targets = [target for raw in raws for target in _targets(kind, raw)]
        span = {
            **span,
            "after": made.records[-1].external_id if made.records else span["after"],
            "at": _created(raws[-1]) if raws else None,
            "todo": [list(target) for target in dict.fromkeys(targets) if target[0] != BALANCE_ENTRIES],
            "listed": not batch.has_more or not made.records,
        }
        credit = frozenset(external_id for name, external_id in targets if name == BALANCE_ENTRIES)
        newest = _created(raws[0]) if raws else None
        return _Step(kind, number, span, made.records, made.findings, credit, batch, newest, slow)

    def _page(self, kind: str, span: Span) -> Batch:
        try:
            return self._api.list(kind, params_of(span))
        except Refused:
            if span["after"] is None or span["at"] is None:
                raise
            # The object that marked our place was deleted meanwhile: go on by its time, some rows come twice.
            return self._api.list(kind, params_of(span, by_time=True))


_SOME_AMOUNT = re.compile(rb'\s*:\s*"?-?[1-9]').match  # in whatever form
_SOME_OBJECT = re.compile(rb'\s*:\s*["{]').match

# What an object has to hold in its bytes to be followed: most do not, and need not be decoded for it.
_TELLING = {
    "customers": ((b'"balance"', _SOME_AMOUNT),),
    "invoices": ((b'ing_balance"', _SOME_AMOUNT), (b'amount_overpaid"', _SOME_AMOUNT)),
    "credit_notes": ((b'"customer_balance_transaction"', _SOME_OBJECT),),
    "invoice_payments": ((b'"payment_record"', _SOME_OBJECT),),
}


def _targets(kind: str, raw: bytes) -> list[Target]:
    telling = _TELLING.get(kind)
    if telling is not None and not any(_holds(raw, name, sign) for name, sign in telling):
        return []
    try:
        return list(followed_by(kind, raw))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return []  # the mapping says what is wrong with it


def _holds(raw: bytes, name: bytes, sign: Callable[[bytes, int], object]) -> bool:
    """Whether the sign follows on the name anywhere. The name is looked for by itself: a pattern takes ten times as long."""
    place = raw.find(name)
    while place >= 0:
        place += len(name)
        if sign(raw, place):
            return True
        place = raw.find(name, place)
    return False


def _created(raw: bytes) -> int | None:
    try:
        return loosely(raw, wire.Head).created
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
