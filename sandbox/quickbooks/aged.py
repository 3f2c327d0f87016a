"""AgedReceivables and AgedReceivableDetail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from sandbox.quickbooks.books import Books
from sandbox.quickbooks.faults import BAD_DATE, Refusal
from sandbox.quickbooks.links import Links
from sandbox.quickbooks.receivables import FOREVER, Open, open_items
from sandbox.quickbooks.sheet import Column, cell, data, money_cell, report, section
from sandbox.quickbooks.wire import ZERO, Record, amount_text, parse_day, ref_value

_BUCKETS = ("Current", "1 - 30", "31 - 60", "61 - 90", "91 And Over")
_BUCKET_KEYS = ("current", "0", "1", "2", "3")
_DAYS = 30
TYPE_NAMES = {
    "Invoice": "Invoice",
    "CreditMemo": "Credit Memo",
    "Payment": "Payment",
    "JournalEntry": "Journal Entry",
    "Deposit": "Deposit",
    "Purchase": "Expense",
    "SalesReceipt": "Sales Receipt",
    "RefundReceipt": "Refund",
    "Transfer": "Transfer",
}
Amounts = list[Decimal]


def report_day(books: Books, asked: Mapping[str, str], name: str) -> str:
    held = asked.get(name)
    if not held:
        return books.today().isoformat()
    try:
        return parse_day(held).isoformat()
    except ValueError:
        raise Refusal(BAD_DATE, f"{name} {held} is no date", name) from None


def aged_items(books: Books, links: Links, asked: Mapping[str, str]) -> tuple[str, list[Open]]:
    """Report_Date leaves out what came after the day; Current takes today's open balances."""
    day = report_day(books, asked, "report_date")
    current = asked.get("aging_method", "Report_Date") == "Current"
    found = open_items(books, links, FOREVER, FOREVER) if current else open_items(books, links, day)
    wanted = {one for one in asked.get("customer", "").split(",") if one}
    return day, [one for one in found if not wanted or one.item.customer in wanted]


