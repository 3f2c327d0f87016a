"""Xero's records as values of ours: which mapper answers for which kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connectors import decode
from connectors.decode import BEYOND
from connectors.port import Context, Mapped, Record
from connectors.xero import wire
from connectors.xero.bank import bank_transaction_of, bank_transfer_of, batch_of
from connectors.xero.documents import contact_of, credit_note_of, invoice_of
from connectors.xero.payments import payment_of, prepaid_as
from connectors.xero.reading import Reading, hints, rate
from connectors.xero.reference import account_of, company_of, currency_of, organisation_of, tax_rate_of
from ledger.allocation import SourceKind
from ledger.faults import BadInput

__all__ = ["MAPPERS", "company_of", "hints", "map_record", "rate"]


def map_record(record: Record, context: Context) -> Mapped:
    """What a record means. Never raises for data."""
    struct, mapper = MAPPERS.get(record.kind, (None, None))
    if struct is None or mapper is None:
        return Mapped()
    decoded, findings = decode.decode_record(record.raw, struct, kind=record.kind, external_id=record.external_id)
    if decoded is None:
        return Mapped(findings=findings)
    reading = Reading(record, context, list(findings))
    try:
        return mapper(reading, decoded)
    except BadInput as fault:
        return reading.failed(str(fault))
    except ArithmeticError:
        return reading.failed(BEYOND)


MAPPERS: dict[str, tuple[type[wire.Wire], Callable[[Reading, Any], Mapped]]] = {
    "Organisation": (wire.Organisation, organisation_of),
    "Accounts": (wire.Account, account_of),
    "TaxRates": (wire.TaxRate, tax_rate_of),
    "Currencies": (wire.Currency, currency_of),
    "Contacts": (wire.Contact, contact_of),
    "Invoices": (wire.Invoice, invoice_of),
    "CreditNotes": (wire.CreditNote, credit_note_of),
    "Payments": (wire.Payment, payment_of),
    "BatchPayments": (wire.BatchPayment, batch_of),
    "Overpayments": (wire.Prepaid, prepaid_as(SourceKind.OVERPAYMENT)),
    "Prepayments": (wire.Prepaid, prepaid_as(SourceKind.PREPAYMENT)),
    "BankTransactions": (wire.BankTransaction, bank_transaction_of),
    "BankTransfers": (wire.BankTransfer, bank_transfer_of),
}
