"""Cases and books as values, for what is decided without a store."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from ledger.money import Money
from ledger.posting import Cause
from posting.planning.books import Books, LedgerAccount
from posting.planning.case import CREDIT_NOTE, INVOICE, Case, Cash, Line, Owed, Who
from posting.rules import Booking, Kind, Place, PostingRules, Role

ORGANISATION, ENTITY, LEDGER, BANK, STRIPE = (UUID(int=n) for n in range(1, 6))
DAY = date(2026, 3, 2)
TODAY = date(2026, 3, 20)


def gbp(minor: int) -> Money:
    return Money(minor, "GBP")


def account(own: str, kind: str = "bank", **changed: Any) -> LedgerAccount:
    base = LedgerAccount(
        external_id=own, name=own.title(), kind=kind, currency="GBP", active=True, payable=kind in ("bank", "current_asset")
    )  # fmt: skip
    return replace(base, **changed)


ACCOUNTS = {
    one.external_id: one
    for one in (
        account("bank"), account("clearing"), account("clearing-eur", currency="EUR"), account("bank-usd", currency="USD"),
        account("bank-fees", "expense"), account("withheld", "current_asset"), account("rounding", "expense"),
        account("debtors", "receivable"),
    )
}  # fmt: skip

RULES = PostingRules(
    since=date(2026, 1, 1),
    places=(
        Place(role=Role.BANK, account="bank", source=str(BANK), currency="GBP"),
        Place(role=Role.BANK, account="bank-usd", source=str(BANK), currency="USD"),
        Place(role=Role.CLEARING, account="clearing", source=str(STRIPE), currency="GBP"),
        Place(role=Role.CLEARING, account="clearing-eur", source=str(STRIPE), currency="EUR"),
        Place(role=Role.BANK_FEE, account="bank-fees", tax_code="exempt"),
        Place(role=Role.WITHHOLDING, account="withheld"),
        Place(role=Role.ROUNDING, account="rounding"),
    ),
    bookings=(Booking(source=str(STRIPE), kind=Kind.CHARGE, poster="tieout", since=date(2026, 2, 1)),),
)


def books(**changed: Any) -> Books:
    base = Books(
        organisation_id=ORGANISATION, entity_id=ENTITY, connection_id=LEDGER, name="Acme Books", role="books", home="GBP",
        today=TODAY, rules=RULES, accounts=ACCOUNTS, locks={},
        receivable="debtors",
    )  # fmt: skip
    return replace(base, **changed)


def owed(own: str = "INV-1", minor: int = 10_000, *, kind: str = INVOICE, **changed: Any) -> Owed:
    base = Owed(
        document_id=UUID(int=1000 + sum(map(ord, own))), kind=kind, external_id=own, name=own, customer="bob",
        total=gbp(minor), open_minor=minor, issued_on=date(2026, 2, 1),
    )  # fmt: skip
    return replace(base, **changed)


def pays(document: Owed | None = None, minor: int | None = None, *, closed: int = 0, closes: str = "") -> Line:
    what = document or owed()
    applied = what.open_minor if minor is None else minor
    return Line(
        owed=what, applied=Money(applied, what.currency), closed=Money(closed, what.currency), closes=closes
    )  # fmt: skip


def nets(own: str = "CN-1", minor: int = 3_000, **changed: Any) -> Line:
    what = owed(own, minor, kind=CREDIT_NOTE, **changed)
    return Line(owed=what, applied=Money(-minor, what.currency), closed=Money(0, what.currency))


def cash(minor: int = 10_000, **changed: Any) -> Cash:
    base = Cash(
        receipt_id=UUID(int=77), connection_id=BANK, origin="statement", external_id="line-1", on=DAY, amount=gbp(minor),
        moved=gbp(minor), payer="Bob Ltd", reference="INV-1 thanks",
    )  # fmt: skip
    return replace(base, **changed)


def charge(minor: int = 10_000, **changed: Any) -> Cash:
    return cash(minor, **{"connection_id": STRIPE, "origin": "processor", "external_id": "ch_1", **changed})


def case(money: Cash | None = None, *lines: Line, **changed: Any) -> Case:
    base = Case(
        posting_id=UUID(int=5000), cause=Cause.MATCH, choices={}, decision="approved", cash=money or cash(),
        lines=lines or (pays(),), customers={"bob": Who(external_id="bob", name="Bob Ltd")},
    )  # fmt: skip
    return replace(base, **changed)
