"""Loads what the planning of a posting looks at. Nothing is decided here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from ledger.entry import Entry, EntryKind, LineRole, Target
from ledger.money import Money
from ledger.posting import Cause, EntryState, PostingState
from ledger.receipt import ReceiptStatus
from posting.encoded import entry_of
from posting.planning.books import Books
from posting.planning.case import CREDIT_NOTE, INVOICE, Before, Case, Cash, Line, Owed, Who
from posting.remainders.limits import Used, closed_by_matches, month_start, rounding_cap, used_of
from posting.rules import Role
from store.database import Connection
from store.matches import find_match, lines_of
from store.outbox_entries import entries_of
from store.queries import planning as queries
from store.queries.documents import find_document, find_receipt, links_of
from store.queries.history import version_at

KINDS = {"invoices": INVOICE, "credit_notes": CREDIT_NOTE}
CLOSABLE = ("fee", "withholding", "rounding")
"""Differences that the record of the receipt itself closes; others stay open until somebody decides on them."""
LEAVE = "leave"
_CLOSED = (ReceiptStatus.ALREADY_RECORDED.value, ReceiptStatus.NOT_A_PAYMENT.value)


def case_of(connection: Connection, books: Books, posting: Any) -> Case:
    """A posting of a match. Raises NotFound."""
    match = find_match(connection, books.organisation_id, posting.match_id)
    receipt = find_receipt(connection, books.organisation_id, match.receipt_id)
    rows = lines_of(connection, books.organisation_id, match.id)
    own = taken_already(connection, books, posting)
    ids = {row.document_id: _primary_of(connection, books, row.document_id) for row in rows}
    taken = queries.taken_by_others(
        connection, books.organisation_id, list(ids.values()), but_match=match.id, but_posting=posting.id
    )
    lines = []
    for row in rows:
        noun = row.document_noun
        document = find_document(connection, books.organisation_id, noun, ids[row.document_id])
        owed = owed_of(connection, books, document, noun, decided_at=match.decided_at, taken=taken, own=own)
        lines.append(_line(row, owed, _closes(connection, books, row, posting.choices or {})))
    return Case(
        posting_id=posting.id,
        cause=Cause(posting.cause_kind),
        choices=posting.choices or {},
        decision=match.state,
        cash=cash_of(connection, books, receipt),
        lines=tuple(lines),
        customers=_customers(connection, books, lines, receipt),
        decided_by=match.decided_by or "",
        seconded_by=match.seconded_by or "",
        let_go=_let_go(connection, books, lines, match.id),
    )


def _primary_of(connection: Connection, books: Books, document_id: UUID) -> UUID:
    """The books' document of a debt, where the match names the processor's copy of it."""
    links = links_of(connection, books.organisation_id, (document_id,))
    return next((primary for mirror, primary in sorted(links) if mirror == document_id), document_id)


def owed_of(
    connection: Connection, books: Books, document: Any, noun: str, *, decided_at: Any, taken: Mapping[UUID, int],
    own: Mapping[tuple[str, str], int],
) -> Owed:  # fmt: skip
    kind = KINDS[noun]
    return Owed(
        document_id=document.id,
        kind=kind,
        external_id=document.external_id,
        name=document.number or document.external_id,
        customer=document.customer_external_id,
        total=Money(document.total_minor, document.currency),
        open_minor=document.open_amount_minor + own.get((kind, document.external_id), 0),
        taken_minor=taken.get(document.id, 0),
        status=document.status,
        issued_on=document.issued_on,
        ar_account=document.ar_account,
        gone=document.gone_at is not None,
        here=document.connection_id == books.connection_id,
        before=_before(connection, books, noun, document.id, decided_at),
    )


def _before(connection: Connection, books: Books, noun: str, document_id: UUID, decided_at: Any) -> Before | None:
    """Total and customer as we knew them when it was decided."""
    if decided_at is None:
        return None
    row = version_at(connection, books.organisation_id, noun, document_id, decided_at)
    if row is None or row.amount_minor is None or row.currency is None:
        return None
    return Before(total=Money(row.amount_minor, row.currency), customer=row.customer_external_id)


def _line(row: Any, owed: Owed, closes: str) -> Line:
    return Line(
        owed=owed,
        applied=Money(row.applied_minor, row.currency),
        closed=Money(row.residual_minor if closes else 0, row.currency),
        closes=closes,
    )


def _closes(connection: Connection, books: Books, row: Any, choices: Mapping[str, Any]) -> str:
    """What of a line's difference the record itself closes; "" where it stays open."""
    kind = row.residual_kind or ""
    if (
        kind not in CLOSABLE
        or (row.residual_minor or 0) <= 0
        or choices.get("remainder") == LEAVE
        or not books.is_ledger
    ):
        return ""
    if kind == "rounding" and not _may_round(connection, books, Money(row.residual_minor, row.currency)):
        return ""
    return str(kind)


