"""Which noun each kind of record is, and the one door to its mapping."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from connectors import decode
from connectors.decode import BEYOND
from connectors.port import Context, Mapped, Record
from connectors.quickbooks import bank, cash, documents, journals, reference, wire
from connectors.quickbooks.reading import Reading
from ledger.faults import BadInput

company_of = reference.company_of
multi_currency = reference.multi_currency


def map_record(record: Record, context: Context) -> Mapped:
    """What a record means. Never raises for data; nothing for kinds that are read only to be kept (terms, items)."""
    struct, mapper = MAPPERS.get(record.kind, (None, None))
    if struct is None or mapper is None or record.deleted:
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


MAPPERS: Mapping[str, tuple[type[wire.Wire], Callable[[Reading, Any], Mapped]]] = {
    "CompanyInfo": (wire.CompanyInfo, reference.company),
    "Account": (wire.Account, reference.account),
    "TaxRate": (wire.TaxRate, reference.tax_rate),
    "ExchangeRate": (wire.ExchangeRate, reference.exchange_rate),
    "Customer": (wire.Customer, reference.customer),
    "Invoice": (wire.Sale, documents.invoice),
    "CreditMemo": (wire.Sale, documents.credit_memo),
    "Payment": (wire.Payment, cash.payment),
    "RefundReceipt": (wire.Sale, cash.refund_receipt),
    "SalesReceipt": (wire.Sale, bank.sales_receipt),
    "Deposit": (wire.Deposit, bank.deposit),
    "Purchase": (wire.Purchase, bank.purchase),
    "Transfer": (wire.Transfer, bank.transfer),
    "JournalEntry": (wire.Transaction, journals.journal_entry),
}
