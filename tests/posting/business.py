"""A ledger with a bank and a processor beside it, straight in the store; decisions made of it go to the outbox."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from connectors.writing import Standing
from ledger.account import Account
from ledger.balance import BalanceTransaction
from ledger.bank_entry import BankEntry
from ledger.entry import Entry
from ledger.money import Money
from ledger.posting import Cause, EntryState, PostingState
from posting.encoded import body_of, content_of
from posting.planning.books import Books as Written
from posting.planning.books import books_of
from posting.planning.plan import neutral
from posting.rules import Booking, Kind, Mode, Place, PostingRules, Role
from posting.ruling import load, save_in
from reconcile.books.by_hand import match_by_hand
from store import outbox, outbox_entries
from store.audit import lock
from store.database import Connection, Database
from store.queries.documents import find_receipt
from store.scope import Scope
from sync.settle import Settling, settle
from tests.reconcile.books.books import DAY, Books, charge, customer, make_books

PERSON = "ann@acme.example"
OTHER = "eve@acme.example"


@dataclass
class Business:
    """`books`: the store around it. `bank`: the connection of its statement."""

    books: Books
    bank: Scope

    @property
    def database(self) -> Database:
        return self.books.database

    @property
    def organisation_id(self) -> UUID:
        return self.books.place.organisation_id

    def now(self) -> Any:
        return self.books.now()

    def put(self, *values: Any) -> None:
        self.books.put(self.books.xero, *values)

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        with self.database.write() as connection:
            lock(connection, self.organisation_id)
            yield connection

    def rule(self, **changed: Any) -> None:
        """Other rules from now on."""
        with self.alone() as connection:
            before, _ = load(connection, self.organisation_id, self.books.place.entity_id)
            rules = msgspec.structs.replace(before, **changed)
            save_in(
                connection, self.organisation_id, self.books.place.entity_id, rules, note="changed", by=PERSON, now=self.now()
            )  # fmt: skip

    def written(self, connection: Connection) -> Written:
        rules, _ = load(connection, self.organisation_id, self.books.place.entity_id)
        return books_of(connection, self.organisation_id, self.books.xero.connection_id, rules, now=self.now())

    def line(self, own: str, minor: int, *, on: date = DAY, payer: str = "Bob Ltd", text: str = "") -> UUID:
        """A line of the bank's statement, and the receipt it becomes."""
        kind = "credit" if minor > 0 else "reversal"
        entry = BankEntry(
            external_id=own, kind=kind, moved_on=on, amount=Money(minor, "GBP"), account=None, counterparty=payer,
            memo=text or None,
        )  # fmt: skip
        self.books.put(self.bank, entry)
        settle(Settling(self.database, self.bank, self.books.place.entity_id, "statement"), self.now)
        found: UUID = self.books.receipt(own).id
        return found

    def charged(self, own: str, minor: int) -> UUID:
        """A charge with what it came to on the processor's balance."""
        gross = Money(minor, "GBP")
        moved = BalanceTransaction(
            external_id=f"txn_{own}", created_at=self.now(), booked_on=DAY, gross=gross, fee=Money(30, "GBP"),
            net=Money(minor - 30, "GBP"), type="charge", reporting_category="charge", status="available",
            source_external_id=own,
        )  # fmt: skip
        self.books.put(self.books.stripe, moved, charge(own, minor, balance_transaction=moved.external_id))
        self.books.settle()
        found: UUID = self.books.receipt(own).id
        return found

    def accept(self, receipt_id: UUID, *numbers: str, scope: Scope | None = None) -> Any:
        """A person matches it to these invoices of the ledger; gives the posting that the approval wrote."""
        ids = [self.books.invoice_id(scope or self.books.xero, one) for one in numbers]
        with self.database.read() as connection:
            revision = find_receipt(connection, self.organisation_id, receipt_id).revision
        match_id, _ = match_by_hand(self.books.deciding(PERSON), receipt_id, ids, seen=revision, now=self.now())
        return self.posting(Cause.MATCH, str(match_id))

    def posting(self, cause: Cause, cause_id: str) -> Any:
        with self.database.read() as connection:
            return outbox.of_cause(connection, self.organisation_id, cause, cause_id)

    def again(self, posting: Any) -> Any:
        """The posting as it is now."""
        with self.database.read() as connection:
            return outbox.find(connection, self.organisation_id, posting if isinstance(posting, UUID) else posting.id)

    def choose(self, posting: Any, **choices: str) -> None:
        """What a person said for this one."""
        with self.alone() as connection:
            outbox.change(connection, self.organisation_id, [posting.id], choices=choices)

    def plan(self, posting: Any) -> tuple[Entry, ...]:
        with self.database.read() as connection:
            return neutral(connection, self.written(connection), self.again(posting))[0]

    def stand(self, posting: Any, *standing: Standing) -> tuple[Entry, ...]:
        """The entries of a posting as if they had been written: its first records stand as told."""
        made = self.plan(posting)
        row = self.again(posting)
        with self.alone() as connection:
            rows = [
                {
                    "organisation_id": self.organisation_id, "id": outbox_entries.entry_id(row.id, entry.write_id),
                    "posting_id": row.id, "connection_id": row.connection_id, "position": n, "write_id": entry.write_id,
                    "kind": entry.kind.value, "body": body_of(entry), "currency": entry.amount.currency,
                    "amount_minor": entry.amount.minor, "dated_on": entry.on, "account_external_id": entry.account,
                    "state": EntryState.POSTED.value if n <= len(standing) else EntryState.WAITING.value,
                    "record_kind": standing[n - 1].kind if n <= len(standing) else None,
                    "external_id": standing[n - 1].external_id if n <= len(standing) else None,
                    "standing": content_of(standing[n - 1]) if n <= len(standing) else None,
                    "created_at": self.now(), "updated_at": self.now(),
                }
                for n, entry in enumerate(made, 1)
            ]  # fmt: skip
            outbox_entries.replace_waiting(connection, self.organisation_id, [row.id], rows)
            for state, before in (
                (PostingState.POSTING, PostingState.READY),
                (PostingState.POSTED, PostingState.POSTING),
            ):
                outbox.move(
                    connection, self.organisation_id, [row.id], state, expected=(before,), by="test", reason="as if",
                    now=self.now(),
                )  # fmt: skip
        return made


