"""What would be written, in words: one line a record, with the books' own names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from ledger.entry import Entry, EntryKind, EntryLine, LineRole
from posting.outlet import Outlet
from posting.preparing import Plans
from store.database import Connection
from store.queries.read_back import names
from store.scope import Scope

_NOUNS = {
    EntryKind.RECEIPT: "Payment", EntryKind.ALLOCATION: "Credit applied", EntryKind.SPEND: "Money spent",
    EntryKind.RECEIVE: "Money received", EntryKind.TRANSFER: "Transfer", EntryKind.DEPOSIT: "Deposit",
    EntryKind.CREDIT_NOTE: "Credit note", EntryKind.REFUND: "Refund", EntryKind.JOURNAL: "Journal",
    EntryKind.INVOICE: "Invoice",
}  # fmt: skip
_ROLES = {LineRole.FEE: "fee", LineRole.WITHHELD: "withheld", LineRole.UNAPPLIED: "stays the customer's credit"}

Names = Mapping[tuple[str, str], str]
"""By noun (account, customer, invoice...) and external id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One posting: the records that it comes to, or why it would not be posted and what to do."""

    posting_id: UUID
    cause: str
    currency: str
    amount_minor: int
    on: str
    records: tuple[str, ...] = ()
    code: str = ""
    sentence: str = ""
    remedy: str = ""


def in_words(connection: Connection, outlet: Outlet, plans: Plans) -> list[Words]:
    scope = Scope(outlet.organisation_id, outlet.connection_id)
    entries = [entry for _, one in plans.planned for entry in one.shaped]
    known = names(connection, scope, {key for entry in entries for key in _mentioned(entry)})
    found = []
    for row, one in plans.planned:
        same = plans.found.get(row.id)
        found.append(
            Words(
                posting_id=row.id, cause=row.cause_kind, currency=row.currency, amount_minor=row.amount_minor,
                on=row.dated_on.isoformat(), records=() if same else tuple(said(entry, known) for entry in one.shaped),
                code="found" if same else "", sentence=same.words if same else "", remedy=same.remedy if same else "",
            )
        )  # fmt: skip
    for row, why in plans.refused:
        found.append(
            Words(
                posting_id=row.id, cause=row.cause_kind, currency=row.currency, amount_minor=row.amount_minor,
                on=row.dated_on.isoformat(), code=why.code, sentence=why.sentence, remedy=why.remedy,
            )
        )  # fmt: skip
    return found


def said(entry: Entry, known: Names) -> str:
    """ "Payment of GBP 120.00 on 2026-11-02 from Bob Ltd into Current Account: INV-204 GBP 120.00"."""
    words = [f"{_NOUNS[entry.kind]} of {entry.amount} on {entry.on}"]
    if entry.customer:
        words.append(f"from {known.get(('customer', entry.customer), entry.customer)}")
    if entry.account:
        into = "from" if entry.kind in (EntryKind.SPEND, EntryKind.TRANSFER, EntryKind.REFUND) else "into"
        words.append(f"{into} {known.get(('account', entry.account), entry.account)}")
    if entry.to_account:
        words.append(f"to {known.get(('account', entry.to_account), entry.to_account)}")
    lines = [_line(line, known) for line in entry.lines]
    return " ".join(words) + (f": {', '.join(lines)}" if lines else "")


def _line(line: EntryLine, known: Names) -> str:
    if line.document is not None and line.role is LineRole.PAYS:
        own = line.document.external_id
        return f"{known.get((line.document.kind, own), own or 'a record of this posting')} {line.amount}"
    if line.role in _ROLES:
        return f"{_ROLES[line.role]} {line.amount}"
    return f"{known.get(('account', line.account or ''), line.text or 'an entry of ours')} {line.amount}"


def _mentioned(entry: Entry) -> Iterator[tuple[str, str]]:
    accounts: Sequence[str | None] = (entry.account, entry.to_account, *(line.account for line in entry.lines))
    yield from (("account", own) for own in accounts if own)
    yield from (("customer", own) for own in (entry.customer,) if own)
    yield from ((line.document.kind, line.document.external_id) for line in entry.lines if line.document is not None)
