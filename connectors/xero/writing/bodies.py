"""Shaped entries as Xero's JSON: the items of a call, with exact amounts and our marker where the record can carry it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from connectors.writing import Standing
from connectors.xero.writing.books import Books
from connectors.xero.writing.digits import two_digits
from connectors.xero.writing.rates import currency_rate
from connectors.xero.writing.records import BATCHES, ID_FIELDS, PAYMENTS, SOURCES, is_overpayment, written_as
from ledger.entry import Entry, EntryKind, EntryLine
from ledger.faults import BadInput
from ledger.money import Money

Item = dict[str, Any]
_ENCODER = msgspec.json.Encoder(decimal_format="number")
_TEXT_MAX = 4000
_NO_TAX = "NONE"


def encoded(name: str, items: Sequence[Item]) -> bytes:
    return alone({name: items})


def alone(item: Item) -> bytes:
    return _ENCODER.encode(item)


def item_of(entry: Entry, books: Books, standing: Mapping[str, Standing]) -> Item:
    """standing: by write id, the records that entries of the same posting became. Raises BadInput where one is missing."""
    if entry.kind is EntryKind.ALLOCATION:
        return _allocation(entry)
    if written_as(entry) == BATCHES:
        return _batch(entry, books)
    if written_as(entry) == PAYMENTS:
        return _payment(entry, books, standing)
    if is_overpayment(entry):
        return _overpayment(entry, books)
    return _MAKERS[entry.kind](entry, books)


def source_of(entry: Entry, standing: Mapping[str, Standing]) -> tuple[str, str]:
    """The resource and id of the credit that an entry uses. Raises BadInput where it does not stand yet."""
    source = entry.source
    if source is None or source.kind not in SOURCES:
        raise BadInput("The entry names no credit note, overpayment or prepayment.")
    if source.external_id:
        return SOURCES[source.kind], source.external_id
    held = standing.get(source.entry)
    if held is None or held.ended:
        raise BadInput(f"The {source.kind.replace('_', ' ')} that this entry uses does not stand in Xero.")
    return SOURCES[source.kind], held.external_id


def _payment(entry: Entry, books: Books, standing: Mapping[str, Standing]) -> Item:
    body: Item = {"Account": _id(entry.account), "Date": _day(entry.on), "Reference": entry.write_id}
    if entry.kind is EntryKind.REFUND:
        kind, source = source_of(entry, standing)
        paid = entry.lines[0].amount if entry.lines else entry.amount
        return {kind[:-1]: {ID_FIELDS[kind]: source}, **body, **_amounts(paid, entry, books)}
    line = entry.lines[0]
    return {"Invoice": _invoice(line), **body, **_amounts(line.amount, entry, books)}


def _amounts(paid: Money, entry: Entry, books: Books) -> Item:
    """What is paid in the document's currency, the rate, and what moves in an account of another currency."""
    body: Item = {"Amount": two_digits(paid)}
    crossing = paid.currency != entry.amount.currency
    if entry.rate is not None and paid.currency != books.home_currency:
        body["CurrencyRate"] = currency_rate(paid, entry.rate, entry.amount if crossing else None)
    if crossing:
        body["BankAmount"] = two_digits(entry.amount)
    return body


def _batch(entry: Entry, books: Books) -> Item:
    field = "Reference" if books.country == "NZ" else "Details"
    payments = [{"Invoice": _invoice(line), **_amounts(line.amount, entry, books)} for line in entry.lines]
    return {"Account": _id(entry.account), "Date": _day(entry.on), field: entry.write_id, "Payments": payments}


def _overpayment(entry: Entry, books: Books) -> Item:
    """It has no reference; its one line carries the marker."""
    line = {"Description": _text(entry.write_id, entry.memo), "Quantity": 1, "UnitAmount": two_digits(entry.amount)}
    return {
        "Type": "RECEIVE-OVERPAYMENT", "Contact": {"ContactID": entry.customer}, "BankAccount": _id(entry.account),
        "Date": _day(entry.on), "LineAmountTypes": "NoTax", "LineItems": [line], **_rate(entry, books),
    }  # fmt: skip


def _moved(entry: Entry, books: Books) -> Item:
    contact = {"ContactID": entry.customer} if entry.customer else {"Name": books.payee}
    return {
        "Type": entry.kind.value.upper(), "Contact": contact, "BankAccount": _id(entry.account), "Date": _day(entry.on),
        "Reference": entry.write_id, **_lines(entry, books), **_rate(entry, books),
    }  # fmt: skip


def _transfer(entry: Entry, books: Books) -> Item:
    del books
    return {
        "FromBankAccount": _id(entry.account), "ToBankAccount": _id(entry.to_account), "Date": _day(entry.on),
        "Amount": two_digits(entry.amount), "Reference": entry.write_id,
    }  # fmt: skip


def _document(entry: Entry, books: Books) -> Item:
    own: Item = {"Type": "ACCRECCREDIT"}
    if entry.kind is EntryKind.INVOICE:
        own = {"Type": "ACCREC", "DueDate": _day(entry.on)}
    return {
        **own, "Status": "AUTHORISED", "Contact": {"ContactID": entry.customer}, "Date": _day(entry.on),
        "Reference": entry.write_id, "CurrencyCode": entry.amount.currency, **_lines(entry, books),
        **_rate(entry, books),
    }  # fmt: skip


def _allocation(entry: Entry) -> Item:
    line = entry.lines[0]
    return {"Invoice": _invoice(line), "Amount": two_digits(line.amount), "Date": _day(entry.on)}


def _lines(entry: Entry, books: Books) -> Item:
    """Amounts hold their tax. Where no line names a tax code there is none at all, never an account's own by default."""
    taxed = any(line.tax_code for line in entry.lines)
    items = [_line(line, entry, books, taxed=taxed) for line in entry.lines]
    return {"LineAmountTypes": "Inclusive" if taxed else "NoTax", "LineItems": items}


def _line(line: EntryLine, entry: Entry, books: Books, *, taxed: bool) -> Item:
    code = books.codes.get(line.account or "")
    item: Item = {
        "Description": _text(line.text or entry.memo or entry.write_id),
        "Quantity": 1,
        "UnitAmount": two_digits(line.amount),
        **({"AccountCode": code} if code else {"AccountID": line.account}),
    }
    if taxed:
        item["TaxType"] = line.tax_code or _NO_TAX
        if line.tax is not None:
            item["TaxAmount"] = two_digits(line.tax)
    return item


def _rate(entry: Entry, books: Books) -> Item:
    if entry.rate is None or entry.amount.currency == books.home_currency:
        return {}
    return {"CurrencyRate": currency_rate(entry.amount, entry.rate)}


def _invoice(line: EntryLine) -> Item:
    return {"InvoiceID": line.document.external_id if line.document else ""}


def _id(account: str | None) -> Item:
    return {"AccountID": account}


def _day(on: date) -> str:
    return on.isoformat()


def _text(*parts: str) -> str:
    return " ".join(part for part in parts if part)[:_TEXT_MAX]


_MAKERS: dict[EntryKind, Callable[[Entry, Books], Item]] = {
    EntryKind.SPEND: _moved,
    EntryKind.RECEIVE: _moved,
    EntryKind.TRANSFER: _transfer,
    EntryKind.CREDIT_NOTE: _document,
    EntryKind.INVOICE: _document,
}
