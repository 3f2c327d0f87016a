"""The lines of a document and the totals that follow from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sandbox.xero.books import Books
from sandbox.xero.chart import by_code, tax_rate
from sandbox.xero.faults import Invalid
from sandbox.xero.wire import ZERO, Record, cents, number

UNIT_PLACES_MORE = Decimal("0.0001")  # with unitdp=4
AMOUNT_TYPES = frozenset({"Exclusive", "Inclusive", "NoTax"})


@dataclass(frozen=True)
class Lines:
    items: list[Record]
    amount_types: str
    sub_total: Decimal
    total_tax: Decimal

    @property
    def total(self) -> Decimal:
        return self.sub_total + self.total_tax

    def fields(self) -> Record:
        return {
            "LineAmountTypes": self.amount_types,
            "LineItems": self.items,
            "SubTotal": self.sub_total,
            "TotalTax": self.total_tax,
            "Total": self.total,
        }


def read_lines(
    books: Books, body: Mapping[str, Any], default_account: str | None, *, four_places: bool = False
) -> Lines:
    """Invalid says which rule the lines break. default_account: the code for a line that names none; None demands one."""
    types = body.get("LineAmountTypes") or "Exclusive"
    if types not in AMOUNT_TYPES:
        raise Invalid("LineAmountTypes must be Exclusive, Inclusive or NoTax")
    given = body.get("LineItems") or []
    if not given:
        raise Invalid("One or more line items must be specified")
    items = [_item(books, one, types, default_account, four_places=four_places) for one in given]
    lines = sum((item["LineAmount"] for item in items), ZERO)
    tax = sum((item["TaxAmount"] for item in items), ZERO)
    return Lines(items, types, lines - tax if types == "Inclusive" else lines, tax)


def _item(
    books: Books, given: Mapping[str, Any], types: str, default_account: str | None, *, four_places: bool
) -> Record:
    quantity, unit = _amounts(given)
    places = UNIT_PLACES_MORE if four_places else Decimal("0.01")
    unit = unit.quantize(places, ROUND_HALF_UP)
    discount = _number(given.get("DiscountRate") or 0, "DiscountRate")
    amount = cents(quantity * unit * (1 - discount / 100))
    if given.get("LineAmount") is not None and abs(_number(given["LineAmount"], "LineAmount") - amount) > Decimal(
        "0.01"
    ):
        raise Invalid("The line total does not match the expected line total")
    code = given.get("AccountCode") or default_account
    if code is None:
        raise Invalid("Account code must be specified")
    held = by_code(books, str(code))
    tax_type = "NONE" if types == "NoTax" else str(given.get("TaxType") or held["TaxType"])
    item: Record = {
        "LineItemID": str(given.get("LineItemID") or books.new_id()),
        "Description": str(given.get("Description") or ""),
        "Quantity": quantity,
        "UnitAmount": unit,
        "LineAmount": amount,
        "AccountCode": held["Code"],
        "AccountID": held["AccountID"],
        "TaxType": tax_type,
        "TaxAmount": _tax(books, given, types, tax_type, amount),
        "Tracking": [],
    }
    if given.get("ItemCode"):
        item["ItemCode"] = str(given["ItemCode"])
    if discount:
        item["DiscountRate"] = discount
    return item


def _amounts(given: Mapping[str, Any]) -> tuple[Decimal, Decimal]:
    quantity = _number(given.get("Quantity", 1), "Quantity")
    if given.get("UnitAmount") is not None:
        return quantity, _number(given["UnitAmount"], "UnitAmount")
    if given.get("LineAmount") is None:
        return quantity, ZERO
    line = _number(given["LineAmount"], "LineAmount")
    return quantity, line / quantity if quantity else ZERO


def _tax(books: Books, given: Mapping[str, Any], types: str, tax_type: str, amount: Decimal) -> Decimal:
    rate = tax_rate(books, tax_type)
    if types == "NoTax":
        return ZERO
    if given.get("TaxAmount") is not None:
        return cents(_number(given["TaxAmount"], "TaxAmount"))
    if types == "Inclusive":
        return cents(amount * rate / (100 + rate))
    return cents(amount * rate / 100)


def _number(value: object, field: str) -> Decimal:
    try:
        return number(value)
    except ValueError as error:
        raise Invalid(f"{field}: {error}") from None
