"""The ledger behind the documents: what each of them does to the accounts, in home currency, and balances on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sandbox.xero.books import Books
from sandbox.xero.chart import BANK_GAIN, PAYABLE, REALISED, RECEIVABLE, RETAINED, TAX, UNREALISED, by_code
from sandbox.xero.derive import LIVE
from sandbox.xero.receivables import SALES_TYPES, control_account
from sandbox.xero.wire import ZERO, Record

_RESULT = frozenset({"REVENUE", "EXPENSE"})


@dataclass(frozen=True)
class Posting:
    """`amount` in home currency, debits positive; `own` in the currency of a bank account."""

    account: str
    on: date
    amount: Decimal
    own: Decimal


def balances(books: Books, on: date) -> dict[str, Decimal]:
    """Account id -> balance on the day, debits positive, in home currency; earlier years' result is in retained earnings."""
    year = _year_start(books, on)
    ids = {code: by_code(books, code)["AccountID"] for code in (RECEIVABLE, PAYABLE, RETAINED, UNREALISED, BANK_GAIN)}
    accounts = {record["AccountID"]: record for record in books.all("Accounts")}
    sums: dict[str, Decimal] = defaultdict(lambda: ZERO)
    own: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for posting in postings(books):
        if posting.on > on:
            continue
        result = accounts[posting.account]["Class"] in _RESULT
        sums[ids[RETAINED] if result and posting.on < year else posting.account] += posting.amount
        own[posting.account] += posting.own
    _revalue(sums, ids[RECEIVABLE], control_account(books, on), ids[UNREALISED])
    _revalue(sums, ids[PAYABLE], control_account(books, on, suppliers=True) * -1, ids[UNREALISED])
    for account_id, amount in own.items():
        currency = accounts[account_id].get("CurrencyCode", books.home)
        if currency != books.home:
            worth = books.to_home(amount, books.rate_on(currency, on))
            _revalue(sums, account_id, worth, ids[BANK_GAIN])
    return {account: amount for account, amount in sums.items() if amount}


def movements(books: Books, on: date) -> dict[str, Decimal]:
    """What the balances moved since the end of the month before."""
    now, before = balances(books, on), balances(books, on.replace(day=1) - timedelta(days=1))
    return {account: now.get(account, ZERO) - before.get(account, ZERO) for account in {*now, *before}}


def postings(books: Books) -> Iterator[Posting]:
    for kind in ("Invoices", "CreditNotes"):
        for record in books.all(kind):
            if record["Status"] in LIVE:
                yield from _document(books, record, 1 if record["Type"] in {"ACCREC", "ACCPAYCREDIT"} else -1)
    for payment in books.all("Payments"):
        if payment["Status"] == "AUTHORISED":
            yield from _payment(books, payment)
    for moved in books.all("BankTransactions"):
        if moved["Status"] == "AUTHORISED":
            yield from _moved(books, moved)


def _document(books: Books, record: Record, sign: int) -> Iterator[Posting]:
    """sign: 1 where the control account is debited."""
    on, rate = record["_on"], record["CurrencyRate"]
    control = by_code(books, RECEIVABLE if record["Type"] in SALES_TYPES else PAYABLE)["AccountID"]
    whole = sign * books.to_home(record["Total"], rate)
    yield Posting(control, on, whole, ZERO)
    yield from _lines(books, record, -whole)


def _lines(books: Books, record: Record, whole: Decimal) -> Iterator[Posting]:
    """The other side of a document: its lines net of tax, and the tax; the last line takes what rounding leaves."""
    on, rate = record["_on"], record["CurrencyRate"]
    sign = 1 if whole > 0 else -1
    left = whole
    tax = sign * books.to_home(record["TotalTax"], rate)
    if tax:
        yield Posting(by_code(books, TAX)["AccountID"], on, tax, ZERO)
        left -= tax
    items = record["LineItems"]
    for place, item in enumerate(items):
        net = item["LineAmount"] - (item["TaxAmount"] if record["LineAmountTypes"] == "Inclusive" else ZERO)
        amount = left if place == len(items) - 1 else sign * books.to_home(net, rate)
        left -= amount
        yield Posting(item["AccountID"], on, amount, ZERO)


def _payment(books: Books, payment: Record) -> Iterator[Posting]:
    """The document leaves the control account at its own rate, the money comes at the payment's; the rest is realised."""
    target = payment["_target"]
    record = books.store.get(target.kind, target.id)
    assert record is not None
    sales = record["Type"] in SALES_TYPES
    sign = 1 if sales is (target.kind == "Invoices") else -1  # 1: money in
    on, account_id = payment["_on"], payment["Account"]["AccountID"]
    bank = books.need("Accounts", account_id, "Account")
    worth = sign * books.to_home(payment["Amount"], payment["CurrencyRate"])
    if bank.get("CurrencyCode", books.home) == books.home:
        worth = sign * payment["BankAmount"]
    settled = sign * books.to_home(payment["Amount"], record["CurrencyRate"])
    yield Posting(account_id, on, worth, sign * payment["BankAmount"])
    yield Posting(by_code(books, RECEIVABLE if sales else PAYABLE)["AccountID"], on, -settled, ZERO)
    if worth != settled:
        yield Posting(by_code(books, REALISED)["AccountID"], on, settled - worth, ZERO)


def _moved(books: Books, moved: Record) -> Iterator[Posting]:
    sign = 1 if moved["Type"].startswith("RECEIVE") else -1
    on, account_id = moved["_on"], moved["BankAccount"]["AccountID"]
    worth = sign * books.to_home(moved["Total"], moved["CurrencyRate"])
    own_currency = books.need("Accounts", account_id, "Account").get("CurrencyCode", books.home)
    yield Posting(account_id, on, worth, sign * moved["Total"] if own_currency == moved["CurrencyCode"] else worth)
    if moved["Type"].endswith("-TRANSFER"):
        suspense = by_code(books, "850")["AccountID"]  # the two legs cancel there
        yield Posting(suspense, on, -worth, ZERO)
    elif "-" in moved["Type"]:
        yield Posting(by_code(books, RECEIVABLE if sign > 0 else PAYABLE)["AccountID"], on, -worth, ZERO)
    else:
        yield from _lines(books, moved, -worth)


def _revalue(sums: dict[str, Decimal], account: str, worth: Decimal, gains: str) -> None:
    sums[gains] += sums[account] - worth
    sums[account] = worth


def _year_start(books: Books, on: date) -> date:
    organisation = books.all("Organisation")[0]
    month, day = organisation["FinancialYearEndMonth"], organisation["FinancialYearEndDay"]
    end = date(on.year, month, day)
    return (end if end < on else date(on.year - 1, month, day)) + timedelta(days=1)