def account(own: str, kind: str = "bank", **changed: Any) -> Account:
    content: dict[str, Any] = {"payments_enabled": kind in ("bank", "current_asset")}
    return Account(external_id=own, name=own.title(), kind=kind, provider_type=kind.upper(), **{**content, **changed})


def make_business(database: Database) -> Business:
    """Bob owes nothing yet; the rules name an account for everything, and nobody is limited."""
    books = make_books(database)
    made = Business(books, books.place.connect("statement", "bank-1"))
    made.put(
        account("bank"), account("clearing"), account("fees", "expense"), account("withheld", "current_asset"),
        account("rounded", "expense"), account("discounts", "income"), account("bad", "expense"),
        account("debtors", "receivable"), account("suspense", "current_asset"), customer("bob"),
        customer("eve", name="Eve Ltd", email=None),
    )  # fmt: skip
    rules = PostingRules(
        mode=Mode.BY_HAND,
        places=(
            Place(role=Role.BANK, account="bank"), Place(role=Role.CLEARING, account="clearing"),
            Place(role=Role.BANK_FEE, account="fees"), Place(role=Role.WITHHOLDING, account="withheld"),
            Place(role=Role.ROUNDING, account="rounded"), Place(role=Role.DISCOUNT, account="discounts", item="item-d"),
            Place(role=Role.BAD_DEBT, account="bad"), Place(role=Role.SUSPENSE, account="suspense"),
        ),
        bookings=(Booking(source=str(books.stripe.connection_id), kind=Kind.CHARGE, poster="tieout"),),
    )  # fmt: skip
    with made.alone() as connection:
        save_in(
            connection, made.organisation_id, books.place.entity_id, rules, note="set up", by=PERSON, now=made.now()
        )  # fmt: skip
    return made
