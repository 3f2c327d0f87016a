"""A processor's money as its pages show it: each transaction with its one treatment, and why it waits."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from ledger.faults import NotFound
from ledger.money import Money
from posting import ruling, stops
from posting.processor.bookings import since
from posting.processor.offering import NAMES
from posting.processor.treat import Treated
from posting.processor.waiting import LOST, LOST_REMEDY, lost, open_of, treated, treated_now
from posting.processor.waiting import Source as Waiting
from posting.rules import PostingRules, Role
from store.database import Connection
from store.queries import processor as queries
from store.queries.processor_waits import recent_names
from store.queries.screens import posting_settings

RECENT_DAYS: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A processor connection with what is booked of it. first: None where Tieout books nothing of its money."""

    row: Any
    rules: PostingRules
    first: date | None
    books: UUID | None
    stop: Any | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """lost: the money of a lost dispute, whose end a person says."""

    source: Source
    treated: Treated
    lost: bool = False

    @property
    def id(self) -> UUID:
        return self.treated.move.id

    @property
    def gross(self) -> Money:
        return self.treated.move.gross

    @property
    def row(self) -> Any:
        return self.treated.move.row

    @property
    def what(self) -> str:
        return (self.treated.move.category or self.row.type).replace("_", " ").capitalize() or "Transaction"

    @property
    def name(self) -> str:
        return NAMES[self.treated.treatment]

    @property
    def seen(self) -> str:
        """Says what was seen: another word, match or posting since then makes another one."""
        own = self.treated
        said = "" if own.move.said is None else f"{own.move.said.treatment}{sorted(own.move.said.choices.items())}"
        content = "|".join((str(self.id), own.treatment, own.waits, said, ",".join(sorted(own.move.covered))))
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    @property
    def posted_in(self) -> bool:
        return bool(self.treated.move.covered)


def sources(connection: Connection, organisation_id: UUID) -> list[Source]:
    found = []
    for row in posting_settings.sources(connection, organisation_id, None):
        if row.role == "processor":
            rules, _ = ruling.load(connection, organisation_id, row.entity_id)
            books = queries.books_connection(connection, organisation_id, row.entity_id)
            stop = stops.standing(connection, organisation_id, row.id)
            found.append(Source(row=row, rules=rules, first=since(rules, row.id), books=books, stop=stop))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What a tab lists of one source, by the processor's own ids. refunds: as posting.processor.waiting.Open has them."""

    source: Source
    waits: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    refunds: tuple[str, ...] = ()
    recent: tuple[str, ...] = ()
    lost: frozenset[str] = frozenset()


def names_of(connection: Connection, source: Source, today: date, *, recent: bool) -> Names:
    """What is in no posting yet, whole or in part; lost disputes without an end before it. recent: all of the last days."""
    row = source.row
    latest = (
        recent_names(connection, row.organisation_id, row.id, today - timedelta(days=RECENT_DAYS)) if recent else []
    )
    if source.first is None or source.books is None:
        return Names(source=source, recent=tuple(latest))
    found = open_of(connection, _of(source, today))
    own_lost = [own for own, _ in lost(connection, row.organisation_id, row.id)]
    return Names(
        source=source, recent=tuple(latest), refunds=found.refunds, lost=frozenset(own_lost),
        waits=(*own_lost, *(one for one in found.waits if one not in own_lost)),
        open=(*own_lost, *(one for one in found.names if one not in own_lost)),
    )  # fmt: skip


def items(connection: Connection, listed: Names, names: Sequence[str], today: date) -> list[Item]:
    """These of a source, as they stand now, in this order."""
    with_refunds = [*names, *listed.refunds] if names else []
    found = {
        one.move.row.external_id: one
        for one in treated(connection, _of(listed.source, today), list(dict.fromkeys(with_refunds)))
    }
    return [_item(listed.source, found[name], ended=name in listed.lost) for name in names if name in found]


def _item(source: Source, treated: Treated, *, ended: bool) -> Item:
    if ended:
        return Item(source=source, lost=True, treated=replace(treated, waits=LOST, remedy=LOST_REMEDY))
    return Item(source=source, treated=treated)


def _of(source: Source, today: date) -> Waiting:
    row = source.row
    return Waiting(
        organisation_id=row.organisation_id, entity_id=row.entity_id, connection_id=row.id, rules=source.rules,
        first=source.first or date.min, today=today,
    )  # fmt: skip


def find(connection: Connection, source: Source, transaction_id: UUID, today: date) -> Item:
    """One transaction as it stands now. Raises NotFound."""
    row = source.row
    own = queries.find_transaction(connection, row.organisation_id, transaction_id)
    if own is None or own.connection_id != row.id:
        raise NotFound("This balance transaction does not exist here.")
    one = treated_now(connection, _of(source, today), own)
    return _item(
        source, one, ended=transaction_id in {known for _, known in lost(connection, row.organisation_id, row.id)}
    )


def source_of(connection: Connection, organisation_id: UUID, transaction_id: UUID) -> Source:
    """The processor of a transaction. Raises NotFound."""
    own = queries.find_transaction(connection, organisation_id, transaction_id)
    found = [] if own is None else sources(connection, organisation_id)
    source = next((one for one in found if own is not None and one.row.id == own.connection_id), None)
    if source is None:
        raise NotFound("This balance transaction does not exist here.")
    return source


def sales_place(source: Source, currency: str) -> Any | None:
    """Where sales without an invoice go; None where nobody has chosen it."""
    return source.rules.place(Role.SALES, str(source.row.id), currency)
