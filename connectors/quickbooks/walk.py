"""Reading whole lists, page by page, while rows change.

A list is walked by update stamp: a row that is edited during the walk moves to its end and is seen again there. Only rows
of one and the same stamp are told apart by position; each such page begins with the last row of the page before, so that
a shift under it shows, and the stamp is then begun anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from connectors.port import Page, Record
from connectors.quickbooks.client import Listing, QuickBooksClient
from connectors.quickbooks.faults import QuickBooksRefused
from connectors.quickbooks.kinds import BY_NAME, CHANGED, Kind
from connectors.quickbooks.records import head, to_records
from connectors.quickbooks.times import instant
from ledger.faults import Unreachable
from ledger.finding import Finding, Severity

PAGE_SIZE = 1_000  # the most that QuickBooks gives
PAGES_MAX = 100_000  # a list that never ends is a fault, not a long list
SHIFTS_MAX = 3
CALLS_AT_ONCE = 6  # kinds read side by side; QuickBooks lets ten calls be under way


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in a list the next page begins. start: the stamp from which on; last: the id that the page has to begin with.

    shifts: how often rows moved under the walk; beyond SHIFTS_MAX the list no longer counts as whole. pages: read so far.
    """

    start: str | None = None
    position: int = 1
    last: str | None = None
    shifts: int = 0
    pages: int = 0

    @property
    def whole(self) -> bool:
        return self.shifts <= SHIFTS_MAX


def statement(kind: Kind, place: Place) -> str:
    """The query for the page at `place`."""
    conditions = ["Active IN (true, false)"] if kind.named else []
    if place.start is not None:
        conditions.append(f"MetaData.LastUpdatedTime >= '{place.start}'")
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    order = " ORDERBY MetaData.LastUpdatedTime" if kind.ordered else ""
    return f"SELECT * FROM {kind.name}{where}{order} STARTPOSITION {place.position} MAXRESULTS {PAGE_SIZE}"  # noqa: S608 - a query language that only reads; all parts are ours or QuickBooks' own


def following(kind: Kind, place: Place, raws: Sequence[bytes]) -> Place | None:
    """The place after a page; None where it was the last one."""
    heads = [head(raw) for raw in raws]
    first = heads[0].id if heads and heads[0] else None
    if place.last is not None and place.last != first and place.whole:
        return Place(start=place.start, shifts=place.shifts + 1)
    if len(raws) < PAGE_SIZE:
        return None
    top = _top([top.stamp if top else None for top in heads]) if kind.ordered else None
    if top is not None and instant(top) != instant(place.start):
        return Place(start=top, shifts=place.shifts)
    final = heads[-1]
    return replace(place, position=place.position + len(raws) - 1, last=final.id if final else None)


def _top(stamps: Sequence[str | None]) -> str | None:
    """The newest stamp of a page in order; None where it cannot be walked by stamps (out of order, none given)."""
    moments: list[datetime] = [moment for moment in map(instant, stamps) if moment is not None]
    if len(moments) < len(stamps) or any(one > other for one, other in pairwise(moments)):
        return None
    return stamps[-1]


def walk(
    client: QuickBooksClient, feed: str, state: Mapping[str, Any], *, until: datetime | None = None
) -> Iterator[Page]:
    """Pages of every kind in state's `todo`, all of one full listing; the last one's state is {"since": when it began}.

    Several kinds are read side by side, each in its own order. state: todo (kinds left), places (where in each the next
    page begins), began (the server's time at the beginning), swept (kinds read to their end and whole), part (it is no
    listing of everything: what does not come may stand all the same). until: what is stamped later is not asked for.
    """
    places = {kind: Place(**(state.get("places") or {}).get(kind, {})) for kind in state["todo"]}
    began, swept, part = state.get("began"), list(state.get("swept", ())), bool(state.get("part"))
    fault: Exception | None = None
    with ThreadPoolExecutor(CALLS_AT_ONCE) as pool:
        running = {pool.submit(_step, client, BY_NAME[kind], place, until): kind for kind, place in places.items()}
        try:
            while running:
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    kind = running.pop(future)
                    try:
                        step = future.result()
                    except Exception as raised:  # noqa: BLE001 - raised below, when the others are stored
                        fault = fault or raised
                        _cancel(running)
                        continue
                    began = _earlier(began, step.listing)
                    del places[kind]
                    if step.after is not None:
                        places[kind] = step.after
                        if fault is None:
                            running[pool.submit(_step, client, BY_NAME[kind], step.after, until)] = kind
                    elif step.whole:
                        swept = [name for name in CHANGED if name in {*swept, kind}]
                    done = not places
                    yield Page(
                        feed=feed,
                        records=step.records,
                        findings=step.findings,
                        state={"since": began} if done else {**_state(places, began, swept), "part": part},
                        done=done,
                        full=not part,
                        complete=tuple(swept) if done and not part else (),
                    )
        finally:
            _cancel(running)
    if fault is not None:
        raise fault


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """A page of one kind. after: where the next begins, None where it was the last. whole: the kind was read to its end."""

    listing: Listing | None
    records: list[Record]
    findings: list[Finding]
    after: Place | None
    whole: bool


def _step(client: QuickBooksClient, kind: Kind, place: Place, until: datetime | None) -> _Step:
    if place.pages >= PAGES_MAX:
        raise Unreachable(f"QuickBooks' list of {kind.name} does not end; nothing more was read from it.")
    listing, findings = asked(client, kind, place)
    if listing is None:
        return _Step(listing=None, records=[], findings=findings, after=None, whole=False)
    raws = listing.of(kind.name)
    records, odd = to_records(kind.name, raws, listing.requested_at)
    after = following(kind, place, raws)
    newest = max((record.updated_at for record in records if record.updated_at is not None), default=None)
    beyond = (
        until is not None and newest is not None and newest > until and after is not None and after.start is not None
    )
    after = None if after is None or beyond else replace(after, pages=place.pages + 1)
    return _Step(listing=listing, records=records, findings=[*findings, *odd], after=after, whole=place.whole)


def _earlier(began: str | None, listing: Listing | None) -> str | None:
    """The server's time of the first answer, whichever came first."""
    if listing is None:
        return began
    told = listing.server_time.isoformat()
    return told if began is None else min(began, told, key=datetime.fromisoformat)


def _cancel(running: dict[Future[_Step], str]) -> None:
    """Those that have not been sent; the others end and are stored."""
    for future in [future for future in running if future.cancel()]:
        del running[future]


def asked(client: QuickBooksClient, kind: Kind, place: Place) -> tuple[Listing | None, list[Finding]]:
    """One page; None and a finding where a list is refused that the books tie out without."""
    try:
        return client.query(kind.name, statement(kind, place)), []
    except QuickBooksRefused as refused:
        if kind.needed:
            raise
        return None, [Finding("list_refused", str(refused), Severity.WARNING, kind.name)]


def whole_list(client: QuickBooksClient, kind: Kind) -> Iterator[Listing | Finding]:
    """Every page of a small list, by position; a finding and no more where it was refused."""
    place: Place | None = Place()
    for _ in range(PAGES_MAX):
        if place is None:
            return
        listing, findings = asked(client, kind, place)
        if listing is None:
            yield from findings
            return
        yield listing
        place = following(kind, place, listing.of(kind.name))
    raise Unreachable(f"QuickBooks' list of {kind.name} does not end; nothing more was read from it.")


def _state(places: Mapping[str, Place], began: str | None, swept: Sequence[str]) -> dict[str, Any]:
    return {
        "todo": list(places),
        "places": {kind: asdict(place) for kind, place in places.items()},
        "began": began,
        "swept": list(swept),
    }
