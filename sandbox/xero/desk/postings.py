"""What every account holds at home on a day: the books' entries summed up, the receivables and payables at the day's rate.

What the day's rate makes of open foreign balances stands in the currency gains, so that debits and credits agree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from sandbox.xero.desk.books import Books
from sandbox.xero.desk.receivables import AP_TYPES, AR_TYPES, open_items
from sandbox.xero.desk.settle import LIVE
from sandbox.xero.desk.wire import ZERO, Record, cents

Entry = tuple[str, str, Decimal]  # ISO day, account id, debit (credits are negative), at home

_SALES = frozenset({"ACCREC", "ACCPAYCREDIT"})
_INCOMING = frozenset({"ACCRECPAYMENT", "APCREDITPAYMENT", "APOVERPAYMENTPAYMENT", "APPREPAYMENTPAYMENT"})
_YEAR_BEGINS = "04-01"
_PROFIT = frozenset({"REVENUE", "EXPENSE"})


def balances_on(books: Books, day: str) -> dict[str, Decimal]:
    """Account id -> debit balance at the end of an ISO day; income and costs since the year began."""
    held: dict[str, Decimal] = defaultdict(lambda: ZERO)
    begins = _year_start(day)
    for on, account, amount in _entries(books):
        if on > day:
            continue
        if on < begins and books.need("Accounts", account)["Class"] in _PROFIT:
            held[books.roles["retained"]] += amount
        else:
            held[account] += amount
    control = {"ar": AR_TYPES, "ap": AP_TYPES}
    for role, types in control.items():
        sign = 1 if role == "ar" else -1
        wanted = sign * sum((one.home for one in open_items(books, day, types)), ZERO)
        account = books.roles[role]
        held[books.roles["unrealised"]] += held[account] - wanted
        held[account] = wanted
    return held


def _year_start(day: str) -> str:
    """The first day of the financial year, which ends with March."""
    year = int(day[:4])
    return f"{year if day[5:] >= _YEAR_BEGINS else year - 1}-{_YEAR_BEGINS}"


def _entries(books: Books) -> Iterator[Entry]:
    codes = {account["Code"]: account["AccountID"] for account in books.store.all("Accounts")}
    for kind in ("Invoices", "CreditNotes"):
        for record in books.store.all(kind):
            if record["Status"] in LIVE:
                control = "ar" if record["Type"] in AR_TYPES[kind] else "ap"
                sign = 1 if record["Type"] in _SALES else -1
                yield from _document(books, codes, record, books.roles[control], sign)
    for record in books.store.all("BankTransactions"):
        if record["Status"] in LIVE:
            yield from _bank(books, codes, record)
    for payment in books.store.all("Payments"):
        if payment["Status"] == "AUTHORISED":
            sign = 1 if payment["PaymentType"] in _INCOMING | {"ACCRECPAYMENT"} else -1
            control = "ap" if payment["PaymentType"].startswith(("AP", "ACCPAY")) else "ar"
            yield payment["Date"], payment["AccountID"], sign * payment["BankAmount"]
            yield payment["Date"], books.roles[control], -sign * payment["BankAmount"]


def _document(books: Books, codes: dict[str, str], record: Record, against: str, sign: int) -> Iterator[Entry]:
    """Debit `against` (with sign 1) with the total, credit each line's account and the tax."""
    rate = record["CurrencyRate"]
    total = cents(record["Total"] / rate)
    yield record["Date"], against, sign * total
    rest = total
    if record["TotalTax"]:
        tax = cents(record["TotalTax"] / rate)
        rest -= tax
        yield record["Date"], books.roles["tax"], -sign * tax
    lines = record["LineItems"]
    for place, row in enumerate(lines, start=1):
        net = row["LineAmount"] - (row["TaxAmount"] if record["LineAmountTypes"] == "Inclusive" else ZERO)
        part = rest if place == len(lines) else cents(net / rate)  # the last one takes what rounding leaves
        rest -= part
        yield record["Date"], codes.get(row.get("AccountCode") or "", books.roles["general"]), -sign * part


def _bank(books: Books, codes: dict[str, str], record: Record) -> Iterator[Entry]:
    sign = 1 if record["Type"].startswith("RECEIVE") else -1
    if record["Type"].endswith("-TRANSFER"):
        # Its other half is the transaction on the other account.
        yield record["Date"], record["BankAccountID"], sign * record["Total"]
    elif record["Type"] in {"RECEIVE", "SPEND"}:
        yield from _document(books, codes, record, record["BankAccountID"], sign)
    else:
        total = cents(record["Total"] / record["CurrencyRate"])
        yield record["Date"], record["BankAccountID"], sign * total
        yield record["Date"], books.roles["ar" if sign > 0 else "ap"], -sign * total
