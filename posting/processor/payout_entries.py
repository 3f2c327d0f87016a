"""A payout as one transfer of the bank line's exact amount, on the day it arrived; a failed one as its dated reversal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ledger.entry import Entry, EntryKind, EntryLine, LineRole
from ledger.money import Money
from posting.processor.purpose import Purpose
from posting.refusal import NotPosted
from posting.rules import Role
from store.database import Connection
from store.queries import processor as queries
from store.queries.processor_credits import bank_line_of


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    clearing: str
    bank: str


def payout_entries(read: Connection, purpose: Purpose) -> tuple[Entry, ...]:
    """moved < 0: it left the processor for the bank. A negative payout, and one that came back, go the other way."""
    part = purpose.parts[0]
    payout = queries.find_payout(
        read, purpose.books.organisation_id, part.connection_id, part.source_external_id or ""
    )  # fmt: skip
    way = _way(purpose)
    line = bank_line_of(read, purpose.books.organisation_id, purpose.books.entity_id, part.source_external_id or "")
    kept = 0
    if line is not None and purpose.what.value == "payout":
        _same_currency(purpose, line)
        kept = abs(purpose.moved.minor) - abs(line.amount_minor)
    return (_transfer(purpose, way, abs(purpose.moved.minor) - kept, _memo(payout, part)), *_short(purpose, kept))


def topup_entries(read: Connection, purpose: Purpose) -> tuple[Entry, ...]:
    part = purpose.parts[0]
    memo = f"Top-up {part.source_external_id or ''}".strip()
    return (_transfer(purpose, _way(purpose), abs(purpose.moved.minor), memo),)


def _way(purpose: Purpose) -> _Way:
    clearing, bank = purpose.place(Role.CLEARING), purpose.place(Role.BANK)
    held = purpose.ledger_account(bank).currency
    if held != purpose.currency:
        raise _converted(purpose, f"the bank account is in {held}")
    return _Way(clearing=clearing.account, bank=bank.account)


def _same_currency(purpose: Purpose, line: Any) -> None:
    if line.currency != purpose.currency:
        came = Money(line.amount_minor, line.currency)
        raise _converted(purpose, f"the bank changed it into {came}")


def _converted(purpose: Purpose, why: str) -> NotPosted:
    amount = abs(purpose.moved)
    return NotPosted(
        "payout_converted", f"The payout of {amount} cannot be written as one transfer: {why}, and a transfer has one amount.",
        f"In the books: spend {amount} from clearing to a transfer account, receive what the bank credited from that "
        "account into the bank, put what is left of it to exchange gain or loss; then say that the payout is recorded.",
    )  # fmt: skip


def _transfer(purpose: Purpose, way: _Way, minor: int, memo: str) -> Entry:
    leaves = purpose.moved.minor < 0
    return Entry(
        kind=EntryKind.TRANSFER, write_id=purpose.write_id(), on=purpose.on, amount=Money(minor, purpose.currency),
        account=way.clearing if leaves else way.bank, to_account=way.bank if leaves else way.clearing, memo=memo,
    )  # fmt: skip


def _short(purpose: Purpose, kept: int) -> tuple[Entry, ...]:
    """What the bank kept of a payout that arrived: an expense out of clearing, so that the transfer equals the line."""
    if not kept:
        return ()
    if kept < 0 or purpose.moved.minor > 0:
        raise NotPosted(
            "payout_differs", "The bank's line and the payout differ in amount.",
            "Look whether this line is another payout's, and part the two; then retry.",
        )  # fmt: skip
    amount = Money(kept, purpose.currency)
    line = EntryLine(
        role=LineRole.ACCOUNT, amount=amount, account=purpose.account(Role.BANK_FEE), text="Kept by the bank"
    )
    return (
        Entry(
            kind=EntryKind.SPEND, write_id=purpose.write_id(1), on=purpose.on, amount=amount,
            account=purpose.account(Role.CLEARING), lines=(line,), memo="Kept by the bank from a payout",
        ),
    )  # fmt: skip


def _memo(payout: Any, part: Any) -> str:
    own = f"Payout {part.source_external_id}"
    if part.reporting_category == "payout_reversal":
        return f"{own} came back"
    trace = payout.trace_id if payout is not None else None
    return f"{own}, trace id {trace}" if trace else own
