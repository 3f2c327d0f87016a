"""After a pull or an import: cash events become receipts, once each, and learn what balance and payouts say of them.

Everything here finds its work in the store, so that a run that was killed loses nothing: the next one finds it again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from ledger.money import Money
from ledger.receipt import CAME_BACK, PostStatus, Receipt, ReceiptStatus, Sighting, SightingKind
from store.database import Connection, Database
from store.queries import receipts as queries
from store.queries.let_go import settled_in_part
from store.receipts import add_receipts, change_receipt, part_joined
from store.scope import Scope
from sync.own import sight_own

BATCH = 1_000
STATEMENT = "statement"
PULLED_DAYS = 5
_POSTED = frozenset({PostStatus.POSTING.value, PostStatus.POSTED.value})
BANK = "bank"  # what receipts of bank lines name as their source


@dataclass(frozen=True, slots=True)
class Settling:
    """One connection whose cash is settled into receipts of its entity."""

    database: Database
    scope: Scope
    entity_id: UUID
    provider: str


def settle(target: Settling, now: Callable[[], datetime]) -> int:
    """Makes and updates receipts until nothing is left to do; returns how many it touched."""
    _part(target)
    sight_own(target.database, target.scope, now)
    touched = _in_batches(target, now, queries.charges_without_receipt, _charge_receipt)
    touched += _in_batches(target, now, queries.unapplied_payments_without_receipt, _payment_receipt)
    if target.provider == STATEMENT:
        touched += settle_lines(target, now)
    touched += _learn_charge_facts(target) + _learn_parts_captured(target) + _learn_failures(target)
    return touched + _learn_payment_moves(target)


def settle_lines(target: Settling, now: Callable[[], datetime]) -> int:
    """Receipts of an account's booked lines alone: after an import, and before its entity is matched."""
    _part(target)
    touched = _in_batches(target, now, queries.bank_lines_without_receipt, _bank_line_receipt)
    return touched + _settle_pulled_back(target, now)


def settle_parted(target: Settling, now: Callable[[], datetime]) -> int:
    """Receipts of charges that were joined to a ledger's payment which is gone since."""
    return _in_batches(target, now, queries.charges_without_receipt, _charge_receipt) if _part(target) else 0


def _part(target: Settling) -> int:
    with target.database.write() as connection:
        return part_joined(connection, target.scope)


def _settle_pulled_back(target: Settling, now: Callable[[], datetime]) -> int:
    """Lines by which a processor took money back; other debits are no receipts."""
    with target.database.write() as connection:
        pulled = queries.payouts_pulled_back(connection, target.scope.organisation_id, target.entity_id)
        rows = queries.debits_without_receipt(connection, target.scope, sorted({row.amount_minor for row in pulled}))
        found = [row for row in rows if any(_may_be(row, payout) for payout in pulled)]
        made = [(*_bank_line_receipt(target, row), row.updated_at) for row in found]
        add_receipts(connection, target.scope.organisation_id, made, now())
    return len(found)


def _may_be(line: Any, payout: Any) -> bool:
    """The matcher says which it is; here only what names a processor is let in, and no supplier's invoice."""
    said = f"{line.counterparty or ''} {line.memo or ''} {line.reference or ''}".lower()
    same = (line.currency, line.amount_minor) == (payout.currency, payout.amount_minor)
    near = abs((line.moved_on - payout.arrives_on).days) <= PULLED_DAYS
    return same and near and (payout.provider in said or payout.external_id.lower() in said)


def _in_batches(
    target: Settling,
    now: Callable[[], datetime],
    find: Callable[[Connection, Scope, int], list[Any]],
    make: Callable[[Settling, Any], tuple[Receipt, int]],
) -> int:
    touched = 0
    while True:
        with target.database.write() as connection:
            rows = find(connection, target.scope, BATCH)
            found = [(*make(target, row), row.updated_at) for row in rows]
            add_receipts(connection, target.scope.organisation_id, found, now())
        touched += len(rows)
        if len(rows) < BATCH:
            return touched


def _charge_receipt(target: Settling, row: Any) -> tuple[Receipt, int]:
    amount = Money(row.amount_minor, row.currency)
    sighting = _sighting(target, SightingKind.CHARGE, row, amount, row.charged_on)
    receipt = Receipt(
        entity_id=target.entity_id,
        connection_id=target.scope.connection_id,
        external_id=row.external_id,
        received_on=row.charged_on,
        amount=amount,
        payer_name=row.payer_name or row.customer_name,
        payer_email=row.payer_email or row.customer_email,
        payer_account=row.payer_account,
        customer_external_id=row.customer_external_id,
        reference=_joined(row.description, row.invoice_hint),
        method=row.method,
        source=target.provider,
        metadata=tuple((key, value) for key, value in row.metadata),
        sightings=(sighting,),
    )
    return receipt, amount.minor


