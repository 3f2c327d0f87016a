"""The sales forms: Invoice, CreditMemo, SalesReceipt, RefundReceipt. Totals come from the lines and their tax."""

from __future__ import annotations

from decimal import Decimal

from sandbox.quickbooks.books import Books
from sandbox.quickbooks.faults import BAD_NUMBER, Refusal, business, missing
from sandbox.quickbooks.links import Links
from sandbox.quickbooks.parts import (
    account_part,
    amount,
    currency_part,
    customer_part,
    day,
    days_after,
    named,
    tax_part,
    text_parts,
    txn_date,
)
from sandbox.quickbooks.wire import ZERO, Record, number, ref_value, rounded

_KEPT = [
    "CustomField",
    "CustomerMemo",
    "BillAddr",
    "ShipAddr",
    "ShipFromAddr",
    "BillEmail",
    "BillEmailCc",
    "BillEmailBcc",
    "ClassRef",
    "DepartmentRef",
    "GlobalTaxCalculation",
    "PaymentMethodRef",
    "PaymentType",
    "PONumber",
    "ShipDate",
    "TrackingNum",
]
MONEY_ACCOUNTS = frozenset({"Bank", "Other Current Asset"})
AMOUNT_WRONG = "6070"
_COUNTED = frozenset({"SalesItemLineDetail", "GroupLineDetail"})


def build_form(books: Books, links: Links, kind: str, body: Record, old: Record | None) -> Record:
    """The record as it will stand, without its id and stamps."""
    customer = customer_part(books, body)
    on = txn_date(books, body)
    money = currency_part(books, body, on, customer["value"])
    code = money["CurrencyRef"]["value"]
    lines, subtotal = _lines(books, body, code)
    tax = tax_part(body, code)
    total = subtotal + (tax["TotalTax"] if tax else ZERO)
    if total < 0:
        raise business("Transaction amount must be 0 or greater.", "TotalAmt")
    record: Record = {
        **text_parts(body),
        **{name: body[name] for name in _KEPT if body.get(name) is not None},
        "TxnDate": on,
        **money,
        "Line": [*lines, {"Amount": subtotal, "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}}],
        "CustomerRef": customer,
        "TotalAmt": total,
        "ApplyTaxAfterDiscount": bool(body.get("ApplyTaxAfterDiscount")),
        "PrintStatus": body.get("PrintStatus") or "NotSet",
        "EmailStatus": body.get("EmailStatus") or "NotSet",
    }
    if tax:
        record["TxnTaxDetail"] = tax
    if old and old.get("LinkedTxn"):
        record["LinkedTxn"] = old["LinkedTxn"]
    _FINISH[kind](books, links, record, body, old)
    if books.multicurrency:
        record["HomeTotalAmt"] = rounded(total * money["ExchangeRate"], books.home)
        if "Balance" in record and kind != "SalesReceipt":
            record["HomeBalance"] = rounded(record["Balance"] * money["ExchangeRate"], books.home)
    return record


def _lines(books: Books, body: Record, code: str) -> tuple[list[Record], Decimal]:
    given = [line for line in body.get("Line") or () if line.get("DetailType") != "SubTotalLineDetail"]
    if not given:
        raise missing("Line")
    lines, subtotal = [], ZERO
    for place, line in enumerate(given, start=1):
        built = {**line, "Id": str(line.get("Id") or place), "LineNum": place}
        shape = line.get("DetailType")
        if shape in _COUNTED or shape == "DiscountLineDetail":
            built["Amount"] = amount(line, "Amount", code)
            subtotal += -built["Amount"] if shape == "DiscountLineDetail" else built["Amount"]
            _check_product(built, code)
        elif shape != "DescriptionOnly":
            raise Refusal("2090", f"Line DetailType {shape} is not for this transaction", "DetailType")
        if shape == "SalesItemLineDetail":
            built["SalesItemLineDetail"] = _item_detail(books, line)
        lines.append(built)
    return lines, subtotal


def _item_detail(books: Books, line: Record) -> Record:
    detail = line.get("SalesItemLineDetail") or {}
    item = ref_value(detail, "ItemRef") or books.roles["item"]
    return {**detail, "ItemRef": named(books, "Item", item, "ItemRef")}


def _check_product(line: Record, code: str) -> None:
    detail = line.get("SalesItemLineDetail") or {}
    price, quantity = detail.get("UnitPrice"), detail.get("Qty")
    if price is None or quantity is None:
        return
    try:
        product = rounded(number(price) * number(quantity), code)
    except (ValueError, ArithmeticError):
        raise Refusal(BAD_NUMBER, "UnitPrice or Qty is no number", "UnitPrice") from None
    if product != line["Amount"]:
        raise Refusal(AMOUNT_WRONG, "Amount is not equal to UnitPrice * Qty. Supplied value:" + str(line["Amount"]))


def _finish_invoice(books: Books, links: Links, record: Record, body: Record, old: Record | None) -> None:
    code = record["CurrencyRef"]["value"]
    deposit = amount(body, "Deposit", code) if body.get("Deposit") else ZERO
    used = links.used((old["Id"], "")) if old else ZERO
    if deposit + used > record["TotalAmt"]:
        raise business("The total would be less than what was already paid on this invoice.", "TotalAmt")
    if deposit:
        account = account_part(books, body, "DepositToAccountRef", books.roles["undeposited"], MONEY_ACCOUNTS)
        record["DepositToAccountRef"] = account
    terms = ref_value(body, "SalesTermRef")
    if terms:
        record["SalesTermRef"] = named(books, "Term", terms, "SalesTermRef")
    due_days = books.need("Term", terms).get("DueDays", 0) if terms else 0
    record["DueDate"] = day(body, "DueDate", days_after(record["TxnDate"], int(due_days)))
    record["Deposit"] = deposit
    record["Balance"] = record["TotalAmt"] - deposit - used
    for name in ("AllowIPNPayment", "AllowOnlinePayment", "AllowOnlineCreditCardPayment", "AllowOnlineACHPayment"):
        record[name] = bool(body.get(name))


def _finish_credit(books: Books, links: Links, record: Record, body: Record, old: Record | None) -> None:
    used = links.used((old["Id"], "")) if old else ZERO
    if used > record["TotalAmt"]:
        raise business("The total would be less than what was already applied of this credit memo.", "TotalAmt")
    record["Balance"] = record["TotalAmt"] - used
    record["RemainingCredit"] = record["Balance"]


def _finish_paid(books: Books, links: Links, record: Record, body: Record, old: Record | None) -> None:
    default = books.roles["undeposited"]
    record["DepositToAccountRef"] = account_part(books, body, "DepositToAccountRef", default, MONEY_ACCOUNTS)
    record["Balance"] = ZERO


_FINISH = {
    "Invoice": _finish_invoice,
    "CreditMemo": _finish_credit,
    "SalesReceipt": _finish_paid,
    "RefundReceipt": _finish_paid,
}
