"""The other side of the ledger: a few suppliers and their bills, which no reader of receivables may take for sales."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from sandbox.xero.desk import chart
from sandbox.xero.desk.books import Books
from sandbox.xero.desk.clerk import Clerk, Terms
from sandbox.xero.desk.lines import line
from sandbox.xero.desk.people import People
from sandbox.xero.desk.wire import ONE_RATE, Record

_BILLS = (
    ("Dale Timber Merchants", "DT-88120", Decimal("1840.00"), True),
    ("Dale Timber Merchants", "DT-88301", Decimal("962.50"), False),
    ("Ribble Fixings", "4471", Decimal("215.40"), True),
    ("Calder Energy", "INV-0007", Decimal("388.15"), False),
)
_CREDIT = ("Ribble Fixings", "CR-19", Decimal("40.00"))
Later = Callable[[date, str, Callable[[], None]], None]


def enter_suppliers(books: Books, clerk: Clerk, first: date, later: Later) -> None:
    """Asks through `later(day, name, enter)` for each bill to be entered on its day, from `first` on."""
    for place, (name, number, amount, paid) in enumerate(_BILLS):
        on = min(first + timedelta(days=20 * place + 3), books.today() - timedelta(days=1))
        later(
            on,
            f"bill {number}",
            lambda *_, n=name, d=on, r=number, a=amount, p=paid: _bill(books, clerk, n, d, r, a, p),
        )
    name, number, amount = _CREDIT
    on = min(first + timedelta(days=50), books.today() - timedelta(days=1))
    later(on, f"supplier credit {number}", lambda: _credit(books, clerk, name, on, number, amount))


def _document(books: Books, type_: str, name: str, on: date, amount: Decimal) -> Record:
    tax = (amount / 5).quantize(Decimal("0.01"))
    return {
        "Type": type_,
        "Status": "AUTHORISED",
        "ContactID": People(books).named(name),
        "Date": on.isoformat(),
        "CurrencyCode": books.home,
        "CurrencyRate": ONE_RATE,
        "LineAmountTypes": "Exclusive",
        "LineItems": [line(books.new_id(), "Materials", amount, tax, chart.code("purchases"), sale=False)],
    }


def _bill(books: Books, clerk: Clerk, name: str, on: date, number: str, amount: Decimal, paid: bool) -> None:  # noqa: FBT001
    record = _document(books, "ACCPAY", name, on, amount)
    record |= {"InvoiceNumber": number, "DueDate": (on + timedelta(days=30)).isoformat()}
    made = clerk.document("Invoices", record)
    if paid:
        terms = Terms(on.isoformat(), books.roles["bank"], None, number)
        clerk.pay("Invoices", made["InvoiceID"], made["Total"], terms)


def _credit(books: Books, clerk: Clerk, name: str, on: date, number: str, amount: Decimal) -> None:
    clerk.document("CreditNotes", {**_document(books, "ACCPAYCREDIT", name, on, amount), "CreditNoteNumber": number})
