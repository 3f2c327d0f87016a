"""Reading one list page by page while rows change, and the queries for its pages.

A list is walked by update stamp: a row that is edited during the walk moves to its end and is seen again there. Only rows
of one and the same stamp are told apart by position; each such page begins with the last row of the page before, so that
a shift under it shows, and the stamp is then begun anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from connectors.quickbooks.client import Listing, QuickBooksClient
from connectors.quickbooks.faults import QuickBooksRefused
from connectors.quickbooks.kinds import Kind
from connectors.quickbooks.records import head
from connectors.quickbooks.times import instant
from ledger.faults import Unreachable
from ledger.finding import Finding, Severity

PAGE_SIZE = 1_000  # the most that QuickBooks gives
PAGES_MAX = 100_000  # a list that never ends is a fault, not a long list
SHIFTS_MAX = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamped:
    """Rows by their update stamp: from `since` on and before `until`; None: all of them."""

    since: str | None = None
    until: str | None = None

    def conditions(self) -> list[str]:
        bounds = ((">=", self.since), ("<", self.until))
        return [f"MetaData.LastUpdatedTime {sign} '{bound}'" for sign, bound in bounds if bound is not None]


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


def counting(kind: Kind, rows: Stamped) -> str:
    """The query for how many rows the list has."""
    return f"SELECT COUNT(*) FROM {kind.name}{_where(kind, *rows.conditions())}"  # noqa: S608 - all parts are ours


def by_position(kind: Kind, rows: Stamped, position: int) -> str:
    """The query for a page in the order of ids."""
    where = _where(kind, *rows.conditions())
    return f"SELECT * FROM {kind.name}{where} ORDERBY Id STARTPOSITION {position} MAXRESULTS {PAGE_SIZE}"  # noqa: S608 - all parts are ours


def _where(kind: Kind, *more: str) -> str:
    conditions = [*(["Active IN (true, false)"] if kind.named else []), *more]
    return f" WHERE {' AND '.join(conditions)}" if conditions else ""


def statement(kind: Kind, place: Place) -> str:
    """The query for the page at `place`."""
    where = _where(kind, *Stamped(since=place.start).conditions())
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
