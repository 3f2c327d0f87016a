"""What the books hold of some months that may be a processor's money, and which of it is ours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, and_, select

from store.tables.matching import receipts, sightings
from store.tables.posting import entries
from store.tables.pulled import NOUN_NAMED

_payments = NOUN_NAMED["payments"].table
_bank = NOUN_NAMED["bank_entries"].table


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """minor: without sign. texts: all that is written on it. charge, payout: whose cash it is known to be."""

    record_kind: str
    external_id: str
    kind: str
    on: date
    currency: str
    minor: int
    texts: tuple[str, ...]
    ours: bool
    charge: str | None = None
    charge_source: UUID | None = None
    payout: str | None = None


def recorded_since(connection: Connection, organisation_id: UUID, books: UUID, since: date) -> list[Recorded]:
    """Payments and bank entries of the books from a day on, in the order of their days."""
    known = _known(connection, organisation_id, books)
    ours = set(
        connection.execute(
            select(entries.c.external_id).where(
                entries.c.organisation_id == organisation_id,
                entries.c.connection_id == books,
                entries.c.external_id.is_not(None),
            )
        ).scalars()
    )
    found = []
    for table, day in ((_payments, _payments.c.paid_on), (_bank, _bank.c.moved_on)):
        query = select(table).where(
            table.c.organisation_id == organisation_id, table.c.connection_id == books, table.c.gone_at.is_(None),
            table.c.status == "open", table.c.amount_minor != 0, day >= since,
        )  # fmt: skip
        found += [_recorded(row, row._mapping[day], known, ours) for row in connection.execute(query)]
    return sorted(found, key=lambda one: (one.on, one.record_kind, one.external_id))


def _recorded(row: Any, on: date, known: dict[tuple[str, str], Any], ours: set[str]) -> Recorded:
    seen = known.get((row.record_kind, row.external_id))
    texts = (row.reference, row.memo, getattr(row, "method", None), *row.hints)
    bank = getattr(row, "bank_amount_minor", None)
    return Recorded(
        record_kind=row.record_kind,
        external_id=row.external_id,
        kind=row.kind,
        on=on,
        currency=row.bank_currency if bank is not None else row.currency,
        minor=abs(row.amount_minor if bank is None else bank),
        texts=tuple(text for text in texts if text),
        ours=row.external_id in ours,
        charge=None if seen is None or seen.source == "bank" else seen.external_id,
        charge_source=None if seen is None or seen.source == "bank" else seen.connection_id,
        payout=None if seen is None or seen.source != "bank" else seen.payout_external_id,
    )


def _known(connection: Connection, organisation_id: UUID, books: UUID) -> dict[tuple[str, str], Any]:
    query = (
        select(
            sightings.c.record_kind, sightings.c.external_id.label("own_id"), receipts.c.connection_id,
            receipts.c.external_id, receipts.c.source, receipts.c.payout_external_id,
        )
        .join_from(
            sightings,
            receipts,
            and_(receipts.c.organisation_id == sightings.c.organisation_id, receipts.c.id == sightings.c.receipt_id),
        )
        .where(sightings.c.organisation_id == organisation_id, sightings.c.connection_id == books)
        .where(sightings.c.kind == "ledger")
    )  # fmt: skip
    return {(row.record_kind, row.own_id): row for row in connection.execute(query)}
