"""A business written straight into the store: a ledger, a processor, what is open and what came in."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from ledger.allocation import Allocation, Basis, SourceKind, TargetKind
from ledger.charge import Charge, PaymentLink
from ledger.customer import Customer
from ledger.invoice import Invoice
from ledger.money import Money
from ledger.payment import Payment
from reconcile.books.decisions import Deciding
from reconcile.books.run import Reconciled, reconcile_entity
from store import tenancy
from store.database import Database
from store.scope import Scope
from store.tables.matching import match_lines, matches, mirrors, receipts
from store.tables.pulled import NOUN_NAMED
from sync.settle import Settling, settle
from tests.store.place import NOW, Place, make_place, record_of

DAY = date(2026, 3, 2)
INVOICES = NOUN_NAMED["invoices"].table


@dataclass
class Books:
    """One entity with Xero as its ledger and Stripe beside it; every write is later than the one before."""

    place: Place
    xero: Scope
    stripe: Scope
    moments: Any = field(default_factory=lambda: (NOW + timedelta(seconds=n) for n in itertools.count(1)))

    @property
    def database(self) -> Database:
        return self.place.database

    def now(self) -> Any:
        return next(self.moments)

    def put(self, scope: Scope, *values: Any) -> None:
        """Each value as the only one of a record of its own."""
        records = [record_of(value, kind=type(value).__name__, external_id=value.external_id) for value in values]
        for start in range(0, len(records), 400):
            self.place.write(scope, *records[start : start + 400], now=self.now())

    def reconcile(self) -> Reconciled:
        with self.database.read() as connection:
            entity = tenancy.find_entity(connection, self.place.organisation_id, str(self.place.entity_id))
        return reconcile_entity(self.database, self.place.organisation_id, entity, self.now)

    def settle(self, provider: str = "stripe") -> int:
        scope = self.stripe if provider == "stripe" else self.xero
        return settle(Settling(self.database, scope, self.place.entity_id, provider), self.now)

    def deciding(self, actor: str = "ann@acme.example") -> Deciding:
        return Deciding(self.database, self.place.organisation_id, actor)

    def invoice_id(self, scope: Scope, external_id: str) -> UUID:
        with self.database.read() as connection:
            query = select(INVOICES.c.id).where(scope.where(INVOICES), INVOICES.c.external_id == external_id)
            own: UUID = connection.execute(query).scalar_one()
        return own

    def links(self) -> dict[tuple[UUID, UUID], tuple[str, str]]:
        with self.database.read() as connection:
            found = connection.execute(select(mirrors)).all()
        return {(row.mirror_id, row.primary_id): (row.state, row.reason) for row in found}

    def receipt(self, external_id: str) -> Any:
        with self.database.read() as connection:
            query = select(receipts).where(receipts.c.external_id == external_id)
            return connection.execute(query.where(receipts.c.organisation_id == self.place.organisation_id)).one()

    def proposals(self, external_id: str, state: str = "proposed") -> list[Any]:
        own = self.receipt(external_id).id
        with self.database.read() as connection:
            query = (
                select(matches).where(matches.c.receipt_id == own, matches.c.state == state).order_by(matches.c.rank)
            )
            return list(connection.execute(query))

    def lines(self, match_id: UUID) -> dict[UUID, int]:
        with self.database.read() as connection:
            query = select(match_lines.c.document_id, match_lines.c.applied_minor)
            found = connection.execute(query.where(match_lines.c.match_id == match_id))
            return {row[0]: row[1] for row in found}


def make_books(database: Database, name: str = "Acme") -> Books:
    place = make_place(database, name)
    return Books(place, place.connect("xero", "tenant"), place.connect("stripe", "acct_1"))


def customer(external_id: str, name: str = "Bob Ltd", email: str | None = "bob@bob.example") -> Customer:
    return Customer(external_id=external_id, name=name, email=email, currency="GBP")


def invoice(external_id: str, minor: int, *, left: int | None = None, owner: str = "bob", **changed: Any) -> Invoice:
    content: dict[str, Any] = {
        "number": external_id, "customer_external_id": owner, "issued_on": DAY, "due_on": DAY + timedelta(days=30),
        "total": Money(minor, "GBP"), "tax_total": Money(0, "GBP"), "status": "paid" if left == 0 else "open",
        "open_amount": Money(minor if left is None else left, "GBP"),
    }  # fmt: skip
    return Invoice(external_id=external_id, **{**content, **changed})


def charge(
    external_id: str, minor: int, *, owner: str | None = "cus_bob", text: str = "", on: date = DAY, **changed: Any
) -> Charge:
    from datetime import UTC, datetime

    content: dict[str, Any] = {
        "created_at": datetime(on.year, on.month, on.day, 10, tzinfo=UTC), "charged_on": on, "amount": Money(minor, "GBP"),
        "refunded": Money(0, "GBP"), "status": "succeeded", "customer_external_id": owner, "description": text or None,
    }  # fmt: skip
    return Charge(external_id=external_id, **{**content, **changed})


def payment(external_id: str, minor: int, *, unapplied: int = 0, owner: str = "bob", **changed: Any) -> Payment:
    content: dict[str, Any] = {
        "customer_external_id": owner, "paid_on": DAY, "amount": Money(minor, "GBP"), "unapplied": Money(unapplied, "GBP"),
    }  # fmt: skip
    return Payment(external_id=external_id, **{**content, **changed})


def applied(payment_id: str, invoice_id: str, minor: int) -> Allocation:
    return Allocation(
        external_id=f"{payment_id}/{invoice_id}", source_kind=SourceKind.PAYMENT, source_external_id=payment_id,
        target_kind=TargetKind.INVOICE, target_external_id=invoice_id, amount=Money(minor, "GBP"),
        source_amount=Money(minor, "GBP"), applied_on=DAY, basis=Basis.STATED,
    )  # fmt: skip


def link(invoice_id: str, payment_id: str, minor: int) -> PaymentLink:
    return PaymentLink(
        external_id=f"inpay_{invoice_id}", invoice_external_id=invoice_id, payment_kind="charge",
        payment_external_id=payment_id, amount=Money(minor, "GBP"), requested=None, status="paid",
    )  # fmt: skip


def mirrored(count: int) -> tuple[Sequence[Invoice], Sequence[Invoice]]:
    """Invoices of the ledger and their twins at the processor, which the ledger's reference names."""
    own = [invoice(f"INV-{n:04}", 1000 + n, hints=(f"in_mirror{n:04}",)) for n in range(count)]
    twins = [invoice(f"in_mirror{n:04}", 1000 + n, owner="cus_bob", number=f"S-{n:04}") for n in range(count)]
    return own, twins
