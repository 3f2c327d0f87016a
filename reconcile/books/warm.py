"""What a worker keeps of an entity between two looks: its rows and the matcher's index, brought up to date by what changed.

A webhook changes one invoice of thousands; loading and indexing all of them for it would cost seconds. Rows that were
recorded since the last look are read, with some overlap for transactions that were slow to commit. Then a stamp over every
row tells whether the copy is whole; where it is not, everything is read anew. Answers are those of a fresh start: the index
holds the same items, and every waiting receipt is decided again on it.
"""

from __future__ import annotations

from bisect import bisect_left, insort_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from reconcile.books.world import MATCHED_NOUNS, KeptItems, World
from reconcile.engine import Matcher
from reconcile.facts import Fact
from reconcile.index import Index
from reconcile.policy import Policy
from reconcile.rates import Rates
from reconcile.values import HistoryRow, OpenItem, Payer, Rate, Receipt, Result
from store.database import Connection
from store.queries import changes
from store.queries import open_items as queries

OVERLAP = timedelta(minutes=10)  # a page of intake commits within seconds; the stamp finds what took longer


@dataclass(slots=True)
class _Kept:
    """The rows of one noun. revisions: of every row, those that are gone too."""

    standing: dict[UUID, Any]
    revisions: dict[UUID, int]
    newest: datetime | None
    ordered: list[Any]

    def put(self, row: Any) -> None:
        """A row as it now is, in its place."""
        before = self.standing.pop(row.id, None)
        if before is not None:
            del self.ordered[self.ordered.index(before, bisect_left(self.ordered, _place(before), key=_place))]
        if row.gone_at is None:
            self.standing[row.id] = row
            insort_right(self.ordered, row, key=_place)

    @property
    def stamp(self) -> changes.Stamp:
        return len(self.revisions), sum(self.revisions.values())


@dataclass(slots=True)
class Warm:
    """One entity's copy. `reads`: how often all rows of a noun were read; `builds`: how often the index was built."""

    _kept: dict[str, _Kept] = field(default_factory=dict)
    _index: Index | None = None
    _items: dict[str, OpenItem] = field(default_factory=dict)
    _payers: Sequence[Payer] = ()
    _facts: Sequence[Fact] = ()
    _linked: tuple[Any, ...] = ()
    made: KeptItems = field(default_factory=KeptItems)
    reads: int = 0
    builds: int = 0

    def rows(self, connection: Connection, organisation_id: UUID, entity_id: UUID) -> dict[str, list[Any]]:
        """Every standing row by noun, in a fixed order."""
        return {noun: self._noun(connection, noun, organisation_id, entity_id) for noun in MATCHED_NOUNS}

    def is_linked(self, world: World) -> bool:
        """Whether nothing that mirrors are told by has changed since a look that found none to link."""
        known, now = self._linked, _told_by(world)
        return bool(known) and known[0] is now[0] and known[1] is now[1] and known[2] == now[2]

    def note_linked(self, world: World) -> None:
        """A look over this world found nothing to link."""
        self._linked = _told_by(world)

    def match(
        self, items: Iterable[OpenItem], receipts: Iterable[Receipt], payers: Sequence[Payer],
        history: Sequence[HistoryRow], rates: Iterable[Rate], policy: Policy, facts: Sequence[Fact],
    ) -> Result:  # fmt: skip
        """As `reconcile.engine.match`, on the index of before."""
        index = self._indexed({item.id: item for item in items}, payers, facts)
        return Matcher(index, Rates(rates, policy.rate_days), policy, history).run(receipts)

    def _noun(self, connection: Connection, noun: str, organisation_id: UUID, entity_id: UUID) -> list[Any]:
        whose = (organisation_id, entity_id)
        stamp = changes.stamp(connection, noun, *whose)
        kept = self._kept.get(noun)
        if kept is not None and kept.stamp != stamp:
            self._catch_up(connection, noun, kept, whose)
        if kept is None or kept.stamp != stamp:
            kept = self._kept[noun] = self._read(connection, noun, whose)
        return kept.ordered

    def _read(self, connection: Connection, noun: str, whose: tuple[UUID, UUID]) -> _Kept:
        self.reads += 1
        rows = queries.documents(connection, noun, *whose)
        standing = {row.id: row for row in rows}
        revisions = {row.id: row.revision for row in rows} | changes.gone(connection, noun, *whose)
        return _Kept(standing, revisions, changes.newest(connection, noun, *whose), sorted(rows, key=_place))

    def _catch_up(self, connection: Connection, noun: str, kept: _Kept, whose: tuple[UUID, UUID]) -> None:
        if kept.newest is None:
            return  # there was nothing to know what is newer than
        changed = changes.changed_since(connection, noun, *whose, kept.newest - OVERLAP)
        kept.ordered = kept.ordered.copy()  # the list of the last look stays what it was
        for row in changed:
            if kept.revisions.get(row.id) == row.revision:
                continue  # of the overlap: the row that is kept is the same, and what was made of it stands
            kept.revisions[row.id] = row.revision
            kept.put(row)
        kept.newest = changes.newest(connection, noun, *whose)

    def _indexed(self, items: dict[str, OpenItem], payers: Sequence[Payer], facts: Sequence[Fact]) -> Index:
        """The index of these items with nothing claimed; built anew where who pays, or what was learnt, has changed."""
        index = self._index
        if index is None or list(payers) != list(self._payers) or list(facts) != list(self._facts):
            self.builds += 1
            index = self._index = Index.build(items.values(), payers, (), facts)
        else:
            for own in self._items.keys() - items.keys():
                index.remove_item(own)
            known = self._items.get
            for own, item in items.items():
                before = known(own)
                if before is not item and before != item:
                    index.put_item(item)
            index.release(index.slots.values())
        self._items, self._payers, self._facts = items, payers, facts
        return index


def _place(row: Any) -> tuple[str, str]:
    return str(row.connection_id), row.external_id


def _told_by(world: World) -> tuple[Any, ...]:
    """The lists of rows stay the same objects while nothing in them changes."""
    said = {(link.mirror_id, link.primary_id, link.state) for link in world.links}
    return world.rows["invoices"], world.rows["customers"], said
