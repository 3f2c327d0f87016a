"""Entries of ours on a bank account that nobody has matched with a line of the bank's feed: after ten days a finding."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from ledger.finding import Finding, Severity
from ledger.money import Money
from posting.encoded import standing_of
from posting.planning.books import Books
from posting.rules import Role
from store.database import Connection
from store.intake import add_findings
from store.queries.same_money import unreconciled
from store.scope import Scope

DAYS: Final = 10
CODE: Final = "not_in_bank_feed"


def unmatched(connection: Connection, books: Books) -> list[Finding]:
    """Only where the books say of a record that it is not reconciled; of those that never say, nobody can tell."""
    accounts = {place.account for place in books.rules.places if place.role is Role.BANK}
    until = books.today - timedelta(days=DAYS)
    rows = unreconciled(connection, books.organisation_id, books.connection_id, accounts, until)
    return [_finding(books, row) for row in rows if _is_open(row)]


def _is_open(row: Any) -> bool:
    told = {row.payment_ticked, row.move_ticked} - {None}
    if told:
        return told == {"no"}
    standing = standing_of(row)
    return standing is not None and standing.reconciled is False


def _finding(books: Books, row: Any) -> Finding:
    account = books.accounts.get(row.account_external_id)
    where = account.name if account is not None else books.name
    days = (books.today - row.dated_on).days
    return Finding(
        code=CODE,
        sentence=f"{Money(row.amount_minor, row.currency)} of {row.dated_on:%-d %B %Y}, posted into {where} {days} days ago,"
        f" is not matched with a line of the bank feed in {books.name}. Match it there; if the line was coded to something"
        " else, undo one of the two.",
        severity=Severity.WARNING,
        record_kind=row.record_kind or row.kind,
        external_id=row.external_id or row.write_id,
        field="reconciled",
    )


def note_unmatched(connection: Connection, books: Books, *, now: datetime) -> int:
    """Writes the findings down; gives how many stand. Called once a day."""
    found = unmatched(connection, books)
    if found:
        add_findings(connection, Scope(books.organisation_id, books.connection_id), found, now)
    return len(found)
