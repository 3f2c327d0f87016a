"""The full pass: every list walked newest first, several kinds at once, each with its own place in the state.

Newest first with starting_after is safe while objects are added: they stand before where we began, and the events
since then bring them. Lanes hold one kind each; a page's follow-ups (a payout's contents, a payment made outside
Stripe) are done before the next page, so that the state stays small. A customer's balance entries come at the end,
for those customers alone who have or had a credit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import msgspec

from connectors.port import Page, Record
from connectors.stripe import wire
from connectors.stripe.api import Api, Batch, Params
from connectors.stripe.events import Target, followed_by
from connectors.stripe.kinds import BALANCE_ENTRIES, LISTED, event_calls
from connectors.stripe.reader import IN_FLIGHT, read_many
from connectors.stripe.records import copied, records_of
from connectors.stripe.sweeps import SWEPT, note_sweep
from ledger.faults import Refused
from ledger.finding import Finding

FEED = "account"
_SOON = timedelta(seconds=60)
_FOLLOW_UPS_A_STEP = 20  # records of one step are stored together; more would make a page large
_Lane = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Step:
    """What one piece of work of a lane brought, and where the lane then stands."""

    kind: str
    lane: _Lane
    records: tuple[Record, ...]
    findings: tuple[Finding, ...] = ()
    credit: frozenset[str] = frozenset()
    batch: Batch | None = field(default=None)


def begin(api: Api, now: datetime, since: date | None) -> dict[str, Any]:
    """The state of a full pass that has read nothing yet but the place where the events stand.

    The newest events are noted before any list is read: what they tell is in the lists, what comes after is not.
    """
    newest, seen = 0, []
    for types in event_calls():
        batch = api.list("events", [("types[]", name) for name in types], path="/v1/events")
        for raw in batch.raws:
            event = msgspec.json.decode(raw, type=wire.Event)
            newest = max(newest, event.created)
            seen.append(event.id)
    return {
        "v": 1,
        "phase": "full",
        "begun": now.isoformat(),
        "since": since.isoformat() if since else None,
        "lanes": {kind: {"segment": 0, "after": None, "todo": []} for kind in LISTED},
        "credit": [],
        "sweeps": {kind: {"from": None, "seen": [], "pending": None} for kind in SWEPT},
        "events": {"from": newest or None, "seen": seen},
    }


class FullPass:
    """Walks on from a state of phase `full`."""

    def __init__(self, api: Api, state: dict[str, Any]) -> None:
        self._api = api
        self._state = copied(state)
        self._since = state["since"]

    def pages(self, clock: Callable[[], datetime]) -> Iterator[Page]:
        """Pages up to the last one, whose state is of phase `live`.

        It is done, unless the lists took so long that the events since their beginning have to follow at once.
        """
        lanes = self._state["lanes"]
        yield from self._walk([kind for kind in LISTED if not lanes[kind].get("done")])
        if BALANCE_ENTRIES not in lanes:
            todo = [[BALANCE_ENTRIES, customer] for customer in sorted(self._state["credit"])]
            lanes[BALANCE_ENTRIES] = {"segment": 0, "after": None, "todo": todo, "listed": True}
        if not lanes[BALANCE_ENTRIES].get("done"):
            yield from self._walk([BALANCE_ENTRIES])
        live = {
            "v": 1,
            "phase": "live",
            "polled": self._state["begun"],
            "events": self._state["events"],
            "sweeps": self._state["sweeps"],
            "pass": None,
        }
        complete = () if self._since else LISTED
        if clock() - datetime.fromisoformat(self._state["begun"]) > _SOON:
            yield Page(feed=FEED, records=(), state={**live, "closing": list(complete)}, done=False, full=True)
        else:
            yield Page(feed=FEED, records=(), state=live, done=True, full=True, complete=complete)

    def _walk(self, kinds: Sequence[str]) -> Iterator[Page]:
        """One step in flight for each lane; a page for each step as it ends."""
        lanes = self._state["lanes"]
        with ThreadPoolExecutor(IN_FLIGHT) as pool:
            running: set[Future[_Step]] = {pool.submit(self._step, kind, lanes[kind]) for kind in kinds}
            try:
                while running:
                    done, running = wait(running, return_when=FIRST_COMPLETED)
                    for future in done:
                        step = future.result()
                        if not step.lane.get("done"):
                            running.add(pool.submit(self._step, step.kind, step.lane))
                        yield self._taken(step)
            finally:
                for future in running:
                    future.cancel()

    def _taken(self, step: _Step) -> Page:
        """The step written into the state, and its page."""
        first = step.batch is not None and self._state["lanes"][step.kind]["after"] is None
        self._state["lanes"][step.kind] = step.lane
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

    def _step(self, kind: str, lane: _Lane) -> _Step:
        if lane["todo"]:
            return self._follow(kind, lane)
        if lane.get("listed"):
            return _Step(kind, {**lane, "done": True}, ())
        return self._list(kind, lane)

    def _follow(self, kind: str, lane: _Lane) -> _Step:
        now: list[Target] = [(name, external_id) for name, external_id in lane["todo"][:_FOLLOW_UPS_A_STEP]]
        made = read_many(self._api, now)
        return _Step(kind, _ended({**lane, "todo": lane["todo"][_FOLLOW_UPS_A_STEP:]}), made.records, made.findings)

    def _list(self, kind: str, lane: _Lane) -> _Step:
        segments = _segments(kind, self._since)
        batch = self._page(kind, segments[lane["segment"]], lane)
        raws = batch.raws
        if kind == "invoices":
            raws = tuple(self._api.all_lines(raw) for raw in raws)
        made = records_of(kind, raws, batch.at)
        targets = [target for raw in raws for target in _targets(kind, raw)]
        lane = {
            "segment": lane["segment"],
            "after": made.records[-1].external_id if made.records else lane["after"],
            "at": _created(raws[-1]) if raws else None,
            "todo": [list(target) for target in dict.fromkeys(targets) if target[0] != BALANCE_ENTRIES],
        }
        if not batch.has_more or not made.records:
            lane |= {"segment": lane["segment"] + 1, "after": None, "at": None}
            lane["listed"] = lane["segment"] >= len(segments)
        credit = frozenset(external_id for name, external_id in targets if name == BALANCE_ENTRIES)
        return _Step(kind, _ended(lane), made.records, made.findings, credit, batch)

    def _page(self, kind: str, segment: Params, lane: _Lane) -> Batch:
        if lane["after"] is None:
            return self._api.list(kind, segment)
        try:
            return self._api.list(kind, (*segment, ("starting_after", lane["after"])))
        except Refused:
            if lane.get("at") is None:
                raise
            # The object that marked our place was deleted meanwhile: go on by its time, some rows come twice.
            return self._api.list(kind, (*segment, ("created[lte]", str(lane["at"]))))


def _ended(lane: _Lane) -> _Lane:
    return {**lane, "done": True} if lane.get("listed") and not lane["todo"] else lane


def _segments(kind: str, since: str | None) -> tuple[Params, ...]:
    """The lists that make up a kind: with a start date, customers whole, and older invoices that are still open."""
    if since is None or kind == "customers":
        return ((),)
    start = str(int(datetime.combine(date.fromisoformat(since), time(), UTC).timestamp()))
    later: Params = (("created[gte]", start),)
    if kind == "invoices":
        return (later, (("created[lt]", start), ("status", "open")))
    return (later,)


# What an object has to hold in its bytes to be followed: most do not, and need not be decoded for it.
_TELLING = {
    "customers": (re.compile(rb'"balance"\s*:\s*-?[1-9]'),),
    "invoices": (re.compile(rb'ing_balance"\s*:\s*-?[1-9]'), re.compile(rb'amount_overpaid"\s*:\s*-?[1-9]')),
    "credit_notes": (re.compile(rb'"customer_balance_transaction"\s*:\s*["{]'),),
    "invoice_payments": (re.compile(rb'"payment_record"\s*:\s*["{]'),),
}


def _targets(kind: str, raw: bytes) -> list[Target]:
    telling = _TELLING.get(kind)
    if telling is not None and not any(sign.search(raw) for sign in telling):
        return []
    try:
        return list(followed_by(kind, raw))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return []  # the mapping says what is wrong with it


def _created(raw: bytes) -> int | None:
    try:
        return msgspec.json.decode(raw, type=wire.Head).created
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
