"""Which postings follow from treated balance transactions: one each, or several gathered by payout or day. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from ledger.balance import NOT_CAPTURED, Treatment
from ledger.money import Money, total
from ledger.posting import Cause
from posting.processor.bookings import books
from posting.processor.move import FEE, GROSS, Move
from posting.processor.treat import Treated
from posting.rules import FeePolicy, Kind, PostingRules


class What(StrEnum):
    """What a posting of a processor's money is; it stands in its choices, and says how its entries are made."""

    PAYOUT = "payout"
    PAYOUT_BACK = "payout_back"
    TOPUP = "topup"
    FEES = "fees"
    REFUND = "refund"
    REFUND_BACK = "refund_back"
    CHARGE_FAILED = "charge_failed"
    DISPUTE = "dispute"
    RESERVE = "reserve"
    SALES = "sales"
    DEPOSIT = "deposit"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """amount: signed as it moves the processor's balance."""

    transaction_id: UUID
    part: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """cause_id: where a standing posting has it already, the next one takes a number behind it. receipts: the charges'
    receipts that are booked by it, so that nobody matches them any more.
    """

    cause: Cause
    cause_id: str
    what: What
    on: date
    parts: tuple[Part, ...]
    receipt_id: UUID | None = None
    receipts: tuple[UUID, ...] = ()
    choices: Mapping[str, Any] = field(default_factory=dict)

    @property
    def amount(self) -> Money:
        """How much it moves the balance, without its direction."""
        return abs(total((part.amount for part in self.parts), self.parts[0].amount.currency))


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A processor connection. today: of its entity; what is gathered by the day waits until the day is over.

    last_manual: by currency, the day of the last payout that somebody sent by hand: it carried what was there.
    """

    connection_id: UUID
    rules: PostingRules
    today: date
    last_manual: Mapping[str, date] = field(default_factory=dict)


def wanted(source: Source, treated: Sequence[Treated]) -> list[Wanted]:
    """In the order of their days. Only what Tieout books, and no part that is covered already."""
    found = [*_single(source, treated), *_sales(source, treated), *_fees(source, treated)]
    return sorted(found, key=lambda one: (one.on, one.cause.value, one.cause_id))


def _single(source: Source, treated: Sequence[Treated]) -> Iterator[Wanted]:
    rests = _not_captured(treated)
    for one in treated:
        what = _what(one)
        if what is None or GROSS in one.move.covered or not one.due or one.waits:
            continue
        if one.kind is not None and books(source.rules, source.connection_id, one.kind, one.move.on):
            yield _of(source, one, what, rests)


def _not_captured(treated: Sequence[Treated]) -> Mapping[str, list[Part]]:
    """By charge: what takes back the rest that was never captured; it is booked with the charge, and never alone."""
    found: dict[str, list[Part]] = defaultdict(list)
    for one in treated:
        move = one.move
        if move.category == NOT_CAPTURED and GROSS not in move.covered and move.said is None:
            found[move.row.charge_external_id].append(Part(transaction_id=move.id, part=GROSS, amount=move.gross))
    return found


def _of(source: Source, one: Treated, what: What, rests: Mapping[str, list[Part]]) -> Wanted:
    move = one.move
    parts = [Part(transaction_id=move.id, part=GROSS, amount=move.gross)]
    if what is What.DEPOSIT:
        parts += rests.get(move.row.source_external_id, ())
    if what is What.DISPUTE and move.fee and FEE not in move.covered:
        parts.append(Part(transaction_id=move.id, part=FEE, amount=-move.fee))
    leaves = what is What.PAYOUT
    return Wanted(
        cause=Cause.PAYOUT if leaves else Cause.BALANCE_TRANSACTION,
        cause_id=str(move.payout.id if leaves else move.id),
        what=what,
        on=move.payout.arrives_on if leaves else move.on,
        parts=tuple(parts),
        receipt_id=move.charged.receipt_id if what in (What.DEPOSIT, What.CHARGE_FAILED) and move.charged else None,
        receipts=(move.charged.receipt_id,) if what is What.DEPOSIT and move.charged else (),
        choices={**_said(move), **one.choices, "source": str(source.connection_id)},
    )


def _said(move: Move) -> Mapping[str, Any]:
    return {} if move.said is None else move.said.choices


def _what(one: Treated) -> What | None:
    """None for what is gathered, what a match posts and what is not booked."""
    if one.treatment is Treatment.PAYOUT:
        if one.move.category.startswith("topup"):
            return What.TOPUP
        return What.PAYOUT_BACK if one.move.category == "payout_reversal" else What.PAYOUT
    if one.treatment is Treatment.REFUND:
        if one.move.category == "charge_failure":
            return What.CHARGE_FAILED
        return What.REFUND_BACK if one.move.gross.minor > 0 else What.REFUND
    return {
        Treatment.DISPUTE: What.DISPUTE,
        Treatment.RESERVE: What.RESERVE,
        Treatment.CUSTOMER_DEPOSIT: What.DEPOSIT,
    }.get(one.treatment)


def _sales(source: Source, treated: Sequence[Treated]) -> Iterator[Wanted]:
    """Sales without an invoice: one posting a day and currency."""
    rests = _not_captured(treated)
    days: dict[tuple[date, str], list[Part]] = defaultdict(list)
    receipts: dict[tuple[date, str], list[UUID]] = defaultdict(list)
    for one in treated:
        move = one.move
        ours = one.treatment is Treatment.SALE_WITHOUT_INVOICE and one.due and GROSS not in move.covered
        if ours and move.on < source.today and books(source.rules, source.connection_id, Kind.CHARGE, move.on):
            part = Part(transaction_id=move.id, part=GROSS, amount=move.gross)
            days[move.on, move.gross.currency] += [part, *rests.get(move.row.source_external_id, ())]
            receipts[move.on, move.gross.currency] += [move.charged.receipt_id] if move.charged else []
    for (on, currency), parts in days.items():
        cause_id = f"sales/{source.connection_id}/{currency}/{on.isoformat()}"
        whole = _gathered(source, Cause.BALANCE_TRANSACTION, cause_id, What.SALES, on, parts)
        yield replace(whole, receipts=tuple(receipts[on, currency]))


def _fees(source: Source, treated: Sequence[Treated]) -> Iterator[Wanted]:
    groups: dict[tuple[str, date], list[Part]] = defaultdict(list)
    for one in treated:
        part = _fee_part(one)
        if part is None or not books(source.rules, source.connection_id, Kind.FEE, one.move.on):
            continue
        place = _gathers(source, one.move)
        if place is not None:
            groups[place].append(part)
    for (cause_id, on), parts in groups.items():
        yield _gathered(source, Cause.PAYOUT_FEES, cause_id, What.FEES, on, parts)


def _fee_part(one: Treated) -> Part | None:
    """What of a transaction is a fee and in no posting yet; a dispute's fee goes with the dispute."""
    move = one.move
    if one.treatment is Treatment.FEE and GROSS not in move.covered and move.gross:
        return Part(transaction_id=move.id, part=GROSS, amount=move.gross)
    if not move.fee or FEE in move.covered or one.treatment is Treatment.DISPUTE:
        return None
    return Part(transaction_id=move.id, part=FEE, amount=-move.fee)


def _gathers(source: Source, move: Move) -> tuple[str, date] | None:
    """Under which cause and on which day a fee is booked; None while that is not known."""
    if source.rules.fees is FeePolicy.CHARGE:
        return str(move.id), move.on
    payout, by_day = move.carried, source.rules.fees is FeePolicy.DAY
    by_day = by_day or _sent_by_hand(source, move)
    if by_day:
        day = f"day/{source.connection_id}/{move.gross.currency}/{move.on.isoformat()}"
        return (day, move.on) if move.on < source.today else None
    if payout is None or payout.reconciliation_status != "completed":
        return None
    return str(payout.id), payout.left_on


def _sent_by_hand(source: Source, move: Move) -> bool:
    """Nobody can ask what such a payout carried; what was there before it may count as gone with it."""
    sent = source.last_manual.get(move.gross.currency)
    return move.carried is None and sent is not None and move.on < sent


def _gathered(source: Source, cause: Cause, cause_id: str, what: What, on: date, parts: Sequence[Part]) -> Wanted:
    return Wanted(
        cause=cause, cause_id=cause_id, what=what, on=on, parts=tuple(parts),
        choices={"source": str(source.connection_id)},
    )  # fmt: skip
