"""Receipts and their sightings: written once per cash event, changed by revision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, and_, delete, exists, or_, select, update

from ledger.faults import Conflict
from ledger.receipt import PostStatus, Receipt, ReceiptStatus, SightingKind
from ledger.source import pulled_id
from store.scope import Scope
from store.tables.matching import receipts, sightings
from store.tables.pulled import NOUN_NAMED
from store.upsert import insert_new

_entries = NOUN_NAMED["bank_entries"].table
NOT_LOOKED_AT = "Not looked at yet."
_OUTSIDE = (SightingKind.BANK_LINE.value, SightingKind.CHARGE.value)  # what others than the ledger saw


def receipt_id(receipt: Receipt) -> UUID:
    """The id follows from the first sighting, so that two workers make one receipt of one cash event."""
    first = receipt.sightings[0]
    return pulled_id(first.connection_id, f"receipt/{first.record_kind}", first.external_id)


def add_receipts(
    connection: Connection, organisation_id: UUID, found: Sequence[tuple[Receipt, int, datetime | None]], now: datetime
) -> None:
    """Adds receipts with their sightings; `found` gives each with what is unapplied of it and the provider's stamp."""
    insert_new(connection, receipts, [_row(organisation_id, *item, now) for item in found])
    insert_new(
        connection,
        sightings,
        [
            {
                "organisation_id": organisation_id,
                "connection_id": sighting.connection_id,
                "record_kind": sighting.record_kind,
                "external_id": sighting.external_id,
                "receipt_id": receipt_id(receipt),
                "kind": sighting.kind.value,
                "currency": sighting.amount.currency,
                "amount_minor": sighting.amount.minor,
                "seen_on": sighting.seen_on,
                "reason": "first sighting",
                "recorded_at": now,
            }
            for receipt, _, _ in found
            for sighting in receipt.sightings
        ],
    )


def _row(
    organisation_id: UUID, receipt: Receipt, unapplied_minor: int, updated_at: datetime | None, now: datetime
) -> dict[str, Any]:
    return {
        "organisation_id": organisation_id,
        "id": receipt_id(receipt),
        "entity_id": receipt.entity_id,
        "connection_id": receipt.connection_id,
        "record_kind": receipt.sightings[0].record_kind,
        "external_id": receipt.external_id,
        "received_on": receipt.received_on,
        "currency": receipt.amount.currency,
        "amount_minor": receipt.amount.minor,
        "fee_minor": None if receipt.fee is None else receipt.fee.minor,
        "fee_currency": None if receipt.fee is None else receipt.fee.currency,
        "settled_minor": None if receipt.settled is None else receipt.settled.minor,
        "settled_currency": None if receipt.settled is None else receipt.settled.currency,
        "payer_name": receipt.payer_name,
        "payer_email": receipt.payer_email,
        "payer_account": receipt.payer_account,
        "customer_external_id": receipt.customer_external_id,
        "reference": receipt.reference,
        "method": receipt.method,
        "source": receipt.source,
        "payout_external_id": receipt.payout_external_id,
        "metadata": [list(pair) for pair in receipt.metadata],
        "status": ReceiptStatus.UNMATCHED.value,
        "status_reason": NOT_LOOKED_AT,
        "post_status": PostStatus.NONE.value,
        "open_minor": unapplied_minor,
        "unapplied_minor": unapplied_minor,
        "revision": 1,
        "updated_at": updated_at,
        "recorded_at": now,
    }


def add_sighting(
    connection: Connection,
    organisation_id: UUID,
    own_id: UUID,
    record: Any,
    *,
    kind: SightingKind,
    reason: str,
    now: datetime,
) -> None:
    """Another system's record of a receipt's money. `record` is a row of payments, bank entries or payouts."""
    days = (getattr(record, name, None) for name in ("paid_on", "moved_on", "arrives_on"))
    seen_on = next((on for on in days if on is not None), None)
    row = {
        "organisation_id": organisation_id,
        "connection_id": record.connection_id,
        "record_kind": record.record_kind,
        "external_id": record.external_id,
        "receipt_id": own_id,
        "kind": kind.value,
        "currency": record.currency,
        "amount_minor": record.amount_minor,
        "seen_on": seen_on or now.date(),
        "reason": reason,
        "recorded_at": now,
    }
    insert_new(connection, sightings, [row])


def drop_sighting(connection: Connection, organisation_id: UUID, sighting: Any) -> None:
    """Takes back a sighting whose record is gone; the audit of what was decided on it stays."""
    connection.execute(
        delete(sightings).where(
            sightings.c.organisation_id == organisation_id,
            sightings.c.connection_id == sighting.connection_id,
            sightings.c.record_kind == sighting.record_kind,
            sightings.c.external_id == sighting.external_id,
        )
    )


