"""What of a processor's money is in no posting yet, and what of that waits for a person: page by page, one rule for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from ledger.balance import Treatment
from posting.processor.due import treated_of
from posting.processor.treat import SALE_DAYS, Treated
from posting.rules import PostingRules, Role
from store.database import Connection
from store.queries import processor as queries
from store.queries import processor_waits as waits


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
