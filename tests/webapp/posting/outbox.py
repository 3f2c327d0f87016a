"""A business whose accepted matches wait in the outbox, with rules of posting, and what may become of them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from connectors.writing import Standing
from ledger.account import Account
from ledger.balance import BalanceTransaction
from ledger.entry import Entry, EntryKind, EntryLine, LineRole, Target
from ledger.ids import derived
from ledger.money import Money
from ledger.posting import PostingState
from posting import ruling
from posting.encoded import body_of, content_of
from posting.rules import Booking, Kind, Mode, Place, PostingRules, Role
from store import outbox
from store.outbox_entries import entry_id, replace_waiting
from store.tables.posting import postings
from tests.reconcile.books.books import charge
from tests.webapp.site import Site

CLEARING, FEES = "clear-1", "fees-1"
DAY = date(2026, 3, 2)


def with_accounts(site: Site) -> None:
    books = site.books
    books.put(
        books.xero,
        Account(external_id=CLEARING, name="Stripe clearing", kind="bank", provider_type="BANK", code="610"),
        Account(external_id=FEES, name="Card fees", kind="expense", provider_type="EXPENSE", code="404"),
        Account(external_id="ar", name="Debtors", kind="receivable", provider_type="CURRENT", system_role="receivable"),
    )


def with_balance(site: Site, count: int = 3) -> None:
    """What the processor's balance says of each charge, so that it is known what reached the clearing account."""
    books = site.books
    for n in range(count):
        gross, fee = Money(10_000 + 111 * n, "GBP"), Money(170, "GBP")
        moved = BalanceTransaction(
            external_id=f"txn_{n}", created_at=datetime(2026, 3, 2, 10, tzinfo=UTC), booked_on=DAY, gross=gross, fee=fee,
            net=gross - fee, type="charge", reporting_category="charge", status="available",
            source_external_id=f"ch_{1 + n}",
        )  # fmt: skip
        named = charge(
            f"ch_{1 + n}",
            gross.minor,
            text=f"INV-{1001 + n}",
            payer_name="Bob Ltd",
            balance_transaction=moved.external_id,
        )
        books.put(books.stripe, moved, named)
    books.settle()


def switch_on(site: Site, mode: Mode = Mode.BY_HAND) -> None:
    """With the processor's payments booked by us into their clearing account."""
    books = site.books
    with_accounts(site)
    source = str(books.stripe.connection_id)
    rules = PostingRules(
        mode=mode,
        places=(Place(role=Role.CLEARING, account=CLEARING, source=source, currency="GBP"),),
        bookings=(Booking(source=source, kind=Kind.CHARGE, poster="tieout", since=date(2026, 1, 1)),),
    )
    own = books.place
    ruling.save(site.app.database, own.organisation_id, own.entity_id, rules, note="On.", by="ann", now=books.now())


def accept(site: Site, *receipts: str) -> list[UUID]:
    """Accepts the best answer of each; gives their postings."""
    for name in receipts:
        match = site.books.proposals(name)[0]
        site.books.deciding().accept(match.id, seen=site.books.receipt(name).revision, now=site.books.now())
    return [posting(site, name).id for name in receipts]


def posting(site: Site, receipt: str) -> Any:
    """The newest posting of a receipt."""
    own = site.books.receipt(receipt).id
    with site.app.database.read() as connection:
        query = select(postings).where(postings.c.receipt_id == own).order_by(postings.c.created_at.desc())
        return connection.execute(query.limit(1)).one()


def become(site: Site, posting_id: UUID, state: PostingState, reason: str = "", **values: Any) -> None:
    """Moves a posting by the states that lead there, as the worker would."""
    path = {
        PostingState.POSTING: [PostingState.POSTING],
        PostingState.FAILED: [PostingState.POSTING, PostingState.FAILED],
        PostingState.POSTED: [PostingState.POSTING, PostingState.POSTED],
        PostingState.FOUND: [PostingState.FOUND],
        PostingState.UNDONE: [PostingState.POSTING, PostingState.POSTED, PostingState.UNDOING, PostingState.UNDONE],
    }[state]
    with site.app.database.write() as connection:
        was = outbox.find(connection, site.books.place.organisation_id, posting_id)
        before = PostingState(was.state)
        for step in path:
            last = step is state
            outbox.move(
                connection, was.organisation_id, [posting_id], step, expected=(before,), by="posting",
                reason=reason or f"It is {step.value}.", now=site.books.now(), **(values if last else {}),
            )  # fmt: skip
            before = step


def write(site: Site, receipt: str, invoice: str, minor: int, *, read_minor: int | None = None) -> UUID:
    """Stores the record that a posting came to, as posted and read back. Gives the posting's id."""
    row = posting(site, receipt)
    entry = Entry(
        kind=EntryKind.RECEIPT, write_id=derived(str(row.id), "0"), on=DAY, amount=Money(minor, "GBP"), account=CLEARING,
        customer="bob",
        lines=(
            EntryLine(
                role=LineRole.PAYS, amount=Money(minor, "GBP"), document=Target(kind="invoice", external_id=invoice)
            ),
        ),
    )  # fmt: skip
    standing = Standing(
        kind="Payments", external_id=f"pay-{receipt}", version="1", amount=Money(read_minor or minor, "GBP"), on=DAY,
        account=CLEARING,
    )  # fmt: skip
    now = site.books.now()
    content = {
        "organisation_id": row.organisation_id, "id": entry_id(row.id, entry.write_id), "posting_id": row.id,
        "connection_id": row.connection_id, "position": 1, "write_id": entry.write_id, "kind": entry.kind.value,
        "body": body_of(entry), "currency": "GBP", "amount_minor": minor, "dated_on": DAY,
        "account_external_id": CLEARING, "state": "posted", "record_kind": "Payments", "external_id": standing.external_id,
        "provider_version": "1", "standing": content_of(standing), "created_at": now, "updated_at": now, "posted_at": now,
    }  # fmt: skip
    with site.app.database.write() as connection:
        replace_waiting(connection, row.organisation_id, [row.id], [content])
    own: UUID = row.id
    return own
