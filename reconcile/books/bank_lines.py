"""Bank lines that are no customer's payment to be matched: payouts of a processor, and cash that the books hold already.

Pure. A line is a payout's where amount and day say so and nothing names another payer; it is recorded where the books
show the same amount on a bank account within a week. Where names on both sides contradict each other it is neither.
One payout is one line's, one record too; the surest pair goes first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from reconcile.books.recorded import Recorded
from reconcile.fold import fold, words
from reconcile.legal_forms import FORMS, PROCESSORS, WEAK

SOURCE = "bank"
PAYOUT_DAYS = 5  # a payout that arrives before a long weekend
RECORD_DAYS = 7
_BOOKED_IN = frozenset({"deposit", "receive", "sale", "transfer"})
_ARRIVES = frozenset({"paid", "in_transit", "pending"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidOut:
    """A line and the payout whose money it is."""

    receipt_id: UUID
    payout: Any
    words: str


def is_bank_line(row: Any) -> bool:
    return bool(row.source == SOURCE)


def is_paid_out(row: Any) -> bool:
    """A line that was found to be a payout: the matcher has nothing to say of it."""
    return is_bank_line(row) and row.status == "payout" and row.payout_external_id is not None


def find_payouts(lines: Sequence[Any], payouts: Sequence[Any]) -> list[PaidOut]:
    """Each line's payout, if it has one."""
    by_amount: dict[tuple[str, int], list[Any]] = defaultdict(list)
    for payout in payouts:
        if payout.status in _ARRIVES and payout.arrives_on is not None:
            by_amount[payout.currency, payout.amount_minor].append(payout)
    pairs = []
    for line in lines:
        named = _names_processor(line)
        for payout in by_amount.get((line.currency, line.amount_minor), ()):
            days = abs((payout.arrives_on - line.received_on).days)
            sure = _names_payout(line, payout)
            if sure or (days <= PAYOUT_DAYS and (named or not _payer_words(line))):
                pairs.append(((not sure, not named, days), str(line.id), payout.external_id, line, payout))
    return [
        PaidOut(receipt_id=line.id, payout=payout, words=_paid_out_words(payout))
        for line, payout in _once(
            (key, line, payout) for key, _, _, line, payout in sorted(pairs, key=lambda one: one[:3])
        )
    ]


def _once(pairs: Iterable[tuple[Any, Any, Any]]) -> Iterator[tuple[Any, Any]]:
    lines, payouts = set(), set()
    for _, line, payout in pairs:
        if line.id not in lines and payout.id not in payouts:
            lines.add(line.id)
            payouts.add(payout.id)
            yield line, payout


def _names_payout(line: Any, payout: Any) -> bool:
    said = f"{line.payer_name or ''} {line.reference or ''}".upper()
    return any(
        name.upper() in said for name in (payout.external_id, payout.trace_id) if name and len(name) >= 8
    )  # fmt: skip


def _names_processor(line: Any) -> bool:
    return any(word in PROCESSORS for word in words(fold(f"{line.payer_name or ''} {line.reference or ''}")))


def _payer_words(line: Any) -> set[str]:
    return set(words(fold(line.payer_name or ""))) - FORMS - WEAK


def _paid_out_words(payout: Any) -> str:
    return f"It is the payout {payout.external_id} of {_day(payout.left_on)}; its charges are matched one by one."


def _day(on: date) -> str:
    return f"{on.day} {on:%b %Y}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """What the ledger shows on its bank accounts: records by amount, and the names of those who paid."""

    by_amount: Mapping[tuple[str, int], Sequence[tuple[Any, date]]]
    names: Mapping[tuple[UUID, str], str]

    @classmethod
    def of(
        cls, payments: Iterable[Any], entries: Iterable[Any], accounts: Iterable[Any], customers: Iterable[Any]
    ) -> Books:
        bank = {(row.connection_id, row.external_id) for row in accounts if row.kind == "bank" and not row.system_role}
        found: dict[tuple[str, int], list[tuple[Any, date]]] = defaultdict(list)
        gathered: set[tuple[UUID, str]] = set()
        for row in entries:
            gathered.update((row.connection_id, own) for own in row.groups)
            account = row.other_account if row.kind == "transfer" else row.account
            stands = row.status == "open" and row.kind in _BOOKED_IN and row.moved_on is not None
            if stands and (row.connection_id, account) in bank:
                amount = abs(row.amount_minor) if row.kind == "transfer" else row.amount_minor
                found[row.currency, amount].append((row, row.moved_on))
        for row in payments:
            stands = row.status == "open" and row.kind != "refund" and row.paid_on is not None
            alone = (row.connection_id, row.external_id) not in gathered
            if stands and alone and (row.connection_id, row.deposit_account) in bank:
                found[row.currency, row.amount_minor].append((row, row.paid_on))
        names = {(row.connection_id, row.external_id): row.name for row in customers}
        return cls(by_amount=found, names=names)


def find_recorded_lines(lines: Sequence[Any], books: Books, taken: set[tuple[UUID, str, str]]) -> list[Recorded]:
    """`taken`: records that are another cash event's already (a charge's, another line's)."""
    pairs = []
    for line in lines:
        if line.amount_minor <= 0:
            continue
        for record, on in books.by_amount.get((line.currency, line.amount_minor), ()):
            days = abs((on - line.received_on).days)
            key = (record.connection_id, record.record_kind, record.external_id)
            if days > RECORD_DAYS or key in taken:
                continue
            name = books.names.get((record.connection_id, record.customer_external_id or ""), "")
            says = _agreement(line, record, name)
            if says is not None:
                pairs.append(((not says, days), str(line.id), record.external_id, line, record, on))
    found, lines_done = [], set()
    for _, _, _, line, record, on in sorted(pairs, key=lambda one: one[:3]):
        key = (record.connection_id, record.record_kind, record.external_id)
        if line.id not in lines_done and key not in taken:
            lines_done.add(line.id)
            taken.add(key)
            found.append(Recorded(receipt_id=line.id, record=record, words=_recorded_words(record, on)))
    return found


def _agreement(line: Any, record: Any, name: str) -> bool | None:
    """True where names or references say it is the same cash, False where nothing does, None where names contradict."""
    own = _payer_words(line) | set(words(fold(line.reference or "")))
    reference = [word for word in words(fold(record.reference or "")) if any(sign.isdigit() for sign in word)]
    if any(word in own for word in reference):
        return True
    theirs = set(words(fold(name))) - FORMS - WEAK
    if not theirs or not own:
        return False
    if theirs & own:
        return True
    return None if _payer_words(line) else False


def _recorded_words(record: Any, on: date) -> str:
    kinds = {
        "deposit": "a deposit", "receive": "money received", "sale": "a sale", "transfer": "a transfer",
    }  # fmt: skip
    what = kinds.get(getattr(record, "kind", ""), "a payment")
    return f"The books hold it already: {what} of the same amount on {_day(on)}."