def _may_round(connection: Connection, books: Books, amount: Money) -> bool:
    """A rounding is closed by itself where an account is named for it and the month's cap holds (this one is counted)."""
    if amount.minor > books.rules.rounding_minor or books.place_of(Role.ROUNDING, currency=amount.currency) is None:
        return False
    since = month_start(books.today, books.zone)
    rows = queries.closed_with_receipts(connection, books.organisation_id, books.entity_id, since)
    used = [row for row in rows if row.residual_kind == "rounding" and row.currency == amount.currency]
    return bool(sum(row.residual_minor for row in used) <= rounding_cap(books, amount.currency).minor)


def _let_go(connection: Connection, books: Books, lines: Sequence[Line], match_id: UUID) -> tuple[Used, ...]:
    """What else was let go of this month; asked only where a line lets go of something and a limit is set."""
    if not books.rules.limits or not any(line.closes in ("fee", "rounding") for line in lines):
        return ()
    since = month_start(books.today, books.zone)
    rows = queries.write_offs_since(connection, books.organisation_id, books.entity_id, since)
    matched = queries.closed_with_receipts(
        connection, books.organisation_id, books.entity_id, since, but_match=match_id
    )  # fmt: skip
    return (*used_of(rows), *closed_by_matches(matched))


def cash_of(connection: Connection, books: Books, receipt: Any) -> Cash:
    origin = books.roles.get(receipt.connection_id, "")
    amount = Money(receipt.amount_minor, receipt.currency)
    settled = None if receipt.settled_minor is None else Money(receipt.settled_minor, receipt.settled_currency)
    charge = queries.charge_of(connection, receipt) if origin == "processor" else None
    payment = queries.payment_of(connection, receipt) if origin == "books" else None
    source, left = _source(books, receipt, payment, charge)
    return Cash(
        receipt_id=receipt.id,
        connection_id=receipt.connection_id,
        origin=origin,
        external_id=receipt.external_id,
        on=receipt.received_on,
        amount=amount,
        moved=settled if origin == "processor" else amount,
        customer=receipt.customer_external_id if origin == "books" else None,
        payer=receipt.payer_name or "",
        reference=receipt.reference or "",
        source=source,
        source_left=left,
        trouble=_trouble(connection, receipt, charge, payment),
    )


def _source(books: Books, receipt: Any, payment: Any, charge: Any) -> tuple[Target | None, Money | None]:
    """The record of these books that holds the money, with what is left of it."""
    if receipt.connection_id != books.connection_id:
        return None, None
    if payment is not None:
        return Target(kind=payment.kind, external_id=payment.external_id), Money(
            payment.unapplied_minor, payment.currency
        )
    if charge is not None:
        return Target(kind="charge", external_id=charge.external_id), Money(receipt.open_minor, receipt.currency)
    return None, None


def _trouble(connection: Connection, receipt: Any, charge: Any, payment: Any) -> str:
    """Why there is no such money any more, or not for sure."""
    if receipt.status in _CLOSED:
        return str(receipt.status_reason)
    behind = charge or payment
    stands = behind.gone_at is None if behind is not None else queries.line_stands(connection, receipt)
    if not stands:
        return "The record it was seen by is gone."
    if charge is None:
        return ""
    if charge.under_dispute:
        return "The payer's bank disputes this charge."
    if charge.status != "succeeded":
        return f"The charge is {charge.status} by now."
    if charge.refunded_minor:
        return f"{Money(charge.refunded_minor, charge.currency)} of it was refunded."
    return ""


def _customers(connection: Connection, books: Books, lines: Sequence[Line], receipt: Any) -> dict[str, Who]:
    wanted = {line.owed.customer for line in lines if line.owed.customer}
    if receipt.connection_id == books.connection_id and receipt.customer_external_id:
        wanted.add(receipt.customer_external_id)
    return customers_of(connection, books, wanted)


def customers_of(connection: Connection, books: Books, wanted: set[str]) -> dict[str, Who]:
    rows = queries.customers_of(connection, books.organisation_id, books.connection_id, wanted)
    return {
        row.external_id: Who(
            external_id=row.external_id, name=row.name, status=row.status, merged_into=row.merged_into
        )
        for row in rows
    }  # fmt: skip


def taken_already(connection: Connection, books: Books, posting: Any) -> dict[tuple[str, str], int]:
    """What entries of this very posting that stand have taken of documents: it is theirs, not somebody else's."""
    found: dict[tuple[str, str], int] = defaultdict(int)
    if not posting.attempts and posting.state in (PostingState.READY.value, PostingState.AWAITING.value):
        return found  # it was never sent
    for row in entries_of(connection, books.organisation_id, [posting.id]):
        if row.state == EntryState.POSTED.value:
            _add_taken(found, entry_of(row))
    return found


def _add_taken(found: dict[tuple[str, str], int], entry: Entry) -> None:
    paid = 0
    for line in entry.lines:
        if line.role is LineRole.PAYS and line.document is not None:
            found[line.document.kind, line.document.external_id] += line.amount.minor
            paid += line.amount.minor
    if entry.kind is EntryKind.ALLOCATION and entry.source is not None and entry.source.kind == CREDIT_NOTE:
        found[CREDIT_NOTE, entry.source.external_id] += paid
