"""What is written in the books, said in words: by account name, customer and document, with its tax."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from ledger.entry import Entry, EntryKind, EntryLine, LineRole, Target
from ledger.money import Money
from store.database import Connection
from store.queries.screens import posting_detail

CAUSES: Final = {
    "match": "Receipt", "payout": "Payout", "payout_fees": "Fees of a payout", "day_fees": "Fees of a day",
    "charge_fee": "Fee of a charge", "balance_transaction": "Processor's transaction", "day_sales": "Sales of a day",
    "write_off": "Write-off", "allocation": "Credit applied", "reversal": "Reversal",
}  # fmt: skip
KINDS: Final = {
    EntryKind.RECEIPT: "Customer payment", EntryKind.ALLOCATION: "Credit applied", EntryKind.SPEND: "Money out",
    EntryKind.RECEIVE: "Money in", EntryKind.TRANSFER: "Transfer", EntryKind.DEPOSIT: "Bank deposit",
    EntryKind.CREDIT_NOTE: "Credit note", EntryKind.REFUND: "Refund", EntryKind.JOURNAL: "Journal",
    EntryKind.INVOICE: "Invoice",
}  # fmt: skip
_ROLES: Final = {
    LineRole.UNAPPLIED: "Stays the customer's credit", LineRole.FEE: "Fee", LineRole.WITHHELD: "Tax withheld",
    LineRole.ENTRY: "Payment of this posting",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """what: the document or the use. to: the account it goes to, where one is named. tax: part of the amount."""

    what: str
    amount: Money
    document_id: UUID | None = None
    to: str = ""
    tax: Money | None = None
    tax_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record of the books in words. where: "into Checking", "from Stripe clearing to Checking"."""

    title: str
    where: str
    amount: Money
    on: date
    customer: str
    customer_id: UUID | None
    lines: tuple[Line, ...]
    marker: str
    memo: str
    rate: str = ""


@dataclass(frozen=True, slots=True)
class Names:
    """What the ids of entries stand for in one connection's books."""

    accounts: Mapping[str, Any] = field(default_factory=dict)
    customers: Mapping[str, Any] = field(default_factory=dict)
    documents: Mapping[tuple[str, str], Any] = field(default_factory=dict)
    taxes: Mapping[str, str] = field(default_factory=dict)

    def account(self, external_id: str | None) -> str:
        if not external_id:
            return ""
        row = self.accounts.get(external_id)
        if row is None:
            return f"account {external_id}"
        return f"{row.code} {row.name}" if row.code else str(row.name)


def names_of(connection: Connection, organisation_id: UUID, books: UUID, entries: Iterable[Entry]) -> Names:
    """Looks up all that the entries name, in a handful of questions."""
    entries = list(entries)
    lines = [line for entry in entries for line in entry.lines]
    accounts = [name for entry in entries for name in (entry.account, entry.to_account)] + [
        line.account for line in lines
    ]
    customers = [entry.customer for entry in entries] + [line.customer for line in lines]
    targets = [line.document for line in lines] + [entry.source for entry in entries]
    documents: dict[tuple[str, str], Any] = {}
    for kind in sorted({target.kind for target in targets if target is not None}):
        ids = {target.external_id for target in targets if target is not None and target.kind == kind}
        found = posting_detail.document_names(connection, organisation_id, books, kind, ids)
        documents |= {(kind, own): row for own, row in found.items()}
    return Names(
        accounts=posting_detail.account_names(connection, organisation_id, books, _given(accounts)),
        customers=posting_detail.customer_names(connection, organisation_id, books, _given(customers)),
        documents=documents,
        taxes=posting_detail.tax_names(connection, organisation_id, books, _given(line.tax_code for line in lines)),
    )


def _given(values: Iterable[str | None]) -> set[str]:
    return {value for value in values if value}


def records_of(entries: Sequence[Entry], names: Names) -> tuple[Record, ...]:
    """The records of one posting. What one of them takes out of another's credit is not said to stay there."""
    taken: dict[str, Money] = {}
    for entry in entries:
        if entry.kind is EntryKind.ALLOCATION and entry.source is not None and entry.source.entry:
            own = entry.source.entry
            taken[own] = taken[own] + entry.amount if own in taken else entry.amount
    return tuple(_less(record_of(entry, names), taken.get(entry.write_id)) for entry in entries)


def _less(record: Record, taken: Money | None) -> Record:
    """Its credit parted into what is applied at once and what stays."""
    stays = _ROLES[LineRole.UNAPPLIED]
    lines: list[Line] = []
    for line in record.lines:
        if taken is None or line.what != stays or line.amount.currency != taken.currency or taken > line.amount:
            lines.append(line)
            continue
        lines.append(replace(line, what="Applied by the records below", amount=taken))
        if line.amount != taken:
            lines.append(replace(line, amount=line.amount - taken))
    return replace(record, lines=tuple(lines))


def record_of(entry: Entry, names: Names) -> Record:
    customer = names.customers.get(entry.customer or "")
    return Record(
        title=KINDS[entry.kind],
        where=_where(entry, names),
        amount=entry.amount,
        on=entry.on,
        customer=customer.name if customer is not None else (entry.customer or ""),
        customer_id=None if customer is None else customer.id,
        lines=tuple(_line(line, names) for line in entry.lines),
        marker=entry.write_id,
        memo=entry.memo or entry.reference,
        rate="" if entry.rate is None else f"{entry.rate.normalize():f}",
    )


def _where(entry: Entry, names: Names) -> str:
    account, other = names.account(entry.account), names.account(entry.to_account)
    if entry.kind is EntryKind.TRANSFER:
        return f"from {account} to {other}"
    if entry.source is not None and entry.kind in (EntryKind.ALLOCATION, EntryKind.REFUND):
        source = _target(entry.source, names)
        return f"{source}, paid from {account}" if entry.kind is EntryKind.REFUND and account else f"from {source}"
    if not account:
        return ""
    return f"{'out of' if entry.kind is EntryKind.SPEND else 'into'} {account}"


def _line(line: EntryLine, names: Names) -> Line:
    document = None if line.document is None else names.documents.get((line.document.kind, line.document.external_id))
    return Line(
        what=_what(line, names),
        amount=line.amount,
        document_id=document.id if document is not None and line.document is not None and line.document.kind == "invoice" else None,
        to=names.account(line.account) if line.role is not LineRole.ACCOUNT else "",
        tax=line.tax,
        tax_name="" if line.tax_code is None else names.taxes.get(line.tax_code, line.tax_code),
    )  # fmt: skip


def _what(line: EntryLine, names: Names) -> str:
    if line.role is LineRole.ACCOUNT:
        owner = names.customers.get(line.customer or "")
        return names.account(line.account) + (f", {owner.name}" if owner is not None else "") or line.text
    if line.role is LineRole.PAYS and line.document is not None:
        return _target(line.document, names)
    words = _ROLES.get(line.role, line.role.value)
    return f"{words} of {_target(line.document, names)}" if line.document is not None else words


def _target(target: Target, names: Names) -> str:
    row = names.documents.get((target.kind, target.external_id))
    if row is not None:
        return str(row.number or row.external_id)
    kind = target.kind.replace("_", " ")
    return f"the {kind} of this posting" if target.entry else f"{kind} {target.external_id}"


def cause(code: str | None) -> str:
    """A code as people read it: `period_locked` is "Period locked"."""
    return (code or "unknown").replace("_", " ").capitalize()
