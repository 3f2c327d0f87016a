"""Charges that need no match: the ledger has recorded them, the processor has settled them outside of the books, or their
money went back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from ledger.receipt import CAME_BACK, ReceiptStatus, SightingKind
from reconcile.books.cash_records import Key
from reconcile.books.recorded import LedgerRecords, find_recorded
from reconcile.books.save import withdraw_proposals
from reconcile.books.world import World
from store.audit import lock
from store.database import Database
from store.queries import open_items as queries
from store.receipts import add_sighting, change_receipt, join_receipt, ledger_receipts_alone, sighted_records
from store.recordings import parted
from store.statements import drop_receipts


def settle_charges(database: Database, world: World, now: datetime) -> int:
    """Takes them out of what waits for an answer; how many."""
    taken_by_processor = world.charges()
    charges = [row for row in world.receipts if (row.connection_id, row.external_id) in taken_by_processor]
    applied, twins = _applied(world, charges)
    names = _names(world, charges)
    records = LedgerRecords.of(
        world.of_role("payments", "books"),
        world.of_role("bank_entries", "books"),
        world.of_role("allocations", "books"),
    )
    with database.read() as connection:
        joinable = ledger_receipts_alone(connection, *world.whose)
        taken = sighted_records(connection, world.organisation_id) - set(joinable)
        apart = parted(connection, *world.whose)
    found = find_recorded(charges, names, twins, records, taken, apart)
    outside = _outside(charges, applied, twins, {item.receipt_id for item in found})
    returned = _returned(world, charges, {item.receipt_id for item in found} | {row.id for row, _ in outside})
    settled = [_Settled(item.receipt_id, ReceiptStatus.ALREADY_RECORDED, item.words, item.record) for item in found]
    settled += [_Settled(row.id, ReceiptStatus.ALREADY_RECORDED, words) for row, words in outside]
    settled += [_Settled(row.id, ReceiptStatus.NOT_A_PAYMENT, words) for row, words in returned]
    return _save(database, world, settled, joinable, now) if settled else 0


@dataclass(frozen=True, slots=True)
class _Settled:
    """A receipt that needs no match, why, and the ledger's record of it if there is one."""

    receipt_id: UUID
    status: ReceiptStatus
    words: str
    record: Any = None


def _save(
    database: Database, world: World, settled: Sequence[_Settled], joinable: Mapping[Key, UUID], now: datetime
) -> int:
    """A receipt that somebody decided on since it was loaded is left as it is.

    `joinable`: records that made a receipt of their own, which waits to be applied: the charge is a further sighting of it.
    """
    own, loaded = world.organisation_id, {row.id: row.revision for row in world.receipts}
    with database.write() as connection:
        lock(connection, own)
        standing = {row.id: row.revision for row in queries.receipts_to_match(connection, *world.whose)}
        fresh = [item for item in settled if standing.get(item.receipt_id) == loaded[item.receipt_id]]
        for item in fresh:
            if item.record is not None:
                waits = joinable.get((item.record.connection_id, item.record.record_kind, item.record.external_id))
                if waits is not None:
                    join_receipt(connection, own, item.receipt_id, waits, item.words)
                    drop_receipts(connection, own, [item.receipt_id])
                    continue
                add_sighting(
                    connection, own, item.receipt_id, item.record, kind=SightingKind.LEDGER, reason=item.words, now=now
                )
            withdraw_proposals(connection, own, item.receipt_id, item.words, now)
            values = {"status": item.status.value, "status_reason": item.words, "unapplied_minor": 0}
            change_receipt(connection, own, item.receipt_id, values)
    return len(fresh)


def _applied(world: World, charges: Sequence[Any]) -> tuple[Mapping[UUID, list[Any]], Mapping[UUID, list[Any]]]:
    """For each charge: the processor's invoices that it paid there, and those invoices' twins in the ledger."""
    by_payment, by_charge, twin_of = world.applied_by_processor(), world.charges(), world.twins()
    applied: dict[UUID, list[Any]] = defaultdict(list)
    twins: dict[UUID, list[Any]] = defaultdict(list)
    for row in charges:
        charge = by_charge.get((row.connection_id, row.external_id))
        for name in (row.external_id, charge.payment_intent if charge is not None else None):
            for invoice in by_payment.get((row.connection_id, name or ""), ()):
                applied[row.id].append(invoice)
                if invoice.id in twin_of:
                    twins[row.id].append(twin_of[invoice.id])
    return applied, twins


def _names(world: World, charges: Sequence[Any]) -> dict[UUID, list[str]]:
    """Every id that means a charge's money at the processor."""
    by_charge = world.charges()
    found: dict[UUID, list[str]] = {}
    for row in charges:
        charge = by_charge.get((row.connection_id, row.external_id))
        others = () if charge is None else (charge.payment_intent, charge.balance_transaction)
        found[row.id] = [row.external_id, *(name for name in others if name)]
    return found


def _outside(
    charges: Sequence[Any], applied: Mapping[UUID, list[Any]], twins: Mapping[UUID, list[Any]], found: set[UUID]
) -> list[tuple[Any, str]]:
    """Charges all of whose invoices are the processor's own: receivables outside of the books, settled there."""
    chosen = []
    for row in charges:
        own = applied.get(row.id, [])
        if row.id in found or not own or twins.get(row.id):
            continue
        numbers = ", ".join(invoice.number or invoice.external_id for invoice in own)
        chosen.append((row, f"Stripe has applied it to its invoice {numbers}, which does not stand in the books."))
    return chosen


def _returned(world: World, charges: Sequence[Any], found: set[UUID]) -> list[tuple[Any, str]]:
    """Charges whose money went back whole: refunded, failed after all, or lost to the payer's bank."""
    by_charge, disputes = world.charges(), world.disputes()
    chosen = []
    for row in charges:
        charge = by_charge.get((row.connection_id, row.external_id))
        dispute = disputes.get((row.connection_id, row.external_id))
        if row.id in found or row.status == ReceiptStatus.NOT_A_PAYMENT.value:
            continue
        if charge is not None and charge.refunded_minor >= charge.amount_minor > 0:
            chosen.append((row, "It was paid back in full."))
        elif charge is not None and charge.status == "failed":
            chosen.append((row, CAME_BACK))
        elif dispute is not None and dispute.status == "lost" and dispute.amount_minor >= row.amount_minor:
            chosen.append((row, "The payer's bank took it back: the dispute was lost."))
    return chosen
