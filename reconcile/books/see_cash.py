"""What an entity's bank lines and charges turn out to be, saved: payouts, and cash that the books hold already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from ledger.receipt import ReceiptStatus, SightingKind
from reconcile.books.cash_records import Amount, Key, Ledger, mentions_of, party_words
from reconcile.books.payout_lines import PaidOut, find_payouts, is_bank_line, is_paid_out, told
from reconcile.books.same_cash import CashEvent, Recognised, Saw, recognise
from reconcile.books.save import withdraw_proposals
from reconcile.books.texts import Mentions, telling
from reconcile.books.world import World, payer_ids
from reconcile.fold import compact, fold, words
from store import recordings
from store.audit import lock
from store.database import Connection, Database
from store.queries import open_items as queries
from store.queries import payouts as payout_queries
from store.receipts import (
    add_sighting,
    change_receipt,
    drop_sightings_of,
    join_receipt,
    ledger_receipts_alone,
)
from store.statements import drop_receipts

NO_PAYOUT_ANY_MORE = "The payout it was taken for is another one's, or gone; look again."
NOT_ITS_OWN = (SightingKind.PAYOUT, SightingKind.LEDGER)


def see_cash(database: Database, world: World, now: datetime) -> int:
    """How many receipts turned out to be something else than before. Those that somebody decided on stay as they are."""
    mentions = _Mentions(world)
    changed, of_payouts = _see_payouts(database, world, mentions, now)
    waiting = [row for row in world.receipts if row.id not in of_payouts and not is_paid_out(row)]
    with database.read() as connection:
        payouts = recordings.payout_receipts(connection, *world.whose)
        closed = recordings.closed_receipts(connection, *world.whose)
    ledger = _ledger(database, world)
    amounts = ledger.amounts() if waiting or payouts or closed else set()
    events = list(_Events(world, mentions, amounts).of(waiting, payouts, closed))
    records = ledger.records({(one.currency, one.amount_minor) for one in events}) if events else []
    with database.read() as connection:
        joinable = ledger_receipts_alone(connection, *world.whose)
        sighted = recordings.receipts_by_sighting(connection, world.organisation_id, [one.key for one in records])
        apart = recordings.parted(connection, *world.whose)
    answer = recognise(events, records, set(sighted) - set(joinable), apart)
    with database.write() as connection:
        lock(connection, world.organisation_id)
        fresh = _fresh(connection, world, waiting) | {row.id: row for row in payouts}
        changed += _save_certain(connection, world, fresh, answer.certain, joinable, now)
        return changed + _save_possible(connection, world, answer.possible, now)


def _see_payouts(database: Database, world: World, mentions: _Mentions, now: datetime) -> tuple[int, set[UUID]]:
    lines = [row for row in world.receipts if is_bank_line(row)]
    if not lines:
        return 0, set()
    with database.read() as connection:
        payouts = queries.documents(connection, "payouts", *world.whose)
        sums = payout_queries.sums(connection, *world.whose)
        apart = recordings.parted(connection, *world.whose)
    paid_out = find_payouts(lines, payouts, lambda text: bool(mentions.named_in(text)), apart)
    with database.write() as connection:
        lock(connection, world.organisation_id)
        changed = _save_payouts(connection, world, _fresh(connection, world, lines), paid_out, sums, now)
    return changed, {item.receipt_id for item in paid_out}


def _ledger(database: Database, world: World) -> Ledger:
    with database.read() as connection:
        accounts = queries.documents(connection, "accounts", *world.whose)
    return Ledger(
        payments=world.of_role("payments", "books"),
        entries=world.of_role("bank_entries", "books"),
        allocations=world.of_role("allocations", "books"),
        accounts=[row for row in accounts if row.role == "books"],
        customers=world.of_role("customers", "books"),
        invoices=world.of_role("invoices", "books"),
        owner=payer_ids(world),
    )


class _Mentions:
    """How texts name the ledger's invoices, worked out once somebody asks."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._made: Mentions | None = None

    def named_in(self, text: str) -> frozenset[str]:
        if self._made is None:
            self._made = mentions_of(self._world.of_role("invoices", "books"))
        return self._made.named_in(text)


class _Events:
    """Receipts as what the bank and the processor saw; only those whose amount the books hold at all."""

    def __init__(self, world: World, mentions: _Mentions, amounts: set[Amount]) -> None:
        self._amounts = amounts
        self._mentions = mentions
        self._owner = payer_ids(world)
        self._charges = world.charges()
        self._returned = {ReceiptStatus.NOT_A_PAYMENT.value, ReceiptStatus.ALREADY_RECORDED.value}
        self._world = world

    def of(self, waiting: Sequence[Any], payouts: Sequence[Any], closed: Sequence[Any]) -> Iterator[CashEvent]:
        waiting, payouts, closed = (
            [row for row in rows if (row.currency, row.amount_minor) in self._amounts]
            for rows in (waiting, payouts, closed)
        )
        for row in waiting:
            if row.amount_minor > 0 and row.status not in self._returned:
                yield from self._of(row, closed=False)
        for row in closed:
            if row.amount_minor > 0:
                yield from self._of(row, closed=True)
        for row in payouts:
            yield self._event(row, Saw.PAYOUT, closed=False)

    @cached_property
    def _open(self) -> frozenset[str]:
        """Numbers of open invoices."""
        return frozenset(
            compact(row.number)
            for row in self._world.of_role("invoices", "books")
            if row.number and row.status == "open" and row.open_amount_minor
        )

    def _of(self, row: Any, *, closed: bool) -> Iterator[CashEvent]:
        if is_bank_line(row):
            yield self._event(row, Saw.LINE, closed=closed)
        elif (row.connection_id, row.external_id) in self._charges:
            yield self._event(row, Saw.CHARGE, closed=closed)

    def _event(self, row: Any, saw: Saw, *, closed: bool) -> CashEvent:
        text = row.reference or ""
        numbers = self._mentions.named_in(text)
        ids = (row.payout_external_id or "") if saw is Saw.PAYOUT else ""
        return CashEvent(
            receipt_id=row.id,
            connection_id=row.connection_id,
            saw=saw,
            on=row.received_on,
            currency=row.currency,
            amount_minor=row.amount_minor,
            owner=self._owner.get((row.connection_id, row.customer_external_id or ""), ""),
            names=frozenset(party_words(row.payer_name or "")),
            said=frozenset(words(fold(text))),
            tokens=frozenset(telling(f"{text} {ids}")),
            numbers=numbers,
            unpaid=bool(numbers & self._open) if numbers else False,
            closed=closed,
        )


