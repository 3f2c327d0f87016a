"""Where each list of a full listing stands, and what is asked for next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from math import inf
from typing import Any

from connectors.port import Record
from connectors.quickbooks import places
from connectors.quickbooks.asking import Call, Came
from connectors.quickbooks.kinds import BY_NAME, CHANGED
from connectors.quickbooks.places import PAGES_MAX, Place, Stamped, following
from connectors.quickbooks.spread import Spread, spread_of
from ledger.faults import Unreachable

GATHERED_ROWS = 900  # of small lists in one answer
SMALL_ROWS = 300
_LONG = ("Invoice", "Payment", "Customer")  # begun before the counts are known: as a rule they fill a page


@dataclass(slots=True)
class Lists:
    """open: the lists that are not at their end, whose pages are read side by side (Spread) or in turn (Place).

    swept: kinds read to their end and whole. total: rows in all, once they were counted. counting: that call is under way.
    alone: kinds that are not gathered. until: what is stamped later is not asked for.
    """

    open: dict[str, Place | Spread]
    swept: tuple[str, ...] = ()
    total: int | None = None
    counted: bool = False
    counting: bool = False
    alone: set[str] = field(default_factory=set)
    until: datetime | None = None

    def to_count(self) -> dict[str, Stamped]:
        """Lists that want counting: all that are read side by side, once; and which rows of each."""
        if self.counted or self.counting:
            return {}
        return {kind: where.rows for kind, where in self.open.items() if isinstance(where, Spread)}

    def rows_of(self, kind: str) -> Stamped:
        """Which rows are asked for of a list that is read side by side."""
        where = self.open[kind]
        return where.rows if isinstance(where, Spread) else Stamped()

    def have(self, counts: Mapping[str, int]) -> None:
        self.counted, self.counting = True, False
        self.total = sum(counts.values()) or None
        for kind, where in self.open.items():
            if isinstance(where, Spread) and kind in counts:
                self.open[kind] = replace(where, count=counts[kind])
        # without a row, before it was known how many there are
        ended = [(kind, where) for kind, where in self.open.items() if isinstance(where, Spread) and where.whole]
        for kind, where in ended:
            if where.count:
                self.open[kind] = where.by_stamp()
            else:
                self._close(kind, whole=True)

    def next(self, under_way: Iterable[Call]) -> Call | None:
        """Small lists together, then the list with the most pages left; what is walked by stamp has one call at a time."""
        busy: dict[str, set[int]] = {}
        for call in under_way:
            for kind in call.kinds:
                busy.setdefault(kind, set()).add(call.position or 0)
        small = () if self.counting else self._small(busy)
        if len(small) > 1:
            return Call(kinds=small)
        chosen = max(
            ((left, call) for kind in self.open for left, call in self._of(kind, busy.get(kind, set()))),
            key=lambda found: found[0],
            default=None,
        )
        if chosen is None:
            return None
        call = chosen[1]
        where = self.open[call.kinds[0]]
        if isinstance(where, Spread) and call.position is not None:
            self.open[call.kinds[0]] = where.with_asked(call.position)
        return call

    def _of(self, kind: str, under_way: set[int]) -> Iterable[tuple[float, Call]]:
        where = self.open[kind]
        if isinstance(where, Place):
            return () if under_way else ((inf, Call(kinds=(kind,))),)
        if 0 in under_way or (self.counting and kind not in _LONG):
            return ()
        if not under_way and not self.counting and where.to_ask(()) is None:
            self.open[kind] = where.again() or where.by_stamp()
            return self._of(kind, under_way)
        position = where.to_ask(under_way)
        return (
            () if position is None else ((where.pages_left - len(under_way), Call(kinds=(kind,), position=position)),)
        )

    def _small(self, busy: Mapping[str, object]) -> tuple[str, ...]:
        """Lists of which nothing was asked for yet, as many as fit into one answer."""
        left, found = GATHERED_ROWS, []
        for kind, where in self.open.items():
            if not isinstance(where, Spread) or not where.fresh or kind in busy or kind in self.alone:
                continue
            if where.count is not None and where.count <= min(SMALL_ROWS, left, where.size - 1):
                left -= where.count
                found.append(kind)
        return tuple(found)

    def take(self, call: Call, came: Iterable[Came]) -> list[Record]:
        """What a call brought: its records, but for the rows that pages beside have brought already."""
        told = {one.kind: one for one in came}
        records: list[Record] = []
        for kind in call.kinds:
            if kind not in told:
                self.alone.add(kind)
                continue
            where = self.open.get(kind)
            edges = where.edges if isinstance(where, Spread) else frozenset[str]()
            records += [record for record in told[kind].records if record.external_id not in edges]
            if where is not None:
                self._take(kind, call, told[kind])
        return records

    def _take(self, kind: str, call: Call, came: Came) -> None:
        where = self.open[kind]
        after: Place | Spread | None
        if isinstance(where, Place):
            after = None if call.position is not None else self._after(kind, where, came)
            if call.position is not None:
                return  # of a walk by ids that was given up
            whole = came.listing is not None and where.whole
        else:
            after = self._spread(where, call.position or 1, came)
            whole = isinstance(after, Spread) and after.whole
            if whole and not came.raws and call.position in (None, 1):  # no row at all: the count has to bear that out
                whole = not self.counting and not where.count
                after = where.by_stamp() if where.count else after
            after = None if whole else after
        if after is not None:
            self.open[kind] = after
            return
        self._close(kind, whole=whole)

    def _close(self, kind: str, *, whole: bool) -> None:
        del self.open[kind]
        if whole:
            self.swept = tuple(name for name in CHANGED if name in {*self.swept, kind})

    def _after(self, kind: str, place: Place, came: Came) -> Place | None:
        if came.listing is None:
            return None
        if place.pages >= PAGES_MAX:
            raise Unreachable(f"QuickBooks' list of {kind} does not end; nothing more was read from it.")
        after = following(BY_NAME[kind], place, came.raws)
        newest = max((record.updated_at for record in came.records if record.updated_at is not None), default=None)
        late = self.until is not None and newest is not None and newest > self.until
        if after is None or (late and after.start is not None):
            return None
        return replace(after, pages=place.pages + 1)

    def _spread(self, where: Spread, position: int, came: Came) -> Place | Spread:
        """Where rows do not come in an order of ids, or tell none, the list is walked by stamp from its beginning."""
        ids = [record.external_id for record in came.records]
        if came.listing is None or len(ids) < len(came.raws):
            return where.by_stamp()
        return where.with_page(position, ids) or where.by_stamp()

    def as_json(self) -> dict[str, Any]:
        return {
            "todo": list(self.open),
            "places": {
                kind: where.as_json() if isinstance(where, Spread) else asdict(where)
                for kind, where in self.open.items()
            },
            "swept": list(self.swept),
            **({"total": self.total} if self.counted else {}),
        }


def lists_of(state: Mapping[str, Any], until: datetime | None) -> Lists:
    """From a feed's state; a list that it says nothing of begins with its pages side by side."""
    told = state.get("places") or {}
    lists: dict[str, Place | Spread] = {}
    for kind in state["todo"]:
        place = told.get(kind)
        if place is None:
            rows = Stamped(until=None if until is None else until.isoformat())
            lists[kind] = Spread(size=places.PAGE_SIZE, rows=rows)
        else:
            lists[kind] = spread_of(place) if "runs" in place else Place(**place)
    return Lists(lists, tuple(state.get("swept", ())), state.get("total"), "total" in state, until=until)
