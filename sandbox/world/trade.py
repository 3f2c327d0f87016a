"""The ordinary life of a ledger: invoices and how they are paid, month by month, in each of its currencies."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sandbox.world import plan
from sandbox.world.currencies import first_of_month
from sandbox.world.entity import EntityDraft


def first_day(today: date, months: int) -> date:
    """The first day of trade: of as many months as that, the one of yesterday being the last."""
    return first_of_month(today - timedelta(days=1), 1 - months)


def ordinary(entity: EntityDraft, count: int, months: int) -> None:
    """`count` invoices over the months to customers that pay by bank; about four in five are paid."""
    span = (entity.today - first_day(entity.today, months)).days
    everyone = [*entity.locals, *entity.clients]
    for number in range(count):
        # Spread evenly with some jitter, so that each month and each age has its share.
        days = max(1, span - number * span // count - entity.chance.randint(0, 5))
        customer = everyone[number % len(everyone)]
        issued_on = entity.today - timedelta(days=days)
        order = f"PO-{entity.chance.randint(10_000, 69_999)}" if entity.chance.random() < 0.25 else None
        invoice = entity.books.invoice(customer, issued_on, po_number=order)
        _settle(entity, customer, invoice)


def _settle(entity: EntityDraft, customer: plan.Customer, invoice: plan.Invoice) -> None:
    paid_on = invoice.issued_on + timedelta(days=entity.chance.randint(6, 55))
    if paid_on > entity.books.last_day or entity.chance.random() < 0.09:
        return  # not due yet, or owed for long
    method = entity.chance.choice(
        ("Bank transfer", "Bank transfer", "Check" if entity.provider == "quickbooks" else "Cheque")
    )
    fields: dict[str, Any] = {"method": method, "reference": invoice.number if entity.chance.random() < 0.6 else None}
    reconciled = (entity.today - paid_on).days > 30
    if entity.chance.random() < 0.07:
        first = invoice.total * 2 // 5
        entity.books.pay(customer, paid_on, [(invoice, first)], reconciled=reconciled, **fields)
        later = entity.after(paid_on, 10, 30)
        entity.books.pay(customer, later, [(invoice, invoice.total - first)], **fields)
        return
    entity.books.pay(customer, paid_on, [(invoice, invoice.total)], reconciled=reconciled, **fields)


def abroad(entity: EntityDraft, months: int) -> None:
    """For each foreign customer a document every month, most of them paid at the rate of another month."""
    for customer in entity.foreign:
        month = first_day(entity.today, months)
        while month <= entity.books.last_day:
            last = min(first_of_month(month, 1) - timedelta(days=1), entity.books.last_day)
            issued_on = month + timedelta(days=entity.chance.randint(0, (last - month).days))
            invoice = entity.books.invoice(customer, issued_on)
            paid_on = issued_on + timedelta(days=entity.chance.randint(20, 50))
            if paid_on <= entity.books.last_day and entity.chance.random() < 0.8:
                entity.books.pay(customer, paid_on, [(invoice, invoice.total)], reference=invoice.number)
            month = first_of_month(month, 1)


def together(entity: EntityDraft, count: int) -> None:
    """Payments of several invoices at once."""
    for _ in range(count):
        client = entity.next_client()
        invoices = [entity.debt(client, issued_on=entity.ago(70, 160)) for _ in range(3)]
        on = entity.after(max(invoice.issued_on for invoice in invoices), 10, 40)
        reference = f"{invoices[0].number} to {invoices[-1].number}"
        entity.books.pay(client, on, [(invoice, invoice.total) for invoice in invoices], reference=reference)
