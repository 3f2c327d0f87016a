"""What a caller sends, read into what the books write: references by id, code or number, lines with their tax, days."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sandbox.xero.desk.books import Books
from sandbox.xero.desk.faults import Invalid
from sandbox.xero.desk.people import People
from sandbox.xero.desk.wire import ZERO, Record, cents, number, parse_day

NO_CONTACT = (
    "The Contact must contain at least 1 of the following elements to identify the contact: Name, ContactID, "
    "ContactNumber"
)
NOT_FOUND = "The document with the supplied id was not found for this endpoint."
_TYPES = {"exclusive": "Exclusive", "inclusive": "Inclusive", "notax": "NoTax"}
_HUNDRED = Decimal(100)


class Inputs:
    """Invalid names what is missing or cannot be read."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self._people = People(books)

    def contact(self, item: Record) -> str:
        """The contact's id; a name that nobody has makes a new contact."""
        given = item.get("Contact") or {}
        if given.get("ContactID"):
            contact = self.books.get("Contacts", str(given["ContactID"]).lower())
            if contact is None:
                raise Invalid("The Contact with the specified ContactID could not be found")
            if contact["ContactStatus"] == "ARCHIVED":
                raise Invalid("The contact is archived and cannot be used")
            return str(contact["ContactID"])
        if given.get("Name"):
            return self._people.named(str(given["Name"]))
        raise Invalid(NO_CONTACT)

    def account(self, item: Record, field: str) -> str:
        """The id of the account that is named by id or by code."""
        given = item.get(field) or {}
        if given.get("AccountID"):
            held = self.books.get("Accounts", str(given["AccountID"]).lower())
        else:
            code = str(given.get("Code") or item.get("Code") or "")
            held = next((one for one in self.books.store.all("Accounts") if one["Code"] == code), None)
        if held is None:
            raise Invalid("Account could not be found or is not a valid account for payments")
        return str(held["AccountID"])

    def invoice(self, item: Record) -> str:
        given = item.get("Invoice") or {}
        key = str(given.get("InvoiceID") or "").lower()
        key = key or self.books.numbers.get(str(given.get("InvoiceNumber") or item.get("InvoiceNumber") or ""), "")
        if self.books.get("Invoices", key) is None:
            raise Invalid("Invoice could not be found")
        return key

    def day(self, item: Record, field: str = "Date") -> str:
        """Today where nothing was sent."""
        if not item.get(field):
            return self.books.today().isoformat()
        try:
            return parse_day(item[field])
        except ValueError as error:
            raise Invalid(f"{field}: {error}") from error

    @staticmethod
    def amount(item: Record, field: str = "Amount") -> Decimal:
        if item.get(field) is None:
            raise Invalid(f"{field} must be specified")
        value = Inputs.figure(item[field], field)
        if value != cents(value):
            raise Invalid(f"{field} may have at most two decimal places")
        return cents(value)

    @staticmethod
    def figure(value: Any, field: str) -> Decimal:
        try:
            return number(value)
        except ValueError as error:
            raise Invalid(f"{field}: {error}") from error

    def rate(self, item: Record) -> Decimal | None:
        return self.figure(item["CurrencyRate"], "CurrencyRate") if item.get("CurrencyRate") else None

    def currency(self, item: Record, contact: str) -> str:
        code = item.get("CurrencyCode") or self.books.need("Contacts", contact).get("DefaultCurrency")
        if code and self.books.get("Currencies", str(code)) is None:
            raise Invalid(f"Organisation is not subscribed to currency {code}")
        return str(code or self.books.home)

    @staticmethod
    def line_types(item: Record) -> str:
        given = str(item.get("LineAmountTypes") or "Exclusive")
        if given.lower() not in _TYPES:
            raise Invalid(f"LineAmountTypes {given} is not valid")
        return _TYPES[given.lower()]

    def lines(self, item: Record, types: str) -> list[Record]:
        rows = item.get("LineItems")
        if not isinstance(rows, list) or not rows:
            raise Invalid("One or more line items must be specified")
        return [self._line(row, types) for row in rows]

    def _line(self, row: Record, types: str) -> Record:
        quantity = self.figure(row.get("Quantity") or 1, "Quantity")
        unit = self.figure(
            row.get("UnitAmount") if row.get("UnitAmount") is not None else row.get("LineAmount"), "UnitAmount"
        )
        amount = cents(quantity * unit)
        code = str(row.get("AccountCode") or "")
        if code and all(one["Code"] != code for one in self.books.store.all("Accounts")):
            raise Invalid(f"Account code '{code}' is not a valid code for this document.")
        tax_type = "NONE" if types == "NoTax" else str(row.get("TaxType") or "NONE")
        return {
            "LineItemID": self.books.new_id(),
            "Description": str(row.get("Description") or ""),
            "Quantity": quantity.quantize(Decimal("0.0001")),
            "UnitAmount": unit,
            "TaxType": tax_type,
            "TaxAmount": self._tax(row, tax_type, amount, types),
            "LineAmount": amount,
            "AccountCode": code,
            "Tracking": [],
        }

    def _tax(self, row: Record, tax_type: str, amount: Decimal, types: str) -> Decimal:
        held = self.books.get("TaxRates", tax_type)
        if held is None:
            raise Invalid(
                f"The TaxType code '{tax_type}' does not exist or cannot be used for this type of transaction."
            )
        if types == "NoTax":
            return ZERO
        if row.get("TaxAmount") is not None:
            return cents(self.figure(row["TaxAmount"], "TaxAmount"))
        rate: Decimal = held["Rate"]
        return cents(amount * rate / (_HUNDRED + rate) if types == "Inclusive" else amount * rate / _HUNDRED)
