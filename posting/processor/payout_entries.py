"""A payout as one transfer of the bank line's exact amount, on the day it arrived; a failed one as its dated reversal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from ledger.entry import Entry, EntryKind, EntryLine, LineRole
from ledger.money import Money
from posting.processor.purpose import Purpose
from posting.processor.wanted import What
from posting.refusal import NotPosted
from posting.rules import Place, Role
from store.database import Connection
from store.queries import processor as queries
from store.queries.clearing import moved_on
from store.queries.processor_credits import bank_line_of
from store.queries.same_money import spoken_for

SAME_DAYS: Final = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    clearing: str
    bank: str


def payout_entries(read: Connection, purpose: Purpose) -> tuple[Entry, ...]:
    """moved < 0: it left the processor for the bank. A negative payout, and one that came back, go the other way."""
    part = purpose.parts[0]
    own = part.source_external_id or ""
    payout = queries.find_payout(read, purpose.books.organisation_id, part.connection_id, own)
    line = bank_line_of(read, purpose.books.organisation_id, purpose.books.entity_id, own)
    way = _way(purpose, line)
    kept = 0
    if line is not None and purpose.what is What.PAYOUT:
        _same_currency(purpose, line)
        kept = abs(purpose.moved.minor) - abs(line.amount_minor)
    transfer = _transfer(purpose, way, abs(purpose.moved.minor) - kept, _memo(payout, part))
    _refuse_same(read, purpose, way, transfer, line)
    return (transfer, *_short(purpose, kept))


def topup_entries(read: Connection, purpose: Purpose) -> tuple[Entry, ...]:
    part, way = purpose.parts[0], _way(purpose, None)
    memo = f"Top-up {part.source_external_id or ''}".strip()
    transfer = _transfer(purpose, way, abs(purpose.moved.minor), memo)
    _refuse_same(read, purpose, way, transfer)
    return (transfer,)


def _way(purpose: Purpose, line: Any) -> _Way:
    clearing, bank = purpose.account(Role.CLEARING), _bank(purpose, line)
    held = purpose.ledger_account(bank).currency
    if held != purpose.currency:
        raise _converted(purpose, f"the bank account is in {held}")
    return _Way(clearing=clearing, bank=bank.account)


def _bank(purpose: Purpose, line: Any) -> Place:
    """The account whose statement has the line; else the one chosen for this processor; else the only one there is."""
    own = None if line is None else purpose.books.rules.place(Role.BANK, str(line.connection_id), purpose.currency)
    if own is not None and own.source:
        return purpose.fitting(own)
    if purpose.books.rules.place(Role.BANK, purpose.source, purpose.currency) is not None:
        return purpose.place(Role.BANK)
    others = [
        one for one in purpose.books.rules.places if one.role is Role.BANK and one.currency in ("", purpose.currency)
    ]
    if len({one.account for one in others}) == 1:
        return purpose.fitting(others[0])
    return purpose.place(Role.BANK)


def _refuse_same(read: Connection, purpose: Purpose, way: _Way, entry: Entry, line: Any = None) -> None:
    """Somebody has this money on the bank account already: a bank rule, an app, a person. Raises NotPosted."""
    if purpose.choices.get("same_money") == "post":
        return
    books, signed = purpose.books, entry.amount.minor if entry.to_account == way.bank else -entry.amount.minor
    near = moved_on(
        read, books.organisation_id, books.connection_id, way.bank, purpose.currency,
        since=entry.on - timedelta(days=SAME_DAYS), through=entry.on + timedelta(days=SAME_DAYS),
    )  # fmt: skip
    equal = [one for one in near if one.minor == signed and one.customer is None]
    spoken = spoken_for(read, books.organisation_id, books.connection_id, {one.key[1] for one in equal})
    own = None if line is None else line.id
    found = next((one for one in equal if spoken.get(one.key[1]) in (None, own)), None)
    if found is None:
        return
    raise NotPosted(
        "same_money", f"The books hold {entry.amount} on the bank account already: a {found.kind} of {found.on:%-d %B %Y} "
        f"({found.key[0]} {found.key[1]}).",
        "If it is this payout, change it in the books to a transfer from clearing, or delete it there and retry; if it is "
        "other money, post it anyway.",
        {"same_money": "post"},
    )  # fmt: skip


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
