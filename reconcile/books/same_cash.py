"""One cash movement that several systems saw: which ledger record is a bank line's, a charge's or a payout's. Pure.

Certain where amount and currency are equal to the cent, the days lie within a week, the money account is the same or not
known, and neither payer nor reference contradicts; one record is one movement's and the surest pair goes first, so that of
two equal lines and one record one line stays open. What is likely and not certain is a possibility for a person to judge.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import IntEnum, StrEnum
from typing import Any
from uuid import UUID

from reconcile.books.cash_records import CashRecord, Key, Place, in_words

RECORD_DAYS = 7
CHARGE_DAYS = 12  # entered by hand from the payout's e-mail, after a long weekend
MAY_BE_DAYS = 21  # names agree, but somebody dated it by the invoice or the cheque
MAY_BE_MOST = 3
_OF_CHARGES = frozenset({"payment", "overpayment", "prepayment", "sale", "receive"})
_OF_LINES = frozenset({*_OF_CHARGES, "deposit", "transfer", "journal"})
_OF_PAYOUTS = frozenset({"transfer", "deposit", "receive", "journal", "spend"})


class Saw(StrEnum):
    LINE = "line"
    CHARGE = "charge"
    PAYOUT = "payout"
    """A bank line that is known to be a processor's payout."""


class Grade(IntEnum):
    """SURE: payer or reference says so. PLAIN: nothing contradicts. MAY_BE: for a person."""

    SURE = 0
    PLAIN = 1
    MAY_BE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class CashEvent:
    """What the bank or a processor saw. numbers: invoices that its text names; names: words of the payer's name.

    unpaid: among those numbers is one that is open. closed: somebody has decided on it, so it is only asked about.
    """

    receipt_id: UUID
    connection_id: UUID
    saw: Saw
    on: date
    currency: str
    amount_minor: int
    owner: str = ""
    names: frozenset[str] = frozenset()
    said: frozenset[str] = frozenset()
    tokens: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    unpaid: bool = False
    closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """`record` is, or may be, the cash of the event. words: how that is known, for people."""

    event: CashEvent
    record: CashRecord
    grade: Grade
    words: str


@dataclass(slots=True)
class Answer:
    certain: list[Recognised] = field(default_factory=list)
    possible: list[Recognised] = field(default_factory=list)


def recognise(
    events: Sequence[CashEvent], records: Iterable[CashRecord], taken: set[Key], apart: frozenset[tuple[UUID, Key]]
) -> Answer:
    """`taken`: records that are another movement's already. `apart`: pairs of which a person said that they are two."""
    pairs = _pairs(events, records, taken, apart)
    sure = {pair.event.receipt_id: pair for pair in pairs if pair.grade is Grade.SURE}
    accounts = _accounts(sure.values())
    answer, used, done = Answer(), set(taken), set()
    rest: list[Recognised] = []
    for pair in sorted(pairs, key=_order):
        if pair.record.key in used or pair.event.receipt_id in done:
            continue
        doubt = _doubt(pair, accounts)
        if doubt:
            rest.append(replace(pair, grade=Grade.MAY_BE, words=_asked(pair.record, doubt)))
            continue
        used.add(pair.record.key)
        done.add(pair.event.receipt_id)
        answer.certain.append(pair)
    answer.possible = _possible(rest, used, done)
    return answer


def _pairs(
    events: Sequence[CashEvent], records: Iterable[CashRecord], taken: set[Key], apart: frozenset[tuple[UUID, Key]]
) -> list[Recognised]:
    by_amount: dict[tuple[str, int], list[CashRecord]] = defaultdict(list)
    for record in records:
        if record.key not in taken:
            by_amount[record.currency, record.amount_minor].append(record)
    crowd = Counter((event.currency, event.amount_minor) for event in events)
    return [
        found
        for event in events
        for found in _of_event(event, by_amount.get((event.currency, event.amount_minor), ()), crowd)
        if (event.receipt_id, found.record.key) not in apart
    ]


def _of_event(
    event: CashEvent, records: Sequence[CashRecord], crowd: Mapping[tuple[str, int], int]
) -> Iterator[Recognised]:
    alone = len(records) == 1 and crowd[event.currency, event.amount_minor] == 1
    for record in records:
        grade = _GRADES[event.saw](event, record, alone=alone)
        if grade is not None:
            yield Recognised(event=event, record=record, grade=grade, words=_told(event, record))


def _order(pair: Recognised) -> tuple[Any, ...]:
    days = abs((pair.record.on - pair.event.on).days)
    named = not (pair.event.numbers & pair.record.numbers or pair.event.tokens & pair.record.tokens)
    return (
        pair.grade,
        named,
        days,
        pair.event.saw is Saw.CHARGE,
        str(pair.event.receipt_id),
        pair.record.row.external_id,
    )


