"""A processor's money as its pages show it: each transaction with its one treatment, and why it waits."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from ledger.faults import NotFound
from ledger.money import Money
from ledger.posting import Cause
from posting import ruling, stops
from posting.processor.bookings import since
from posting.processor.due import treated_of
from posting.processor.offering import NAMES
from posting.processor.treat import Treated
from posting.rules import PostingRules, Role
from store import outbox
from store.database import Connection
from store.queries import processor as queries
from store.queries.screens import posting_settings
from store.queries.screens import processor as screens

RECENT_DAYS: Final = 60
LOST: Final = "The dispute was lost; nobody has said yet how it ends."
_LOST_REMEDY: Final = "Say whether the invoice is owed again, a credit was agreed, or it is a bad debt."


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


def still_open(connection: Connection, source: Source, today: date) -> list[Item]:
    """What is in no posting yet, whole or in part, and lost disputes without an end."""
    if source.first is None or source.books is None:
        return []
    row = source.row
    found = treated_of(
        connection, row.organisation_id, row.entity_id, row.id, source.rules, today=today, first=source.first
    )  # fmt: skip
    lost = [
        find(connection, source, own, today) for own in screens.lost(connection, row.organisation_id, row.id)
        if outbox.of_cause(connection, row.organisation_id, Cause.BALANCE_TRANSACTION, f"{own}/lost") is None
    ]  # fmt: skip
    ids = {one.id for one in lost}
    return [*lost, *(Item(source=source, treated=one) for one in found if one.move.id not in ids)]


def recent(connection: Connection, source: Source, today: date) -> list[Item]:
    """All of the last days, the newest first."""
    row = source.row
    first = today - timedelta(days=RECENT_DAYS)
    found = treated_of(
        connection, row.organisation_id, row.entity_id, row.id, source.rules, today=today, first=first, only_open=False
    )  # fmt: skip
    return [Item(source=source, treated=one) for one in reversed(found)]


def find(connection: Connection, source: Source, transaction_id: UUID, today: date) -> Item:
    """One transaction as it stands now. Raises NotFound."""
    row = source.row
    own = queries.find_transaction(connection, row.organisation_id, transaction_id)
    if own is None or own.connection_id != row.id:
        raise NotFound("This balance transaction does not exist here.")
    day = own.booked_on
    of_day = treated_of(
        connection, row.organisation_id, row.entity_id, row.id, source.rules, today=today, first=day, through=day,
        only_open=False,
    )  # fmt: skip
    treated = next(one for one in of_day if one.move.id == transaction_id)
    ended = outbox.of_cause(connection, row.organisation_id, Cause.BALANCE_TRANSACTION, f"{transaction_id}/lost")
    if ended is None and transaction_id in screens.lost(connection, row.organisation_id, row.id):
        return Item(source=source, lost=True, treated=replace(treated, waits=LOST, remedy=_LOST_REMEDY))
    return Item(source=source, treated=treated)


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