def bucket(one: Open, day: str) -> int:
    late = (parse_day(day) - parse_day(one.item.due_on)).days
    return 0 if late <= 0 else min(4, 1 + (late - 1) // _DAYS)


def aged_receivables(books: Books, links: Links, asked: Mapping[str, str], now: datetime) -> Record:
    """Home currency, a row a customer, sub-customers inside their parent."""
    day, found = aged_items(books, links, asked)
    amounts: dict[str, Amounts] = defaultdict(lambda: [ZERO] * len(_BUCKETS))
    for one in found:
        amounts[one.item.customer][bucket(one, day)] += one.home
    rows = [
        row
        for customer in books.all("Customer")
        if not ref_value(customer, "ParentRef")
        for row, _ in [_customer_row(books, customer, amounts)]
        if row is not None
    ]
    if rows:
        total = [sum((held[place] for held in amounts.values()), ZERO) for place in range(len(_BUCKETS))]
        rows.append(section([cell("Total"), *_cells(books, total)], group="GrandTotal"))
    columns = [
        Column("cust_name", "", "Customer"),
        *(Column(key, title, "Money") for key, title in zip(_BUCKET_KEYS, _BUCKETS, strict=True)),
        Column("total", "Total", "Money"),
    ]
    options = {"report_date": day, "aging_method": asked.get("aging_method", "Report_Date")}
    return report(books, "AgedReceivables", columns, rows, (day, day), options, now)


def _customer_row(books: Books, customer: Record, amounts: Mapping[str, Amounts]) -> tuple[Record | None, Amounts]:
    own = amounts[customer["Id"]] if customer["Id"] in amounts else [ZERO] * len(_BUCKETS)
    inner, total = [], list(own)
    for child_id in books.directory.children(customer["Id"]):
        row, below = _customer_row(books, books.need("Customer", child_id), amounts)
        if row is not None:
            inner.append(row)
            total = [left + right for left, right in zip(total, below, strict=True)]
    name = cell(customer["DisplayName"], customer["Id"])
    if not inner:
        return (data([name, *_cells(books, own)]) if any(own) else None), own
    summary = [cell(f"Total {customer['DisplayName']}"), *_cells(books, total)]
    return section(summary, inner, [name, *_cells(books, own)]), total


def _cells(books: Books, amounts: Amounts) -> list[Record]:
    return [money_cell(amount, books.home) for amount in (*amounts, sum(amounts, ZERO))]


_DETAIL = {
    "tx_date": Column("tx_date", "Date", "Date"),
    "txn_type": Column("txn_type", "Transaction Type", "String"),
    "doc_num": Column("doc_num", "Num", "String"),
    "cust_name": Column("cust_name", "Customer", "String"),
    "due_date": Column("due_date", "Due Date", "Date"),
    "past_due": Column("past_due", "Past Due", "Integer"),
    "memo": Column("memo", "Memo/Description", "String"),
    "currency": Column("currency", "Currency", "String"),
    "exch_rate": Column("exch_rate", "Exchange Rate", "Rate"),
    "subt_amount": Column("subt_amount", "Amount", "Money"),
    "subt_open_bal": Column("subt_open_bal", "Open Balance", "Money"),
    "foreign_amount": Column("foreign_amount", "Foreign Amount", "Money"),
    "foreign_open_bal": Column("foreign_open_bal", "Foreign Open Balance", "Money"),
}
_DETAIL_DEFAULT = ("tx_date", "txn_type", "doc_num", "due_date", "memo", "subt_amount", "subt_open_bal")
_SECTIONS = (
    "Current",
    "1 - 30 Days Past Due",
    "31 - 60 Days Past Due",
    "61 - 90 Days Past Due",
    "91 Or More Days Past Due",
)
_SUMMED = frozenset({"subt_amount", "subt_open_bal"})


def aged_detail(books: Books, links: Links, asked: Mapping[str, str], now: datetime) -> Record:
    """A row a document, in sections by age. With several currencies the amounts are the transaction's own."""
    day, found = aged_items(books, links, asked)
    keys = _detail_keys(books, asked)
    grouped: dict[int, list[Open]] = defaultdict(list)
    for one in found:
        grouped[bucket(one, day)].append(one)
    rows = []
    for place in sorted(grouped):
        inner = [data([_detail_cell(books, one, key, day) for key in keys]) for one in grouped[place]]
        header = [cell(_SECTIONS[place]), *(cell("") for _ in keys[1:])]
        rows.append(section(_sums(books, f"Total For {_SECTIONS[place]}", keys, grouped[place]), inner, header))
    if rows:
        rows.append(section(_sums(books, "Total", keys, found), group="GrandTotal"))
    options = {"report_date": day, "aging_method": asked.get("aging_method", "Report_Date")}
    columns = [_DETAIL[key] for key in keys]
    return report(books, "AgedReceivableDetail", columns, rows, (day, day), options, now)


def _detail_keys(books: Books, asked: Mapping[str, str]) -> list[str]:
    wanted = [key for key in asked.get("columns", "").split(",") if key in _DETAIL] or list(_DETAIL_DEFAULT)
    if not books.multicurrency:
        return wanted
    swapped = {"subt_amount": "foreign_amount", "subt_open_bal": "foreign_open_bal"}
    return list(dict.fromkeys(swapped.get(key, key) for key in wanted))


def _detail_cell(books: Books, one: Open, key: str, day: str) -> Record:
    item = one.item
    if key == "txn_type":
        return cell(TYPE_NAMES[item.kind], item.txn)
    if key == "cust_name":
        return cell(books.need("Customer", item.customer)["DisplayName"], item.customer)
    record = books.need(item.kind, item.txn)
    plain = {
        "tx_date": item.on,
        "doc_num": item.number,
        "due_date": item.due_on,
        "past_due": str((parse_day(day) - parse_day(item.due_on)).days),
        "memo": record.get("PrivateNote", ""),
        "currency": item.currency,
        "exch_rate": format(item.rate, "f"),
        "subt_amount": amount_text(item.amount, item.currency),
        "subt_open_bal": amount_text(one.amount, item.currency),
        "foreign_amount": amount_text(item.amount, item.currency),
        "foreign_open_bal": amount_text(one.amount, item.currency),
    }
    return cell(plain[key])


def _sums(books: Books, title: str, keys: list[str], found: list[Open]) -> list[Record]:
    cells = [cell(title)]
    for key in keys[1:]:
        if key in _SUMMED:
            parts = (one.item.amount if key == "subt_amount" else one.amount for one in found)
            cells.append(money_cell(sum(parts, ZERO), books.home))
        else:
            cells.append(cell(""))
    return cells
