"""The incremental pass: events since the last one, then the kinds without events, then what had to be read again.

All of it is written into the state after each page (`pass`), so that a killed pass goes on where it stood.
`closing`: the pass ends a full one whose lists took long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import msgspec

from connectors.decode import loosely, peek, undecodable
from connectors.port import Page, Record
from connectors.stripe import wire
from connectors.stripe.api import Api
from connectors.stripe.backlog import Backlog, new_backlog
from connectors.stripe.events import Target, consequences, contents_of, followed_by, read_event, snapshot, target_of
from connectors.stripe.full import FEED
from connectors.stripe.kinds import event_calls
from connectors.stripe.reader import read_many
from connectors.stripe.records import copied, records_of
from connectors.stripe.sweeps import OVERLAP_SECONDS, SWEPT, is_known, note_sweep, sweep_params
from ledger.finding import Finding

_SETTLING = frozenset({"balance.available", "payout.created"})  # money went from pending to available
_READS_A_PAGE = 20
_KEPT_EVENTS = 1000  # ids of handled events within the overlap; beyond it some are handled twice, which changes nothing


class LivePass:
    """Goes on from a state of phase `live`."""

    def __init__(self, api: Api, state: dict[str, Any], ahead: Callable[[], timedelta] = timedelta) -> None:
        """ahead: how far our clock is ahead of Stripe's, as the last answer told."""
        self._api = api
        self._ahead = ahead
        self._state = copied(state)
        self._latest: dict[Target, int] = {}
        self._backlog = Backlog(new_backlog())

    def pages(self, now: datetime) -> Iterator[Page]:
        """Pages up to the present; the last one is done."""
        work: dict[str, Any] = self._state["pass"] or _new_pass()
        self._state["pass"] = work
        self._backlog = Backlog(work["backlog"])
        self._latest = {(kind, external_id): created for kind, external_id, created in work["edge"]}
        calls = event_calls()
        while work["call"] < len(calls):
            yield self._events(work, calls[work["call"]], now)
        for kind in SWEPT:
            while work["sweep"][kind] != "done":
                yield self._sweep(work, kind)
        while (listing := self._backlog.listing()) is not None:
            yield self._relist(listing["kind"], listing["after"])
        while targets := self._backlog.next_reads(_READS_A_PAGE):
            made = read_many(self._api, targets)
            self._add_contents(made.records)
            yield self._page(made.records, made.findings)
        full, complete = "closing" in self._state, tuple(self._state.pop("closing", ()))
        self._close(work, now)
        yield Page(feed=FEED, records=(), state=copied(self._state), done=True, full=full, complete=complete)

    def _page(self, records: tuple[Record, ...], findings: tuple[Finding, ...] = ()) -> Page:
        full = "closing" in self._state
        self._backlog.write()
        return Page(feed=FEED, records=records, state=copied(self._state), done=False, findings=findings, full=full)

    def _events(self, work: dict[str, Any], types: tuple[str, ...], now: datetime) -> Page:
        place = self._state["events"]
        params = [("types[]", name) for name in types]
        if place["from"] is not None:
            params.append(("created[gte]", str(place["from"] - OVERLAP_SECONDS)))
        if work["after"] is not None:
            params.append(("starting_after", work["after"]))
        batch = self._api.list("events", params, path="/v1/events")
        if (
            work.get("began") is None and not work["call"]
        ):  # what came after this moment was perhaps not yet there when it was asked for
            work["began"] = int((now - self._ahead()).timestamp())
        records: list[Record] = []
        findings: list[Finding] = []
        known, last, oldest = 0, None, 0
        seen = {*place["seen"], *(external_id for external_id, _ in work["fresh"])}
        for raw in batch.raws:
            try:
                event = read_event(raw)
                last = event.id
                if event.id in seen:
                    known += 1
                    continue
                work["fresh"].append([event.id, event.created])
                work["newest"] = max(work["newest"], event.created)
                oldest = event.created
                records.extend(self._told(work, event, now))
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                last = peek(raw, "id") or last
                findings.append(undecodable("event", last or "without id", str(error)))
        # Only what the next pass may see again is kept: the state is written with every page.
        kept = work["newest"] - OVERLAP_SECONDS
        work["fresh"] = [one for one in work["fresh"] if one[1] >= kept]
        self._turn(work, oldest, last if batch.has_more and known < len(batch.raws) else None)
        return self._page(tuple(records), tuple(findings))

    def _told(self, work: dict[str, Any], event: wire.Event, now: datetime) -> Iterator[Record]:
        """What an event brings: its snapshot, or something to read again. Newest come first; older ones add nothing."""
        if event.type in _SETTLING:
            work["settle"] = True
        for besides in consequences(event):
            self._backlog.add(besides)
        target = target_of(event)
        if target is None:
            return
        latest = self._latest.get(target)
        if latest is not None and event.created < latest:
            return
        self._latest[target] = event.created
        record = None if latest == event.created else snapshot(event, now, self._ahead())
        if record is None:
            made_at = loosely(event.data.object, wire.Head).created or 0
            self._backlog.add(target, young=made_at >= (self._state["events"]["from"] or 0))
        else:
            yield record

    def _turn(self, work: dict[str, Any], oldest: int, last: str | None) -> None:
        """To the next page of this call, or the next call. A page of known events alone ends it."""
        if last is not None:
            work["after"] = last
            work["edge"] = [[*target, created] for target, created in self._latest.items() if created == oldest]
        else:
            work |= {"call": work["call"] + 1, "after": None, "edge": []}
            self._latest = {}

    def _sweep(self, work: dict[str, Any], kind: str) -> Page:
        place = self._state["sweeps"][kind]
        settle = work["settle"] and kind == "balance_transactions"
        begun = work["sweep"][kind] or {
            "after": None,
            "place": {**place, "pending": None if settle else place["pending"]},
        }
        params = sweep_params(place, settle=settle)
        if begun["after"] is not None:
            params = (*params, ("starting_after", begun["after"]))
        batch = self._api.list(kind, params)
        note_sweep(begun["place"], batch.raws, first=begun["after"] is None)
        made = records_of(kind, batch.raws, batch.at)
        for record in made.records:
            for target in () if record.external_id in place["seen"] else _besides(record):
                self._backlog.add(target)
        if not batch.has_more or not made.records or (not settle and is_known(place["seen"], batch)):
            self._state["sweeps"][kind] = begun["place"]
            work["sweep"][kind] = "done"
        else:
            work["sweep"][kind] = {**begun, "after": made.records[-1].external_id}
        return self._page(made.records, made.findings)

    def _relist(self, kind: str, after: str | None) -> Page:
        """A page of what was made since the last pass."""
        since = self._state["events"]["from"]
        params = [] if since is None else [("created[gte]", str(since))]
        if after is not None:
            params.append(("starting_after", after))
        batch = self._api.list(kind, params)
        raws = [self._api.all_lines(raw) for raw in batch.raws] if kind == "invoices" else batch.raws
        made = records_of(kind, raws, batch.at)
        more = made.records[-1].external_id if batch.has_more and made.records else None
        self._backlog.listed(kind, [record.external_id for record in made.records], more)
        self._add_contents(made.records)
        return self._page(made.records, made.findings)

    def _add_contents(self, records: Sequence[Record]) -> None:
        """Of payouts that were read again: their event may have told of them in another version than ours."""
        for record in records:
            with suppress(msgspec.DecodeError, UnicodeDecodeError):
                for target in () if record.deleted else contents_of(record.kind, record.raw):
                    self._backlog.add(target)

    def _close(self, work: dict[str, Any], now: datetime) -> None:
        """The pass has reached the present: its events become the known ones.

        The next pass begins no later than this one did: one that was cut off may have made its last calls days after
        its first, and what came between is known to the last alone.
        """
        place = self._state["events"]
        if work["newest"]:
            newest = max(min(work["newest"], work.get("began") or 0), place["from"] or 0)
            kept = place["seen"] if newest - (place["from"] or 0) <= OVERLAP_SECONDS else []
            fresh = [external_id for external_id, _ in work["fresh"]]
            place |= {"from": newest, "seen": [*fresh, *kept][:_KEPT_EVENTS]}
        self._state |= {"polled": now.isoformat(), "pass": None}


def _new_pass() -> dict[str, Any]:
    return {
        "call": 0,
        "after": None,
        "fresh": [],
        "newest": 0,
        "began": None,
        "edge": [],
        "backlog": new_backlog(),
        "settle": False,
        "sweep": dict.fromkeys(SWEPT),
    }


def _besides(record: Record) -> list[Target]:
    if record.kind != "invoice_payments":
        return []
    try:
        return list(followed_by(record.kind, record.raw))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return []
