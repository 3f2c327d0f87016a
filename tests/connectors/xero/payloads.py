"""Made-up payloads in Xero's shape, and their mapping."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from connectors.port import Context, Mapped, Record
from connectors.xero.mapping import map_record

CONTEXT = Context(provider="xero", company_id="tenant", home_currency="GBP", time_zone="Europe/London")
NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
DAY = "/Date(1772409600000+0000)/"  # 2 March 2026
STAMP = "/Date(1772445600123+0000)/"
BOB = {"ContactID": "c-bob", "Name": "Bob Ltd"}

INVOICE: dict[str, Any] = {
    "InvoiceID": "i-1", "InvoiceNumber": "INV-1", "Type": "ACCREC", "Status": "AUTHORISED", "Contact": BOB, "Date": DAY,
    "DueDate": "/Date(1775001600000+0000)/", "CurrencyCode": "GBP", "Total": 120.00, "TotalTax": 20.00, "AmountDue": 70.50,
    "UpdatedDateUTC": STAMP,
}  # fmt: skip
NOTE: dict[str, Any] = {
    "CreditNoteID": "n-1", "CreditNoteNumber": "CN-1", "Type": "ACCRECCREDIT", "Status": "AUTHORISED", "Contact": BOB,
    "Date": DAY, "CurrencyCode": "GBP", "Total": 50, "TotalTax": 0, "RemainingCredit": 20, "UpdatedDateUTC": STAMP,
    "Allocations": [
        {"AllocationID": "a-1", "Invoice": {"InvoiceID": "i-1"}, "Amount": 30, "Date": DAY, "IsDeleted": False},
        {"AllocationID": "a-2", "Invoice": {"InvoiceID": "i-1"}, "Amount": 10, "Date": DAY, "IsDeleted": True},
    ],
}  # fmt: skip
PAYMENT: dict[str, Any] = {
    "PaymentID": "p-1", "PaymentType": "ACCRECPAYMENT", "Status": "AUTHORISED", "Date": DAY, "Amount": 49.5,
    "IsReconciled": "true", "Account": {"AccountID": "bank"}, "Reference": "paid ch_abcdefgh12",
    "Invoice": {"InvoiceID": "i-1", "Type": "ACCREC", "CurrencyCode": "GBP", "Contact": BOB}, "UpdatedDateUTC": STAMP,
}  # fmt: skip
PREPAID: dict[str, Any] = {
    "OverpaymentID": "o-1", "Type": "RECEIVE-OVERPAYMENT", "Status": "AUTHORISED", "Contact": BOB, "Date": DAY,
    "CurrencyCode": "GBP", "Total": 80, "RemainingCredit": 30, "UpdatedDateUTC": STAMP,
    "Allocations": [{"AllocationID": "a-9", "Invoice": {"InvoiceID": "i-1"}, "Amount": 50, "Date": DAY}],
}  # fmt: skip
MOVED: dict[str, Any] = {
    "BankTransactionID": "b-1", "Type": "RECEIVE", "Status": "AUTHORISED", "Contact": BOB, "Date": DAY, "Total": 12.5,
    "CurrencyCode": "GBP", "BankAccount": {"AccountID": "bank"}, "IsReconciled": False, "UpdatedDateUTC": STAMP,
}  # fmt: skip


def mapped(kind: str, content: dict[str, Any] | bytes, **changed: Any) -> Mapped:
    return mapped_in(CONTEXT, kind, content if isinstance(content, bytes) else {**content, **changed})


def mapped_in(context: Context, kind: str, content: dict[str, Any] | bytes) -> Mapped:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return map_record(Record(kind=kind, external_id="x-1", raw=raw, seen_at=NOW), context)


def codes(found: Mapped) -> list[str]:
    return [finding.code for finding in found.findings]