def _payment_receipt(target: Settling, row: Any) -> tuple[Receipt, int]:
    amount = Money(row.amount_minor, row.currency)
    receipt = Receipt(
        entity_id=target.entity_id,
        connection_id=target.scope.connection_id,
        external_id=row.external_id,
        received_on=row.paid_on,
        amount=amount,
        payer_name=row.customer_name,
        payer_email=row.customer_email,
        customer_external_id=row.customer_external_id,
        reference=_joined(row.reference, row.memo),
        method=row.method,
        source=target.provider,
        sightings=(_sighting(target, SightingKind.LEDGER, row, amount, row.paid_on),),
    )
    return receipt, row.unapplied_minor


def _bank_line_receipt(target: Settling, row: Any) -> tuple[Receipt, int]:
    """A line of the bank's statement, or one payment of a line that the bank booked in one sum."""
    amount = Money(row.amount_minor, row.currency)
    receipt = Receipt(
        entity_id=target.entity_id,
        connection_id=target.scope.connection_id,
        external_id=row.external_id,
        received_on=row.moved_on,
        amount=amount,
        payer_name=row.counterparty,
        payer_account=row.counterparty_account,
        reference=_joined(row.memo, row.reference),
        source=BANK,
        sightings=(_sighting(target, SightingKind.BANK_LINE, row, amount, row.moved_on),),
    )
    return receipt, amount.minor


def _sighting(target: Settling, kind: SightingKind, row: Any, amount: Money, seen_on: Any) -> Sighting:
    return Sighting(
        kind=kind,
        connection_id=target.scope.connection_id,
        record_kind=row.record_kind,
        external_id=row.external_id,
        amount=amount,
        seen_on=seen_on,
    )


def _joined(*parts: str | None) -> str | None:
    """The texts that a payer or a program wrote, each said once. A hint is "number:INV-204" or an id."""
    kept: list[str] = []
    for part in parts:
        text = (part or "").removeprefix("number:").strip()
        if text and not any(text in said for said in kept):
            kept.append(text)
    return " ".join(kept) or None


def _learn_charge_facts(target: Settling) -> int:
    touched, after = 0, None
    while True:
        with target.database.write() as connection:
            rows = queries.charge_facts(connection, target.scope, BATCH, after)
            for row in rows:
                values = {
                    "settled_minor": row.settled_minor,
                    "settled_currency": row.settled_currency,
                    "fee_minor": row.fee_minor,
                    "fee_currency": row.settled_currency,
                    "payout_external_id": row.payout_external_id,
                }
                change_receipt(connection, target.scope.organisation_id, row.id, values)
        touched += len(rows)
        if len(rows) < BATCH:
            return touched
        after = rows[-1].id


def _learn_parts_captured(target: Settling) -> int:
    """Captured in part: the processor settles the whole and takes the rest back; what stays is what was settled."""
    with target.database.write() as connection:
        rows = settled_in_part(connection, target.scope)
        for row in rows:
            values = {"settled_minor": int(row.settled_minor)}
            change_receipt(connection, target.scope.organisation_id, row.id, values)
    return len(rows)


def _learn_failures(target: Settling) -> int:
    """What hung on a debit that came back hangs on it no more. Those that wait for a match are seen by the next look at
    them, and what was posted is reversed by its posting.
    """
    with target.database.write() as connection:
        rows = queries.charges_that_failed(connection, target.scope)
        for row in rows:
            values = {"status": ReceiptStatus.NOT_A_PAYMENT.value, "status_reason": CAME_BACK, "unapplied_minor": 0}
            change_receipt(connection, target.scope.organisation_id, row.id, values)
    return len(rows)


def _learn_payment_moves(target: Settling) -> int:
    """The ledger's word on a payment that waits here: applied there meanwhile, in part or whole, or gone."""
    with target.database.write() as connection:
        rows: Sequence[Any] = queries.payments_that_moved(connection, target.scope, BATCH * 10)
        for row in rows:
            change_receipt(connection, target.scope.organisation_id, row.id, _moved(row))
    return len(rows)


def _moved(row: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "amount_minor": row.amount_minor,
        "currency": row.currency,
        "open_minor": row.open_minor,
        "unapplied_minor": row.open_minor,
    }
    if row.post_status in _POSTED:  # it was our own posting that applied it
        return {"open_minor": row.open_minor, "unapplied_minor": row.open_minor}
    if row.post_status != PostStatus.NONE.value:
        # a person approved a match of it: that stands until they undo it
        return {
            "open_minor": row.open_minor,
            "status_reason": "The books changed this payment after its match was accepted; undo it and look again.",
        }
    if row.gone:
        values |= {"status": ReceiptStatus.NOT_A_PAYMENT.value, "status_reason": "The payment was voided in the books."}
    elif row.open_minor == 0:
        values |= {
            "status": ReceiptStatus.ALREADY_RECORDED.value,
            "status_reason": "It was applied in full in the books.",
        }
    elif row.status != ReceiptStatus.PARKED.value:
        values |= {
            "status": ReceiptStatus.UNMATCHED.value,
            "status_reason": "Part of it was applied in the books; look again.",
        }
    return values
