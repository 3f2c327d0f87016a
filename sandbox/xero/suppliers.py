"""Suppliers and their bills, which stand in the same lists as the customers' documents and are none of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sandbox.xero.allocations import allocate
from sandbox.xero.banking import save_transaction
from sandbox.xero.batches import pay_batch
from sandbox.xero.books import Place
from sandbox.xero.chart import BANK
from sandbox.xero.clerk import Clerk
from sandbox.xero.payments import pay
from sandbox.xero.steps import Step

TIMBER, TOOLS = "Northern Timber Merchants", "Dales Tools & Fixings"
_BILLS = (
    (TIMBER, "NT-8801", "1840.00"),
    (TOOLS, "D/2291", "312.50"),
    (TIMBER, "NT-8855", "990.40"),
    (TOOLS, "D/2340", "75.00"),
)
_SPAN = timedelta(days=90)  # the last months before today, or less where the books are younger


@dataclass
class _Held:
    """The ids of what has been entered so far."""

    bills: dict[str, str]
    credit: str = ""


def supplier_steps(clerk: Clerk, first: date, today: date) -> list[Step]:
    """Four bills, one paid alone, two in a batch, one open and credited in part, and money paid to a supplier too much."""
    start = max(first, today - _SPAN)
    held = _Held({})
    steps: list[Step] = []

    def add(days: int, rank: int, what: Callable[[date], None]) -> None:
        on = min(start + timedelta(days=days), today)
        steps.append(Step(on, rank, f"supplier/{len(steps)}", lambda: what(on)))

    for place, (supplier, number, amount) in enumerate(_BILLS):
        add(place * 9, 0, _bill(clerk, held, supplier, number, Decimal(amount)))
    add(21, 4, lambda on: _pay(clerk, held, "NT-8801", on))
    add(44, 4, lambda on: _batch(clerk, held, on))
    add(47, 1, lambda on: _credit(clerk, held, on))
    add(48, 5, lambda on: _apply(clerk, held, on))
    add(50, 4, lambda on: _overpay(clerk, on))
    return steps


def _bill(clerk: Clerk, held: _Held, supplier: str, number: str, amount: Decimal) -> Callable[[date], None]:
    def enter(on: date) -> None:
        held.bills[number] = clerk.bill(supplier, number, on, amount)

    return enter


def _pay(clerk: Clerk, held: _Held, number: str, on: date) -> None:
    due = clerk.books.need("Invoices", held.bills[number], "Bill")["AmountDue"]
    body = {"Invoice": {"InvoiceID": held.bills[number]}, "Account": {"Code": BANK}, "Date": on.isoformat()}
    pay(clerk.books, {**body, "Amount": due, "Reference": number})


def _batch(clerk: Clerk, held: _Held, on: date) -> None:
    bills = [held.bills[number] for number in ("D/2291", "D/2340")]
    parts = [
        {"Invoice": {"InvoiceID": bill}, "Amount": clerk.books.need("Invoices", bill, "Bill")["AmountDue"]}
        for bill in bills
    ]
    pay_batch(
        clerk.books, {"Account": {"Code": BANK}, "Date": on.isoformat(), "Details": TOOLS[:18], "Payments": parts}
    )


def _credit(clerk: Clerk, held: _Held, on: date) -> None:
    held.credit = clerk.bill(TIMBER, "NT-CR-12", on, Decimal("120.00"), credit=True)


def _apply(clerk: Clerk, held: _Held, on: date) -> None:
    body = {"Invoice": {"InvoiceID": held.bills["NT-8855"]}, "Amount": Decimal("100.00"), "Date": on.isoformat()}
    allocate(clerk.books, Place("CreditNotes", held.credit), body)


def _overpay(clerk: Clerk, on: date) -> None:
    line = {"Description": "Paid twice", "UnitAmount": Decimal("55.00")}
    body = {"Type": "SPEND-OVERPAYMENT", "Contact": {"Name": TOOLS}, "BankAccount": {"Code": BANK}}
    save_transaction(clerk.books, {**body, "Date": on.isoformat(), "LineItems": [line]}, create=True)
