"""What of a processor's money is in no posting yet, and what of that waits for a person: page by page, one rule for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from ledger.balance import Treatment
from ledger.posting import Cause
from posting import ruling
from posting.processor.bookings import since
from posting.processor.due import treated_of
from posting.processor.treat import SALE_DAYS, Treated
from posting.rules import PostingRules, Role
from store import outbox
from store.database import Connection
from store.queries import processor as queries
from store.queries import processor_waits as waits
from store.queries.screens import processor as screens


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A processor connection of an entity. first: the first day of which Tieout books anything of it."""

    organisation_id: UUID
    entity_id: UUID
    connection_id: UUID
    rules: PostingRules
    first: date
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """By the processor's own ids, in the order in which they moved. refunds: those whose credits tell what becomes of them."""

    names: tuple[str, ...]
    waits: tuple[str, ...]
    refunds: tuple[str, ...]


def open_of(connection: Connection, source: Source) -> Open:
    """By the database, and by `treat` where only that can tell; what it treats says again of each what it waits for."""
    own = source.organisation_id
    found = waits.open_names(
        connection, own, source.connection_id, since=source.first, sales=_mapped(connection, source),
        sale_before=source.today - timedelta(days=SALE_DAYS),
    )  # fmt: skip
    said = waits.names_of(
        connection, own, [key for key, row in queries.said(connection, own).items() if row.treatment != "undecided"]
    )
    refunds = tuple(name for name, asks in found if asks == waits.LOOK)
    asked = {one.move.row.external_id for one in treated(connection, source, refunds) if one.waits}
    asked |= {name for name, asks in found if asks == waits.WAITS and name not in said}
    names = tuple(name for name, _ in found)
    return Open(names=names, waits=tuple(name for name in names if name in asked), refunds=refunds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """What a person has to decide of one transaction, and what helps. source: the processor's connection."""

    source: Any
    treated: Treated
    sentence: str
    remedy: str


LOST: Final = "The dispute was lost; nobody has said yet how it ends."
LOST_REMEDY: Final = "Say whether the invoice is owed again, a credit was agreed, or it is a bad debt."


def waits_of(connection: Connection, organisation_id: UUID, entity_id: UUID, today: date) -> list[Wait]:
    """All that waits for a person of an entity's processors, lost disputes first; nothing where Tieout books nothing."""
    rules, _ = ruling.load(connection, organisation_id, entity_id)
    found: list[Wait] = []
    for row in queries.processors(connection, organisation_id, entity_id):
        first = since(rules, row.id)
        if first is None or queries.books_connection(connection, organisation_id, entity_id) is None:
            continue
        source = Source(
            organisation_id=organisation_id, entity_id=entity_id, connection_id=row.id, rules=rules, first=first,
            today=today,
        )  # fmt: skip
        ended = {name for name, _ in lost(connection, organisation_id, row.id)}
        found += [
            Wait(source=row, treated=one, sentence=LOST, remedy=LOST_REMEDY)
            for one in treated(connection, source, sorted(ended))
        ]
        some = open_of(connection, source)
        found += [
            Wait(source=row, treated=one, sentence=one.waits, remedy=one.remedy)
            for one in treated(connection, source, list(dict.fromkeys([*some.waits, *some.refunds])))
            if one.waits and one.move.row.external_id not in ended
        ]
    return found


def lost(connection: Connection, organisation_id: UUID, connection_id: UUID) -> list[tuple[str, UUID]]:
    """Transactions of lost disputes whose end nobody has said: the processor's id and ours."""
    ids = [
        own for own in screens.lost(connection, organisation_id, connection_id)
        if outbox.of_cause(connection, organisation_id, Cause.BALANCE_TRANSACTION, f"{own}/lost") is None
    ]  # fmt: skip
    rows = [queries.find_transaction(connection, organisation_id, own) for own in ids]
    return [(one.external_id, one.id) for one in rows if one is not None]


def treated(connection: Connection, source: Source, names: Sequence[str]) -> list[Treated]:
    """These, in the order in which they moved; refunds among them only beside all open ones (`Open.refunds`)."""
    if not names:
        return []
    return treated_of(
        connection, source.organisation_id, source.entity_id, source.connection_id, source.rules, today=source.today,
        only_open=False, among=names,
    )  # fmt: skip


def treated_now(connection: Connection, source: Source, row: Any) -> Treated:
    """One transaction as it stands at this moment. row: as store.queries.processor.find_transaction gives it."""
    names = [row.external_id]
    if row.treatment == Treatment.REFUND.value:
        names += open_of(connection, source).refunds
    return next(one for one in treated(connection, source, names) if one.move.id == row.id)


def _mapped(connection: Connection, source: Source) -> list[str]:
    """Currencies whose sales without an invoice a person has given an account."""
    every = queries.currencies(connection, source.organisation_id, source.connection_id)
    return [one for one in every if source.rules.place(Role.SALES, str(source.connection_id), one) is not None]