def _fresh(connection: Connection, world: World, rows: Sequence[Any]) -> dict[UUID, Any]:
    """Those that nobody has touched since they were loaded."""
    loaded = {row.id: row.revision for row in rows}
    standing = queries.receipts_to_match(connection, *world.whose)
    return {row.id: row for row in standing if loaded.get(row.id) == row.revision}


def _save_payouts(
    connection: Connection, world: World, fresh: Mapping[UUID, Any], paid_out: Sequence[PaidOut],
    sums: Mapping[tuple[UUID, str], payout_queries.Sum], now: datetime,
) -> int:  # fmt: skip
    wanted = {item.receipt_id: item for item in paid_out if item.receipt_id in fresh}
    lost = [row for own, row in fresh.items() if is_paid_out(row) and own not in wanted]
    for row in lost:
        _no_payout(connection, world, row)
    moved = [item for item in wanted.values() if fresh[item.receipt_id].payout_external_id != item.payout.external_id]
    for item in moved:  # all go before any comes: two lines may change places
        drop_sightings_of(connection, world.organisation_id, item.receipt_id, NOT_ITS_OWN)
    for item in moved:
        add_sighting(
            connection, world.organisation_id, item.receipt_id, item.payout, kind=SightingKind.PAYOUT,
            reason="the processor's own payout", now=now,
        )  # fmt: skip
    changed = len(lost)
    for own, item in wanted.items():
        words = told(item, sums.get(item.payout_key, payout_queries.Sum()))
        if item not in moved and (fresh[own].status, fresh[own].status_reason) == (ReceiptStatus.PAYOUT.value, words):
            continue
        withdraw_proposals(connection, world.organisation_id, own, words, now)
        values = {
            "status": ReceiptStatus.PAYOUT.value, "status_reason": words,
            "payout_external_id": item.payout.external_id, "unapplied_minor": 0,
        }  # fmt: skip
        change_receipt(connection, world.organisation_id, own, values)
        changed += 1
    return changed


def _no_payout(connection: Connection, world: World, row: Any) -> None:
    """A debit was a receipt only as a payout that was pulled back."""
    if row.amount_minor < 0:
        drop_receipts(connection, world.organisation_id, [row.id])
        return
    drop_sightings_of(connection, world.organisation_id, row.id, NOT_ITS_OWN)
    values = {
        "status": ReceiptStatus.UNMATCHED.value, "status_reason": NO_PAYOUT_ANY_MORE,
        "payout_external_id": None, "unapplied_minor": row.open_minor,
    }  # fmt: skip
    change_receipt(connection, world.organisation_id, row.id, values)


def _save_certain(
    connection: Connection, world: World, fresh: Mapping[UUID, Any], certain: Sequence[Recognised],
    joinable: Mapping[Key, UUID], now: datetime,
) -> int:  # fmt: skip
    """`joinable`: records that made a receipt of their own: of such a one, what was seen is a further sighting."""
    found = [item for item in certain if item.event.receipt_id in fresh]
    for item in found:
        own, row = item.event.receipt_id, item.record.row
        if item.record.key in joinable:
            join_receipt(connection, world.organisation_id, own, joinable[item.record.key], item.words)
            drop_receipts(connection, world.organisation_id, [own])
            continue
        add_sighting(
            connection, world.organisation_id, own, row, kind=SightingKind.LEDGER, reason=item.words, now=now
        )  # fmt: skip
        if item.event.saw is Saw.PAYOUT:
            continue  # it stays a payout; the ledger's record of it is nobody else's
        withdraw_proposals(connection, world.organisation_id, own, item.words, now)
        values = {"status": ReceiptStatus.ALREADY_RECORDED.value, "status_reason": item.words, "unapplied_minor": 0}
        change_receipt(connection, world.organisation_id, own, values)
    return len(found)


def _save_possible(connection: Connection, world: World, possible: Sequence[Recognised], now: datetime) -> int:
    rows = [
        {
            "organisation_id": world.organisation_id,
            "receipt_id": item.event.receipt_id,
            "connection_id": item.record.key[0],
            "record_kind": item.record.key[1],
            "external_id": item.record.key[2],
            "entity_id": world.entity_id,
            "state": recordings.SUGGESTED,
            "reason": item.words,
            "decided_by": None,
            "decided_at": None,
            "recorded_at": now,
        }
        for item in possible
    ]
    return recordings.replace_suggested(connection, *world.whose, rows)
