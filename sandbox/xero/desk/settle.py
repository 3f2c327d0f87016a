"""What Xero works out from the links: paid, credited, due and remaining amounts, and the status that follows."""

from __future__ import annotations

from decimal import Decimal

from sandbox.xero.desk.books import Allocation, Books
from sandbox.xero.desk.wire import ZERO, Record

LIVE = frozenset({"AUTHORISED", "PAID"})


def live_payments(books: Books, document: str) -> list[Record]:
    return [
        payment
        for payment in (books.need("Payments", key) for key in books.payments_on.get(document, ()))
        if payment["Status"] == "AUTHORISED"
    ]


def live_allocations(allocations: list[Allocation]) -> list[Allocation]:
    return [one for one in allocations if not one.deleted]


def settle_invoice(books: Books, invoice: Record) -> None:
    """Amounts, status and FullyPaidOnDate of an invoice or bill from what stands on it now."""
    payments = live_payments(books, invoice["InvoiceID"])
    credits_ = live_allocations(books.allocations_on.get(invoice["InvoiceID"], []))
    paid = sum((one["Amount"] for one in payments), ZERO)
    credited = sum((one.amount for one in credits_), ZERO)
    invoice["AmountPaid"] = paid
    invoice["AmountCredited"] = credited
    dead = invoice["Status"] in {"VOIDED", "DELETED"}
    due: Decimal = ZERO if dead else invoice["Total"] - paid - credited
    invoice["AmountDue"] = due
    invoice.pop("FullyPaidOnDate", None)
    if invoice["Status"] in LIVE:
        invoice["Status"] = "AUTHORISED" if due else "PAID"
        if not due:
            days = [*(one["Date"] for one in payments), *(one.on for one in credits_)]
            invoice["FullyPaidOnDate"] = max(days, default=invoice["Date"])


def settle_credit(books: Books, id_field: str, credit: Record) -> None:
    """RemainingCredit and status of a credit note, overpayment or prepayment."""
    allocations = live_allocations(books.allocations_of.get(credit[id_field], []))
    refunds = live_payments(books, credit[id_field])
    used = sum((one.amount for one in allocations), ZERO) + sum((one["Amount"] for one in refunds), ZERO)
    dead = credit["Status"] in {"VOIDED", "DELETED"}
    credit["RemainingCredit"] = ZERO if dead else credit["Total"] - used
    credit.pop("FullyPaidOnDate", None)
    if credit["Status"] in LIVE:
        credit["Status"] = "AUTHORISED" if credit["RemainingCredit"] else "PAID"
        if credit["Status"] == "PAID" and id_field == "CreditNoteID":
            days = [*(one["Date"] for one in refunds), *(one.on for one in allocations)]
            credit["FullyPaidOnDate"] = max(days, default=credit["Date"])