def _accounts(sure: Iterable[Recognised]) -> Mapping[UUID, str]:
    """The ledger's account of a bank's, where at least two certain lines lie there and none elsewhere."""
    seen: dict[UUID, Counter[str]] = defaultdict(Counter)
    for pair in sure:
        if pair.event.saw is not Saw.CHARGE and pair.record.place is Place.BANK and pair.record.account:
            seen[pair.event.connection_id][pair.record.account] += 1
    return {own: next(iter(found)) for own, found in seen.items() if len(found) == 1 and found.total() > 1}


def _possible(rest: Sequence[Recognised], used: set[Key], done: set[UUID]) -> list[Recognised]:
    shown: Counter[UUID] = Counter()
    found = []
    for pair in rest:
        own = pair.event.receipt_id
        if pair.record.key in used or own in done or pair.event.saw is Saw.PAYOUT or shown[own] >= MAY_BE_MOST:
            continue
        shown[own] += 1
        found.append(pair)
    return found


def _line(event: CashEvent, record: CashRecord, *, alone: bool) -> Grade | None:
    days = abs((record.on - event.on).days)
    if record.kind not in _OF_LINES or record.place in (Place.CLEARING, Place.ELSEWHERE) or days > MAY_BE_DAYS:
        return None
    agrees = _agrees(event, record)
    if agrees is None:
        return Grade.MAY_BE if alone and days <= RECORD_DAYS else None
    if days > RECORD_DAYS:
        return Grade.MAY_BE if agrees else None
    if agrees:
        return Grade.SURE
    doubtful = record.place is not Place.BANK or event.unpaid
    return Grade.MAY_BE if doubtful else Grade.PLAIN


def _charge(event: CashEvent, record: CashRecord, *, alone: bool) -> Grade | None:
    """A payer's name alone is certain only where the ledger has the money on its way from a processor."""
    days = (record.on - event.on).days
    if record.kind not in _OF_CHARGES or record.place is Place.ELSEWHERE or not -1 <= days <= CHARGE_DAYS:
        return None
    if not _agrees(event, record):
        return None
    if event.numbers & record.numbers or event.tokens & record.tokens:
        return Grade.SURE
    on_its_way = record.place in (Place.CLEARING, Place.UNDEPOSITED)
    return Grade.SURE if on_its_way and days <= RECORD_DAYS else Grade.MAY_BE


def _payout(event: CashEvent, record: CashRecord, *, alone: bool) -> Grade | None:
    days = abs((record.on - event.on).days)
    if record.kind not in _OF_PAYOUTS or record.place not in (Place.BANK, Place.UNKNOWN):
        return None
    if event.tokens & record.tokens:
        return Grade.SURE
    return Grade.PLAIN if days <= RECORD_DAYS and not record.owners else None


_GRADES = {Saw.LINE: _line, Saw.CHARGE: _charge, Saw.PAYOUT: _payout}


def _agrees(event: CashEvent, record: CashRecord) -> bool | None:
    """True where payer or reference says that it is the same cash, False where nothing does, None where they contradict."""
    if event.numbers and record.numbers:
        return True if event.numbers & record.numbers else None
    if event.tokens & record.tokens:
        return True
    if event.owner and record.owners:
        return True if event.owner in record.owners else None
    if not record.names:
        return False
    shared = record.names & (event.names | event.said)
    if shared and 2 * len(shared) >= min(len(record.names), max(1, len(event.names))):
        return True
    return None if event.names and not shared else False


def _told(event: CashEvent, record: CashRecord) -> str:
    return f"The books hold it already: {in_words(record)} with the same amount{_known_by(event, record)}."


def _asked(record: CashRecord, doubt: str) -> str:
    return f"It may be recorded already as {in_words(record)}: {doubt}."


def _known_by(event: CashEvent, record: CashRecord) -> str:
    if event.numbers & record.numbers:
        return f", for {min(event.numbers & record.numbers)}"
    if event.tokens & record.tokens:
        return " and the same reference"
    if event.owner in record.owners or record.names & (event.names | event.said):
        return " from the same payer"
    return ""


def _doubt(pair: Recognised, accounts: Mapping[UUID, str]) -> str:
    """Why a person has to say it; empty where it is certain."""
    event, record = pair.event, pair.record
    if event.closed:
        return "amount and days fit, and somebody has decided on this receipt before"
    known = accounts.get(event.connection_id)
    if pair.grade is Grade.PLAIN and known is not None and record.account not in (None, known):
        return "the amount is equal, but the books have it on another bank account"
    return _why_it_may(event, record) if pair.grade is Grade.MAY_BE else ""


def _why_it_may(event: CashEvent, record: CashRecord) -> str:
    days = abs((record.on - event.on).days)
    if _agrees(event, record) is None:
        return "the amount is equal, payer or reference differ"
    if event.saw is Saw.CHARGE:
        return "amount and payer are equal, but the books do not have it on its way from the processor"
    if days > RECORD_DAYS:
        return f"amount and payer or reference are equal, {days} days lie between"
    if event.unpaid:
        return "the amount is equal, but the text names an open invoice"
    return "the amount is equal, and nothing says whose it is or on which account"
