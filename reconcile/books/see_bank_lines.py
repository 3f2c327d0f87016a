"""What an entity's bank lines turn out to be, saved: payouts, and cash that the books hold already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from ledger.receipt import ReceiptStatus, SightingKind
from reconcile.books.bank_lines import Books, PaidOut, find_payouts, find_recorded_lines, is_bank_line, is_paid_out
from reconcile.books.recorded import Recorded
from reconcile.books.save import withdraw_proposals
from reconcile.books.world import World
from store.audit import lock
from store.database import Connection, Database
from store.queries import open_items as queries
from store.receipts import (
    add_sighting,
    change_receipt,
    join_line,
    made_by_records,
    receipts_with_a_line,
    sighted_beside,
)
from store.statements import drop_receipts

NO_PAYOUT_ANY_MORE = "The payout it was taken for is another one's, or gone; look again."


def see_bank_lines(database: Database, world: World, now: datetime) -> int:
    """How many lines turned out to be something else than before. Lines that somebody decided on stay as they are."""
    lines = [row for row in world.receipts if is_bank_line(row)]
    if not lines:
        return 0
    with database.read() as connection:
        payouts = queries.documents(connection, "payouts", *world.whose)
        accounts = queries.documents(connection, "accounts", *world.whose)
        taken = sighted_beside(connection, world.organisation_id)
        joined = receipts_with_a_line(connection, world.organisation_id)
        made = made_by_records(connection, *world.whose)
    paid_out = find_payouts(lines, payouts)
    rest_of = {item.receipt_id for item in paid_out}
    rest = [row for row in lines if row.id not in rest_of]
    books = Books.of(
        world.of_role("payments", "books"),
        world.of_role("bank_entries", "books"),
        accounts,
        world.of_role("customers", "books"),
    )
    taken |= {key for key, own in made.items() if own in joined}
    recorded = find_recorded_lines(rest, books, taken)
    with database.write() as connection:
        lock(connection, world.organisation_id)
        standing = {row.id: row for row in queries.receipts_to_match(connection, *world.whose)}
        loaded = {row.id: row.revision for row in lines}
        fresh = {own: row for own, row in standing.items() if loaded.get(own) == row.revision}
        changed = _save_payouts(connection, world, fresh, paid_out, now)
        return changed + _save_recorded(connection, world, fresh, recorded, made, now)


def _save_payouts(
    connection: Connection, world: World, fresh: Mapping[UUID, Any], paid_out: Sequence[PaidOut], now: datetime
) -> int:
    wanted = {item.receipt_id: item for item in paid_out}
    changed = 0
    for own, row in fresh.items():
        item = wanted.get(own)
        if item is None:
            if is_paid_out(row):
                values = {
                    "status": ReceiptStatus.UNMATCHED.value, "status_reason": NO_PAYOUT_ANY_MORE,
                    "payout_external_id": None, "unapplied_minor": row.open_minor,
                }  # fmt: skip
                change_receipt(connection, world.organisation_id, own, values)
                changed += 1
        elif not is_paid_out(row) or row.payout_external_id != item.payout.external_id:
            withdraw_proposals(connection, world.organisation_id, own, item.words, now)
            values = {
                "status": ReceiptStatus.PAYOUT.value, "status_reason": item.words,
                "payout_external_id": item.payout.external_id, "unapplied_minor": 0,
            }  # fmt: skip
            change_receipt(connection, world.organisation_id, own, values)
            changed += 1
    return changed


def _save_recorded(
    connection: Connection, world: World, fresh: Mapping[UUID, Any], recorded: Sequence[Recorded],
    made: Mapping[tuple[UUID, str, str], UUID], now: datetime,
) -> int:  # fmt: skip
    """`made`: receipts by the record that made them: of one that the ledger's record made, the line is a further sighting."""
    found = [item for item in recorded if item.receipt_id in fresh]
    for item in found:
        key = (item.record.connection_id, item.record.record_kind, item.record.external_id)
        if key in made:
            join_line(connection, world.organisation_id, fresh[item.receipt_id], made[key], item.words)
            drop_receipts(connection, world.organisation_id, [item.receipt_id])
            continue
        add_sighting(
            connection, world.organisation_id, item.receipt_id, item.record, kind=SightingKind.LEDGER,
            reason=item.words, now=now,
        )  # fmt: skip
        withdraw_proposals(connection, world.organisation_id, item.receipt_id, item.words, now)
        values = {"status": ReceiptStatus.ALREADY_RECORDED.value, "status_reason": item.words, "unapplied_minor": 0}
        change_receipt(connection, world.organisation_id, item.receipt_id, values)
    return len(found)
