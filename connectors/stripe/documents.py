"""Customers, invoices and credit notes as values."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from connectors.port import Value
from connectors.stripe import wire
from connectors.stripe.currency import known_currency, money, unit_price
from connectors.stripe.hints import hints_of
from connectors.stripe.views import View
from ledger.allocation import Allocation, Basis, SourceKind, TargetKind
from ledger.credit import CreditNote
from ledger.customer import Customer
from ledger.invoice import STATUSES, Invoice, InvoiceLine
from ledger.money import Money

_SETTLED = frozenset({"draft", "paid", "void"})


def customer_values(customer: wire.Customer, view: View) -> Iterator[Value]:
    """A customer that was deleted at Stripe is often but an id: its name is then the id."""
    currency = known_currency(customer.currency)
    if customer.currency and currency is None:
        sentence = f"customer {view.record.external_id} has the currency {customer.currency[:40]!r}, which is none; it stands without."
        view.warn("unknown_currency", sentence, "currency")
    names = (customer.name, customer.business_name, customer.individual_name, customer.email, customer.description)
    yield Customer(
        external_id=view.record.external_id,
        name=next((name for name in names if name), view.record.external_id),
        email=customer.email,
        phone=customer.phone,
        country=customer.address.country if customer.address else None,
        currency=currency,
        status="deleted" if view.record.deleted or customer.deleted else "active",
        balance=money(customer.balance, currency) if currency and customer.balance is not None else None,
        updated_at=view.record.updated_at,
    )


def invoice_values(invoice: wire.Invoice, view: View) -> Iterator[Value]:
    """Open is what remains of an invoice that is owed; of the other known statuses nothing."""
    status = view.known("status", invoice.status, STATUSES, read_as="open")  # the figures go by the amounts
    currency = invoice.currency
    times = invoice.status_transitions or wire.Transitions()
    total = money(invoice.total, currency)
    nothing = Money.zero(total.currency)
    if view.record.deleted:
        status = "void"  # only a draft can be deleted
    settled = status in _SETTLED
    texts = (invoice.description, *(one.value for one in invoice.custom_fields or ()))
    yield Invoice(
        external_id=view.record.external_id,
        number=invoice.number,
        customer_external_id=wire.ref(invoice.customer) or invoice.customer_account,
        issued_on=view.day(invoice.effective_at or times.finalized_at or invoice.created),
        due_on=view.day(invoice.due_date),
        total=total,
        tax_total=_tax(invoice, currency),
        open_amount=nothing if settled else money(_left(invoice, view), currency),
        status=status,
        po_number=_po_number(invoice),
        memo=invoice.description,
        home_total=view.home(total),
        hints=hints_of(invoice.number, invoice.metadata, texts),
        lines=tuple(_lines(invoice, view)),
        updated_at=view.record.updated_at,
    )


def _left(invoice: wire.Invoice, view: View) -> int:
    """In Stripe's units. Where it is missing, what was due less what was paid: silence settles no debt."""
    if invoice.amount_remaining is not None:
        return invoice.amount_remaining
    due = invoice.total if invoice.amount_due is None else invoice.amount_due
    view.warn(
        "amount_missing",
        f"invoice {invoice.number or view.record.external_id} came without amount_remaining; what was due less what is said "
        "to be paid was read as open.",
        "amount_remaining",
    )
    return due - (invoice.amount_paid or 0)


def _lines(invoice: wire.Invoice, view: View) -> Iterator[InvoiceLine]:
    listing = invoice.lines or wire.Lines()
    if listing.has_more:
        view.warn(
            "lines_cut",
            f"invoice {invoice.number or view.record.external_id} came with a part of its lines; its total is right.",
            "lines",
        )
    for position, line in enumerate(listing.data or (), start=1):
        quantity = line.quantity_decimal
        if quantity is None and line.quantity is not None:
            quantity = Decimal(line.quantity)
        pricing = line.pricing or wire.Pricing()
        details = pricing.price_details or wire.PriceDetails()
        price = pricing.unit_amount_decimal
        yield InvoiceLine(
            position=position,
            description=line.description or "",
            amount=money(line.amount, invoice.currency),
            quantity=quantity,
            unit_price=None if price is None else unit_price(price, invoice.currency),
            tax=money(sum(tax.amount or 0 for tax in line.taxes), invoice.currency) if line.taxes else None,
            item=wire.ref(details.product) or wire.ref(details.price),
        )


def _tax(document: wire.Invoice | wire.CreditNote, currency: str) -> Money:
    if document.total_taxes is not None:
        return money(sum(tax.amount or 0 for tax in document.total_taxes), currency)
    if document.total_excluding_tax is not None:
        return money(document.total - document.total_excluding_tax, currency)
    return money(0, currency)


def _po_number(invoice: wire.Invoice) -> str | None:
    for one in invoice.custom_fields or ():
        if one.name and one.value and one.name.lower().replace(".", "").startswith(("po ", "po-", "purchase order")):
            return one.value
    return None


def credit_note_values(note: wire.CreditNote, view: View) -> Iterator[Value]:
    """A note is used up as it is issued: part lowers the invoice, part is refunded, credited or settled outside."""
    status = view.known("status", note.status, ("issued", "void"))
    if note.type is not None:
        view.known("type", note.type, ("pre_payment", "post_payment", "mixed"))
    currency = note.currency
    total = money(note.total, currency)
    issued_on = view.day(note.effective_at or note.created)
    yield CreditNote(
        external_id=view.record.external_id,
        number=note.number,
        customer_external_id=wire.ref(note.customer),
        issued_on=issued_on,
        total=total,
        tax_total=_tax(note, currency),
        open_amount=Money.zero(total.currency),
        status="void" if status == "void" else "applied",
        invoice_external_id=wire.ref(note.invoice),
        reference=note.memo or note.reason,
        home_total=view.home(total),
        updated_at=view.record.updated_at,
    )
    yield from _credit_allocations(note, view)


def _credit_allocations(note: wire.CreditNote, view: View) -> Iterator[Value]:
    invoice = wire.ref(note.invoice)
    applied_on = view.day(note.effective_at or note.created)
    before = note.pre_payment_amount
    if before is None and note.type == "pre_payment":
        before = note.total
    parts = [(invoice, TargetKind.INVOICE, before)]
    parts += [(wire.ref(one.refund), TargetKind.REFUND, one.amount_refunded) for one in note.refunds or ()]
    for target, kind, amount in parts:
        if target and amount:
            yield Allocation(
                external_id=f"{view.record.external_id}/{target}",
                source_kind=SourceKind.CREDIT_NOTE,
                source_external_id=view.record.external_id,
                target_kind=kind,
                target_external_id=target,
                amount=money(amount, note.currency),
                source_amount=money(amount, note.currency),
                applied_on=applied_on,
                basis=Basis.STATED,
                reversed_on=view.day(note.voided_at) if note.status == "void" else None,
                updated_at=view.record.updated_at,
            )