def drop_sightings_of(
    connection: Connection, organisation_id: UUID, own_id: UUID, kinds: Sequence[SightingKind]
) -> None:
    """Takes back the further sightings of a receipt that are of these kinds."""
    connection.execute(
        delete(sightings)
        .where(sightings.c.organisation_id == organisation_id, sightings.c.receipt_id == own_id)
        .where(sightings.c.kind.in_([kind.value for kind in kinds]))
    )


def ledger_receipts_alone(
    connection: Connection, organisation_id: UUID, entity_id: UUID
) -> dict[tuple[UUID, str, str], UUID]:
    """Receipts that a record of the ledger made and that no bank line or charge is a sighting of yet, by that record."""
    own = and_(receipts.c.organisation_id == sightings.c.organisation_id, receipts.c.id == sightings.c.receipt_id)
    other = sightings.alias()
    seen = exists().where(
        other.c.organisation_id == receipts.c.organisation_id,
        other.c.receipt_id == receipts.c.id,
        other.c.kind.in_(_OUTSIDE),
    )
    query = (
        select(sightings.c.connection_id, sightings.c.record_kind, sightings.c.external_id, receipts.c.id)
        .join_from(receipts, sightings, own)
        .where(receipts.c.organisation_id == organisation_id, receipts.c.entity_id == entity_id)
        .where(sightings.c.kind == SightingKind.LEDGER.value, sightings.c.connection_id == receipts.c.connection_id)
        .where(sightings.c.external_id == receipts.c.external_id, ~seen)
    )
    return {(row[0], row[1], row[2]): row[3] for row in connection.execute(query)}


def join_receipt(connection: Connection, organisation_id: UUID, from_id: UUID, to_id: UUID, reason: str) -> None:
    """A receipt turned out to be the cash of another: what it was seen as becomes a sighting of that one."""
    connection.execute(
        update(sightings)
        .where(sightings.c.organisation_id == organisation_id, sightings.c.receipt_id == from_id)
        .values(receipt_id=to_id, reason=reason)
    )


def part_joined(connection: Connection, scope: Scope) -> int:
    """What was joined to a receipt whose own record is gone or another since: a cash event of its own again.

    So is a line that was taken back with its statement: nothing is seen by it any more.
    """
    told = exists().where(
        _entries.c.organisation_id == sightings.c.organisation_id,
        _entries.c.connection_id == sightings.c.connection_id,
        _entries.c.external_id == sightings.c.external_id,
        _entries.c.record_kind == sightings.c.record_kind,
        _entries.c.gone_at.is_(None),
    )
    is_line = sightings.c.kind == SightingKind.BANK_LINE.value
    another = or_(receipts.c.amount_minor != sightings.c.amount_minor, receipts.c.currency != sightings.c.currency)
    dead = exists().where(
        receipts.c.organisation_id == sightings.c.organisation_id,
        receipts.c.id == sightings.c.receipt_id,
        receipts.c.connection_id != sightings.c.connection_id,
        or_(receipts.c.status == ReceiptStatus.NOT_A_PAYMENT.value, and_(is_line, or_(another, ~told))),
    )
    done = connection.execute(delete(sightings).where(scope.where(sightings), sightings.c.kind.in_(_OUTSIDE), dead))
    return int(done.rowcount)


def sighted_records(connection: Connection, organisation_id: UUID) -> set[tuple[UUID, str, str]]:
    """Records that are sightings of some receipt already."""
    query = select(sightings.c.connection_id, sightings.c.record_kind, sightings.c.external_id)
    found = connection.execute(query.where(sightings.c.organisation_id == organisation_id))
    return {(row[0], row[1], row[2]) for row in found}


def rename_payer(connection: Connection, organisation_id: UUID, own_id: UUID, name: str) -> None:
    """The payer's name alone: of a receipt that was decided on no revision is counted, the decision stands as it was."""
    where = (receipts.c.organisation_id == organisation_id) & (receipts.c.id == own_id)
    connection.execute(update(receipts).where(where).values(payer_name=name))


def change_receipt(
    connection: Connection, organisation_id: UUID, own_id: UUID, values: Mapping[str, Any], *, seen: int | None = None
) -> None:
    """Changes a receipt and counts its revision. Raises Conflict where `seen` is not the revision that stands."""
    query = update(receipts).where(receipts.c.organisation_id == organisation_id, receipts.c.id == own_id)
    if seen is not None:
        query = query.where(receipts.c.revision == seen)
    done = connection.execute(query.values(**values, revision=receipts.c.revision + 1))
    if done.rowcount != 1:
        raise Conflict("This receipt was changed by somebody else meanwhile; look at it again.")
