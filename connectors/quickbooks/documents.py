"""Invoices and credit memos.

Quirks: there is no status field (paid is a balance of 0, void is a total of 0 with a note that says so); a deposit taken
with the invoice stands on it and lowers its balance without a payment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from connectors.port import Mapped
from connectors.quickbooks import wire
from connectors.quickbooks.reading import Reading, custom_texts, hints, name_of, updated, value_of, voided
from ledger.allocation import Allocation, Basis, SourceKind, TargetKind
from ledger.credit import CreditNote
from ledger.faults import FinerThanMinorUnit
from ledger.invoice import Invoice, InvoiceLine
from ledger.money import Money

_PO_NUMBER = re.compile(r"\b(?:p\.?\s?o\.?|purchase\s+order)(?:\b|\s|#|$)", re.IGNORECASE)
_DETAILS = frozenset({"SalesItemLineDetail", "DiscountLineDetail", "DescriptionOnly", "TaxLineDetail"})
_TOTALS = frozenset({"SubTotalLineDetail"})


def invoice(reading: Reading, sale: wire.Sale) -> Mapped:
    currency = reading.currency(sale.currency_ref, sale.exchange_rate)
    total = reading.money(sale.total_amt, currency, "TotalAmt")
    is_void = voided(sale)
    deposit = Money.of(sale.deposit, currency) if sale.deposit else None
    owed = total - deposit if deposit else total
    left = Money(0, currency) if is_void else reading.left(sale.balance, owed, "Balance")
    memo = value_of(sale.customer_memo)
    value = Invoice(
        external_id=reading.own_id,
        number=sale.doc_number or None,
        customer_external_id=reading.customer(sale.customer_ref),
        issued_on=reading.day(sale.txn_date, "TxnDate"),
        due_on=reading.day(sale.due_date, "DueDate"),
        total=total,
        tax_total=_tax(sale, currency),
        open_amount=left,
        status="void" if is_void else "open" if left else "paid",
        po_number=_po_number(sale.custom_field),
        memo=sale.private_note or memo,
        terms=name_of(sale.sales_term_ref),
        exchange_rate=reading.rate(sale, currency),
        home_total=reading.home(total, sale.home_total_amt, sale.exchange_rate),
        deposit=deposit,
        sent=_sent(sale),
        ar_account=value_of(sale.ar_account_ref),
        hints=hints(sale.private_note, memo, sale.doc_number, *custom_texts(sale.custom_field)),
        lines=_lines(reading, sale.line, currency),
        updated_at=updated(sale.meta_data),
    )
    if deposit is None or is_void:
        return reading.done(value)
    return reading.done(value, _deposit(value, deposit))


def _deposit(value: Invoice, deposit: Money) -> Allocation:
    """What was paid with the invoice itself: source and target are one, so its date is the invoice's."""
    return Allocation(
        external_id=f"{value.external_id}/deposit",
        source_kind=SourceKind.INVOICE_DEPOSIT,
        source_external_id=value.external_id,
        target_kind=TargetKind.INVOICE,
        target_external_id=value.external_id,
        amount=deposit,
        source_amount=deposit,
        applied_on=value.issued_on,
        basis=Basis.STATED,
        exchange_rate=value.exchange_rate,
        updated_at=value.updated_at,
    )


def credit_memo(reading: Reading, sale: wire.Sale) -> Mapped:
    currency = reading.currency(sale.currency_ref, sale.exchange_rate)
    total = reading.money(sale.total_amt, currency, "TotalAmt")
    is_void = voided(sale)
    stated = sale.balance if sale.remaining_credit is None else sale.remaining_credit
    left = Money(0, currency) if is_void else reading.left(stated, total, "RemainingCredit")
    return reading.done(
        CreditNote(
            external_id=reading.own_id,
            number=sale.doc_number or None,
            customer_external_id=reading.customer(sale.customer_ref),
            issued_on=reading.day(sale.txn_date, "TxnDate"),
            total=total,
            tax_total=_tax(sale, currency),
            open_amount=left,
            status="void" if is_void else "open" if left else "applied",
            invoice_external_id=value_of(sale.invoice_ref),
            reference=sale.private_note or value_of(sale.customer_memo),
            exchange_rate=reading.rate(sale, currency),
            home_total=reading.home(total, sale.home_total_amt, sale.exchange_rate),
            ar_account=value_of(sale.ar_account_ref),
            updated_at=updated(sale.meta_data),
        )
    )


def _tax(sale: wire.Sale, currency: str) -> Money:
    tax = sale.txn_tax_detail.total_tax if sale.txn_tax_detail else None
    return Money.of(tax or Decimal(0), currency)


def _po_number(fields: Iterable[wire.CustomField] | None) -> str | None:
    return next((item.string_value for item in fields or () if item.name and _PO_NUMBER.search(item.name)), None)


def _sent(sale: wire.Sale) -> bool | None:
    if sale.email_status is None and sale.print_status is None:
        return None
    return sale.email_status == "EmailSent" or sale.print_status == "PrintComplete"


def _flat(lines: Iterable[wire.Line] | None) -> Iterator[wire.Line]:
    """The lines of a bundle in its place; totals, which repeat the others, left out."""
    for line in lines or ():
        if line.group_line_detail is not None:
            yield from _flat(line.group_line_detail.line)
        elif line.detail_type not in _TOTALS:
            yield line


def _lines(reading: Reading, lines: Iterable[wire.Line] | None, currency: str) -> tuple[InvoiceLine, ...]:
    found = []
    for position, line in enumerate(_flat(lines), start=1):
        if line.detail_type not in _DETAILS:
            reading.note(
                "unknown_line", f"line {position} is of the unknown type {line.detail_type!r}.", field_name="Line"
            )
        amount = _line_amount(reading, line, currency)
        detail = line.sales_item_line_detail or wire.SalesItem()
        found.append(
            InvoiceLine(
                position=position,
                description=line.description or "",
                amount=-amount if line.detail_type == "DiscountLineDetail" else amount,
                quantity=detail.qty,
                unit_price=detail.unit_price,
                item=name_of(detail.item_ref),
                account=value_of(detail.item_account_ref),
                tax_code=value_of(detail.tax_code_ref),
            )
        )
    return tuple(found)


def _line_amount(reading: Reading, line: wire.Line, currency: str) -> Money:
    """A line finer than the minor unit is told and read as 0: what is owed is the total."""
    try:
        return Money.of(line.amount or Decimal(0), currency)
    except FinerThanMinorUnit as fault:
        reading.note("line_too_fine", str(fault), field_name="Line")
        return Money(0, currency)
