"""Puts into the outbox what a processor's money still lacks in the books. Doing it twice changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from ledger.balance import Treatment
from ledger.faults import Refused
from ledger.posting import Cause, PostingState
from ledger.receipt import ReceiptStatus
from posting import ruling, stops
from posting.processor.bookings import since
from posting.processor.credits import Settles, settles
from posting.processor.load import moves_of
from posting.processor.treat import Treated, Ways, treat
from posting.processor.wanted import Source, Wanted, What, wanted
from posting.rules import Kind, Mode, PostingRules, Role
from store import outbox
from store import processor as writing
from store.database import Connection
from store.queries import processor as queries
from store.queries import processor_credits
from store.receipts import change_receipt

BY = "rules"
_FREE = (PostingState.READY.value, PostingState.FAILED.value, PostingState.GIVEN_UP.value)


@dataclass(slots=True)
class Due:
    """written: ids of the postings that came. waiting: what a person has to decide first."""

    written: list[UUID] = field(default_factory=list)
    waiting: list[Treated] = field(default_factory=list)
    withdrawn: int = 0


def write_due(connection: Connection, organisation_id: UUID, entity_id: UUID, *, now: datetime, today: date) -> Due:
    """In a writing transaction, alone in the organisation (store.audit.lock). Nothing while the rules are off."""
    due = Due()
    rules, _ = ruling.load(connection, organisation_id, entity_id)
    books = queries.books_connection(connection, organisation_id, entity_id)
    if rules.mode is Mode.OFF or books is None:
        return due
    for source in queries.processors(connection, organisation_id, entity_id):
        first = since(rules, source.id)
        if first is None or stops.standing(connection, organisation_id, source.id) is not None:
            continue
        due.withdrawn += _take_back(connection, organisation_id, source.id, now)
        freed = writing.release_withdrawn(connection, organisation_id, BY, now)
        let_go(connection, organisation_id, freed)
        treated = treated_of(connection, organisation_id, entity_id, source.id, rules, today=today, first=first)
        due.waiting += [one for one in treated if one.waits]
        plan = Source(
            connection_id=source.id, rules=rules, today=today,
            last_manual=_by_hand(queries.payouts(connection, organisation_id, source.id)),
        )  # fmt: skip
        for one in wanted(plan, treated):
            due.written.append(_write(connection, organisation_id, entity_id, books, one, now))
    return due


def treated_of(
    connection: Connection, organisation_id: UUID, entity_id: UUID, source: UUID, rules: PostingRules,
    *, today: date, first: date | None = None, through: date | None = None, only_open: bool = True,
    among: Sequence[str] | None = None,
) -> list[Treated]:  # fmt: skip
    """The balance transactions of a source, each with its one treatment; `only_open`: those that are not covered whole.

    among: of these alone; refunds only with all others that are open, for one credit settles one of them.
    """
    moves = moves_of(
        connection, organisation_id, source, since=first, through=through, only_open=only_open, among=among
    )
    mapped = {move.gross.currency: rules.place(Role.SALES, str(source), move.gross.currency) for move in moves}
    taken = processor_credits.settled_credits(connection, organisation_id, entity_id)
    refunds_from = since(rules, source, Kind.REFUND)
    found = []
    for move in moves:
        ways = Ways(today=today, sales=mapped[move.gross.currency] is not None, refunds_from=refunds_from)
        one = treat(move, ways)
        if one.treatment is Treatment.REFUND and one.due and move.category == "refund" and "gross" not in move.covered:
            one = with_credit(one, settles(connection, organisation_id, entity_id, move, taken), taken)
        found.append(one)
    return found


def with_credit(one: Treated, found: Settles, taken: set[str]) -> Treated:
    """A refund with what it settles, or waiting for a person."""
    if found.waits:
        return replace(one, due=False, words=found.waits, waits=found.waits, remedy=found.remedy)
    chosen: dict[str, Any] = {"sale": True}
    if found.credit is not None:
        taken.add(found.credit.external_id)
        chosen = {
            "credit": found.credit.external_id, "credit_kind": found.credit.kind, "customer": found.credit.customer
        }  # fmt: skip
    return replace(one, words=f"{one.words[:-1]}, for {_for(found)}.", choices=chosen)


def _for(found: Settles) -> str:
    return "a sale on the spot" if found.credit is None else found.credit.words


def _by_hand(payouts: Sequence[Any]) -> dict[str, date]:
    """By currency: when somebody last sent all that was there by hand."""
    days: dict[str, date] = {}
    for row in payouts:
        if row.reconciliation_status == "not_applicable" and row.status not in ("failed", "canceled"):
            days[row.currency] = max(row.left_on, days.get(row.currency, row.left_on))
    return days


def _write(
    connection: Connection, organisation_id: UUID, entity_id: UUID, books: UUID, one: Wanted, now: datetime
) -> UUID:
    taken = writing.taken_causes(connection, organisation_id, one.cause.value, one.cause_id)
    numbers = (one.cause_id, *(f"{one.cause_id}/{number}" for number in range(2, len(taken) + 3)))
    new = outbox.NewPosting(
        organisation_id=organisation_id,
        entity_id=entity_id,
        connection_id=books,
        cause=one.cause,
        cause_id=next(own for own in numbers if own not in taken),
        amount=one.amount,
        on=one.on,
        receipt_id=one.receipt_id,
        choices={**one.choices, "what": one.what.value},
    )
    posting_id = outbox.add(connection, new, by=BY, reason=_REASONS[one.what], now=now)
    rows = [
        {
            "transaction_id": part.transaction_id, "part": part.part, "currency": part.amount.currency,
            "amount_minor": part.amount.minor,
        }
        for part in one.parts
    ]  # fmt: skip
    writing.cover(connection, organisation_id, posting_id, rows)
    for receipt_id in one.receipts:
        held = {
            "status": ReceiptStatus.ALREADY_RECORDED.value,
            "status_reason": _BOOKED[one.what],
            "unapplied_minor": 0,
        }
        change_receipt(connection, organisation_id, receipt_id, held)
    return posting_id


def let_go(connection: Connection, organisation_id: UUID, transactions: Sequence[UUID]) -> None:
    """Receipts of charges that were booked as a sale or a deposit and are not any more wait for a match again."""
    for row in processor_credits.booked_receipts(connection, organisation_id, transactions, sorted(_BOOKED.values())):
        values = {
            "status": ReceiptStatus.UNMATCHED.value,
            "status_reason": _FREE_AGAIN,
            "unapplied_minor": row.open_minor,
        }
        change_receipt(connection, organisation_id, row.id, values)


def _take_back(connection: Connection, organisation_id: UUID, source: UUID, now: datetime) -> int:
    """A payout or refund that came back before it reached the books is not booked at all."""
    payouts = {
        row.balance_transaction for row in queries.payouts(connection, organisation_id, source)
        if row.status in ("failed", "canceled")
    }  # fmt: skip
    refunds = processor_credits.refunds_that_came_back(connection, organisation_id, source)
    back = {*filter(None, payouts), *refunds}
    count = 0
    for part in queries.standing_parts(connection, organisation_id, source, among=sorted(back)):
        what = "refund" if part.external_id in refunds else "payout"
        cause = Cause.BALANCE_TRANSACTION if what == "refund" else Cause.PAYOUT
        if part.external_id not in back or part.cause_kind != cause.value or part.state not in _FREE:
            continue
        try:
            outbox.withdraw(
                connection, organisation_id, cause, part.cause_id, by=BY, now=now,
                reason=f"The {what} came back before it was booked.",
            )  # fmt: skip
        except Refused:
            continue  # a part of it stands: its return is booked beside it
        count += 1
    return count


_FREE_AGAIN = "It is not booked as a sale or a deposit any more; match it."
_BOOKED = {
    What.SALES: "Booked among the sales without an invoice of its day.",
    What.DEPOSIT: "Booked as a customer's deposit.",
}
_REASONS = {
    What.PAYOUT: "A payout arrived.",
    What.PAYOUT_BACK: "A payout came back.",
    What.TOPUP: "Money was brought to the processor.",
    What.FEES: "The processor kept its fees.",
    What.REFUND: "Money was given back to a payer.",
    What.REFUND_BACK: "A refund came back.",
    What.CHARGE_FAILED: "A debit failed after it had succeeded.",
    What.DISPUTE: "A dispute moved money.",
    What.RESERVE: "The processor's reserve changed.",
    What.SALES: "Sales without an invoice, of one day.",
    What.DEPOSIT: "Money for something not yet invoiced.",
    What.LOST: "A dispute was lost, and somebody decided what becomes of the money.",
}
