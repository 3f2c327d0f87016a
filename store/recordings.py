"""Receipts and records of the books that may be one cash movement, and what people said of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, and_, delete, or_, select, tuple_

from store.tables.matching import receipts, recordings, sightings
from store.tables.pulled import NOUN_NAMED
from store.upsert import insert_new, upsert

Key = tuple[UUID, str, str]
SUGGESTED, SAME, APART = "suggested", "same", "apart"
_CLOSED = ("awaiting", "approved", "posting", "failed")


def parted(connection: Connection, organisation_id: UUID, entity_id: UUID) -> frozenset[tuple[UUID, Key]]:
    """(receipt, record) of which a person said that they are two movements."""
    query = select(recordings).where(_of_entity(organisation_id, entity_id), recordings.c.state == APART)
    return frozenset((row.receipt_id, _key(row)) for row in connection.execute(query))


def suggested(connection: Connection, organisation_id: UUID, entity_id: UUID) -> list[Row[Any]]:
    query = select(recordings).where(_of_entity(organisation_id, entity_id), recordings.c.state == SUGGESTED)
    return list(connection.execute(query.order_by(recordings.c.receipt_id, recordings.c.external_id)))


def replace_suggested(
    connection: Connection, organisation_id: UUID, entity_id: UUID, rows: Sequence[Mapping[str, Any]]
) -> int:
    """What may be recorded by now, instead of what might have been before. Returns how many came or went."""
    before = {(row.receipt_id, *_key(row)): row.reason for row in suggested(connection, organisation_id, entity_id)}
    wanted = {
        (row["receipt_id"], row["connection_id"], row["record_kind"], row["external_id"]): row["reason"] for row in rows
    }
    gone = [key for key in before if before[key] != wanted.get(key)]
    for key in gone:
        connection.execute(delete(recordings).where(_is(organisation_id, *key), recordings.c.state == SUGGESTED))
    fresh = [
        row
        for row in rows
        if before.get((row["receipt_id"], row["connection_id"], row["record_kind"], row["external_id"]))
        != row["reason"]
    ]
    insert_new(connection, recordings, fresh)  # a person's word on the same pair stands
    return len(gone) + len(fresh)


def of_receipt(connection: Connection, organisation_id: UUID, receipt_id: UUID) -> list[Row[Any]]:
    query = select(recordings).where(
        recordings.c.organisation_id == organisation_id, recordings.c.receipt_id == receipt_id
    )
    return list(connection.execute(query.order_by(recordings.c.state, recordings.c.external_id)))


def find_recording(connection: Connection, organisation_id: UUID, receipt_id: UUID, key: Key) -> Row[Any] | None:
    return connection.execute(select(recordings).where(_is(organisation_id, receipt_id, *key))).one_or_none()


def save_recording(connection: Connection, row: Mapping[str, Any]) -> None:
    upsert(connection, recordings, [dict(row)])


def drop_recording(connection: Connection, organisation_id: UUID, receipt_id: UUID, key: Key) -> None:
    connection.execute(delete(recordings).where(_is(organisation_id, receipt_id, *key)))


def find_record(connection: Connection, organisation_id: UUID, key: Key) -> Any:
    """The ledger's record that stands under this key, or None."""
    own, kind, external_id = key
    for noun in ("payments", "bank_entries"):
        table = NOUN_NAMED[noun].table
        query = select(table).where(
            table.c.organisation_id == organisation_id, table.c.connection_id == own, table.c.record_kind == kind,
            table.c.external_id == external_id, table.c.gone_at.is_(None),
        )  # fmt: skip
        row = connection.execute(query).first()
        if row is not None:
            return row
    return None


def find_sighting(connection: Connection, organisation_id: UUID, key: Key) -> Any:
    own, kind, external_id = key
    query = select(sightings).where(
        sightings.c.organisation_id == organisation_id, sightings.c.connection_id == own,
        sightings.c.record_kind == kind, sightings.c.external_id == external_id,
    )  # fmt: skip
    return connection.execute(query).one_or_none()


def sightings_of_receipt(
    connection: Connection, organisation_id: UUID, receipt_id: UUID, kinds: Sequence[str]
) -> list[Row[Any]]:
    query = select(sightings).where(
        sightings.c.organisation_id == organisation_id,
        sightings.c.receipt_id == receipt_id,
        sightings.c.kind.in_(kinds),
    )
    return list(connection.execute(query))


def closed_receipts(connection: Connection, organisation_id: UUID, entity_id: UUID) -> list[Row[Any]]:
    """Receipts that somebody has decided on or set aside, and that no ledger record is a sighting of."""
    seen = (
        select(sightings.c.receipt_id)
        .where(sightings.c.organisation_id == organisation_id, sightings.c.kind == "ledger")
        .scalar_subquery()
    )
    query = (
        select(receipts)
        .where(receipts.c.organisation_id == organisation_id, receipts.c.entity_id == entity_id)
        .where(or_(receipts.c.post_status.in_(_CLOSED), receipts.c.status == "parked"), receipts.c.id.not_in(seen))
        .order_by(receipts.c.received_on, receipts.c.id)
    )
    return list(connection.execute(query))


def payout_receipts(connection: Connection, organisation_id: UUID, entity_id: UUID) -> list[Row[Any]]:
    """Bank lines that are payouts and that no ledger record is a sighting of."""
    seen = (
        select(sightings.c.receipt_id)
        .where(sightings.c.organisation_id == organisation_id, sightings.c.kind == "ledger")
        .scalar_subquery()
    )
    query = (
        select(receipts)
        .where(receipts.c.organisation_id == organisation_id, receipts.c.entity_id == entity_id)
        .where(receipts.c.source == "bank", receipts.c.status == "payout", receipts.c.payout_external_id.is_not(None))
        .where(receipts.c.id.not_in(seen))
        .order_by(receipts.c.received_on, receipts.c.id)
    )
    return list(connection.execute(query))


def receipts_by_sighting(connection: Connection, organisation_id: UUID, keys: Sequence[Key]) -> dict[Key, UUID]:
    """Which receipt each record is a sighting of."""
    found: dict[Key, UUID] = {}
    for start in range(0, len(keys), 300):
        some = keys[start : start + 300]
        columns = (sightings.c.connection_id, sightings.c.record_kind, sightings.c.external_id)
        query = select(*columns, sightings.c.receipt_id).where(
            sightings.c.organisation_id == organisation_id, tuple_(*columns).in_(some)
        )
        found |= {(row[0], row[1], row[2]): row[3] for row in connection.execute(query)}
    return found


def _of_entity(organisation_id: UUID, entity_id: UUID) -> Any:
    return and_(recordings.c.organisation_id == organisation_id, recordings.c.entity_id == entity_id)


def _is(organisation_id: UUID, receipt_id: UUID, own: UUID, kind: str, external_id: str) -> Any:
    return and_(
        recordings.c.organisation_id == organisation_id, recordings.c.receipt_id == receipt_id,
        recordings.c.connection_id == own, recordings.c.record_kind == kind, recordings.c.external_id == external_id,
    )  # fmt: skip


def _key(row: Any) -> Key:
    return row.connection_id, row.record_kind, row.external_id
