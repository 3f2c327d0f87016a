"""What each contact owes and is owed, as Xero shows it on the contact: raw sums, not converted to the home currency."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sandbox.xero.books import Books
from sandbox.xero.wire import ZERO, Record

_RECEIVABLE = frozenset({"ACCREC", "ACCRECCREDIT", "RECEIVE-OVERPAYMENT", "RECEIVE-PREPAYMENT"})


def roles(books: Books, contact_id: str) -> tuple[bool, bool]:
    """Is it a customer, is it a supplier? Known by the invoices and bills that name it."""
    types = set()
    for place in books.places_of.get(contact_id, ()):
        if place.kind == "Invoices":
            record = books.store.get(place.kind, place.id)
            assert record is not None
            types.add(record["Type"])
    return "ACCREC" in types, "ACCPAY" in types


def balances(books: Books, contact_id: str, today: date) -> Record:
    """Outstanding is net of open credits; Overdue is not."""
    sums: dict[str, dict[str, Decimal]] = {
        "AccountsReceivable": {"Outstanding": ZERO, "Overdue": ZERO},
        "AccountsPayable": {"Outstanding": ZERO, "Overdue": ZERO},
    }
    for place in books.places_of.get(contact_id, ()):
        record = books.store.get(place.kind, place.id)
        assert record is not None
        if record["Status"] != "AUTHORISED" or place.kind in {"Payments", "BankTransactions"}:
            continue
        side = sums["AccountsReceivable" if record["Type"] in _RECEIVABLE else "AccountsPayable"]
        if place.kind != "Invoices":
            side["Outstanding"] -= record["RemainingCredit"]
            continue
        side["Outstanding"] += record["AmountDue"]
        if record["_due"] < today:
            side["Overdue"] += record["AmountDue"]
    return {name: dict(side) for name, side in sums.items()}
