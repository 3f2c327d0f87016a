"""Lines on an accounts-receivable account, wherever they stand: journals, purchases, deposits. They move what is owed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from connectors.port import Mapped
from connectors.quickbooks import wire
from connectors.quickbooks.applied import journal_id
from connectors.quickbooks.reading import Reading, hints, updated, value_of
from ledger.bank_entry import BankEntry
from ledger.finding import Severity
from ledger.journal import JournalLine
from ledger.money import Money

_RECEIVABLE = re.compile(r"receivable|\bA/R\b", re.IGNORECASE)
_SIGNS = {"debit": 1, "credit": -1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One line of a transaction on some account: sign +1 for a debit. customer: whom it names, if that is a customer."""

    line: wire.Line
    account: wire.Ref | None
    customer: str | None
    sign: int


def customer_of(entity: wire.Entity | None) -> str | None:
    """The id of whom a line names, where that is a customer (and no vendor or employee)."""
    if entity is None:
        return None
    kind = entity.wrapped_type or entity.type or "Customer"
    found = entity.value or value_of(entity.wrapped)
    return found if found and kind.lower() == "customer" else None


def receivable_lines(reading: Reading, txn: wire.Transaction, postings: Iterable[Posting]) -> list[JournalLine]:
    """The postings on AR accounts, as lines of ours."""
    currency = reading.currency(txn.currency_ref, txn.exchange_rate)
    return [
        _line(reading, txn, posting, number, currency)
        for number, posting in enumerate(postings, start=1)
        if posting.line.amount and _receivable(reading, posting)
    ]


def _receivable(reading: Reading, posting: Posting) -> bool:
    """By the accounts that are known; before any is, by a customer on an account that is called so, which is told."""
    account = value_of(posting.account)
    known = reading.context.ar_accounts
    if known:
        return account in known
    name = posting.account.name if posting.account else None
    if posting.customer is None or (name and not _RECEIVABLE.search(name)):
        return False
    sentence = f"account {name or account} was taken for receivable: the chart of accounts is not known yet."
    reading.note("receivable_guessed", sentence, field_name="AccountRef")
    return True


def _line(reading: Reading, txn: wire.Transaction, posting: Posting, number: int, currency: str) -> JournalLine:
    if posting.customer is None:
        reading.note("customer_missing", f"line {number} is on receivable and names no customer.", field_name="Entity")
    amount = Money.of(posting.line.amount or Decimal(0), currency)
    signed = amount if posting.sign > 0 else -amount
    line_id = posting.line.id if posting.line.id is not None else f"n{number}"
    return JournalLine(
        external_id=journal_id(reading.record.kind, reading.own_id, line_id),
        transaction_external_id=reading.own_id,
        transaction_kind=reading.record.kind,
        customer_external_id=posting.customer,
        posted_on=reading.day(txn.txn_date, "TxnDate"),
        amount=signed,
        number=txn.doc_number or None,
        memo=posting.line.description or txn.private_note or None,
        ar_account=value_of(posting.account),
        exchange_rate=reading.rate(txn, currency),
        home_amount=reading.home(signed, None, txn.exchange_rate),
        updated_at=updated(txn.meta_data),
    )


def journal_entry(reading: Reading, entry: wire.Transaction) -> Mapped:
    postings = []
    for number, line in enumerate(entry.line or [], start=1):
        detail = line.journal_entry_line_detail
        if detail is None:
            continue
        sign = _SIGNS.get((detail.posting_type or "").lower())
        if sign is None:
            sentence = f"line {number} is neither debit nor credit ({detail.posting_type!r}) and was left out."
            reading.note("unknown_posting", sentence, field_name="PostingType", severity=Severity.ERROR)
            continue
        customer = customer_of(detail.entity)
        postings.append(Posting(line=line, account=detail.account_ref, customer=customer, sign=sign))
    found = receivable_lines(reading, entry, postings)
    if not found and not reading.context.ar_accounts:
        sentence = "no line of it looks like receivable; no receivable account is known yet to tell for sure."
        reading.note("receivable_unknown", sentence, field_name="AccountRef", severity=Severity.NOTE)
    return reading.done(*found, *_cash_lines(reading, entry, postings))


def _cash_lines(reading: Reading, entry: wire.Transaction, postings: Sequence[Posting]) -> list[BankEntry]:
    """The lines on bank accounts: cash that somebody entered by a journal. The customer is the one that it names at all."""
    named = sorted({posting.customer for posting in postings if posting.customer})
    only = named[0] if len(named) == 1 else None
    return [
        _cash_line(reading, entry, postings, number, posting.customer or only)
        for number, posting in enumerate(postings, start=1)
        if posting.line.amount and value_of(posting.account) in reading.context.bank_accounts
    ]


def _cash_line(
    reading: Reading, entry: wire.Transaction, postings: Sequence[Posting], number: int, customer: str | None
) -> BankEntry:
    posting, currency = postings[number - 1], reading.currency(entry.currency_ref, entry.exchange_rate)
    amount = Money.of((posting.line.amount or Decimal(0)) * posting.sign, currency)
    return BankEntry(
        external_id=journal_id(reading.record.kind, reading.own_id, posting.line.id or f"n{number}"),
        kind="journal",
        moved_on=reading.day(entry.txn_date, "TxnDate"),
        amount=amount,
        account=value_of(posting.account),
        customer_external_id=customer,
        reference=entry.doc_number or None,
        memo=posting.line.description or entry.private_note or None,
        exchange_rate=reading.rate(entry, currency),
        home_amount=reading.home(amount, None, entry.exchange_rate),
        hints=hints(entry.private_note, *(each.line.description for each in postings)),
        updated_at=updated(entry.meta_data),
    )
