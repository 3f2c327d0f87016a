"""The reports in Xero's rows: the trial balance and what one contact owes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

from sandbox.xero.desk.books import Books
from sandbox.xero.desk.faults import Refusal, bad_query
from sandbox.xero.desk.postings import balances_on
from sandbox.xero.desk.receivables import AR_TYPES, at_home, left_on
from sandbox.xero.desk.settle import LIVE
from sandbox.xero.desk.wire import ZERO, Record, ms, parse_day

_SECTIONS = {
    "REVENUE": "Revenue",
    "EXPENSE": "Expenses",
    "ASSET": "Assets",
    "LIABILITY": "Liabilities",
    "EQUITY": "Equity",
}
_NUMBER = {"Invoices": "InvoiceNumber", "CreditNotes": "CreditNoteNumber"}
_WORDS = {"Overpayments": "Overpayment", "Prepayments": "Prepayment"}
_FIRST_DAY = "0001-01-01"


def trial_balance(books: Books, asked: Mapping[str, str]) -> Record:
    """The first pair of columns is the month's movement, the second the balance at the end of the day."""
    day = _day(books, asked, "date")
    before = (date.fromisoformat(day).replace(day=1) - timedelta(days=1)).isoformat()
    now, then = balances_on(books, day), balances_on(books, before)
    rows: list[Record] = [_header("Account", "Debit", "Credit", "YTD Debit", "YTD Credit")]
    sums = [ZERO] * 4
    for class_, title in _SECTIONS.items():
        lines = []
        for account in books.store.all("Accounts"):
            key = account["AccountID"]
            balance, moved = now.get(key, ZERO), now.get(key, ZERO) - then.get(key, ZERO)
            if account["Class"] != class_ or not (balance or moved):
                continue
            pairs = [*_pair(moved), *_pair(balance)]
            sums = [total + (part or ZERO) for total, part in zip(sums, pairs, strict=True)]
            cells = [f"{account['Name']} ({account['Code']})", *(_text(part) for part in pairs)]
            lines.append(_row(cells, "account", key))
        if lines:
            rows.append({"RowType": "Section", "Title": title, "Rows": lines})
    total = {"RowType": "SummaryRow", "Cells": [{"Value": "Total"}, *({"Value": str(part)} for part in sums)]}
    rows.append({"RowType": "Section", "Title": "", "Rows": [total]})
    titles = ["Trial Balance", books.company.name, f"As at {_words(day)}"]
    return _report(books, "Trial Balance", "TrialBalance", titles, day, rows)


def aged_receivables(books: Books, asked: Mapping[str, str]) -> Record:
    """What one contact has open, in home currency; credits have a minus."""
    contact_id = asked.get("contactId") or asked.get("contactID") or ""
    contact = books.get("Contacts", contact_id)
    if contact is None:
        raise bad_query("A valid contactId is required")
    day = _day(books, asked, "date")
    first = parse_day(asked["fromDate"]) if asked.get("fromDate") else _FIRST_DAY
    last = _day(books, asked, "toDate") if asked.get("toDate") else day
    lines, sums = [], [ZERO] * 4
    for kind, record in _of_contact(books, contact_id):
        if not first <= record["Date"] <= last:
            continue
        left = left_on(books, kind, record, day)
        if not left:
            continue
        amounts = _amounts(books, kind, record, left, day)
        sums = [total + part for total, part in zip(sums, amounts, strict=True)]
        lines.append(_aged_row(kind, record, amounts, day))
    total = {"RowType": "SummaryRow", "Cells": _plain("Total", "", "", "", *sums)}
    closing = {"RowType": "SummaryRow", "Cells": _plain("Closing Balance", "", "", "", *sums)}
    rows = [
        _header("Date", "Number", "Due Date", "", "Total", "Paid", "Credited", "Due"),
        {"RowType": "Section", "Title": "", "Rows": [*lines, total]},
        {"RowType": "Section", "Title": "", "Rows": [closing]},
    ]
    titles = ["Invoices", contact["Name"], f"To {_words(last)}", f"Showing payments to {_words(day)}"]
    return _report(books, "Aged Receivables By Contact", "AgedReceivablesByContact", titles, day, rows)


REPORTS: dict[str, Callable[[Books, Mapping[str, str]], Record]] = {
    "TrialBalance": trial_balance,
    "AgedReceivablesByContact": aged_receivables,
}


def report(books: Books, name: str, asked: Mapping[str, str]) -> Record:
    """Refusal 404 for a report that is not offered here."""
    if name not in REPORTS:
        raise Refusal(404, f"Report {name} is not offered")
    try:
        return REPORTS[name](books, asked)
    except ValueError as error:
        raise bad_query(str(error)) from error


def _of_contact(books: Books, contact_id: str) -> Iterator[tuple[str, Record]]:
    rows = [(kind, books.need(kind, key)) for kind, key in books.documents_of.get(contact_id, ()) if kind in AR_TYPES]
    for kind, record in sorted(rows, key=lambda row: str(row[1]["Date"])):
        if record["Type"] in AR_TYPES[kind] and record["Status"] in LIVE:
            yield kind, record


def _amounts(books: Books, kind: str, record: Record, left: Decimal, day: str) -> list[Decimal]:
    """Total, paid, credited and due at the rate of the day, signed."""
    sign = 1 if kind == "Invoices" else -1
    links = books.allocations_on if kind == "Invoices" else books.allocations_of
    key = record["InvoiceID" if kind == "Invoices" else f"{kind[:-1]}ID"]
    credited = sum((one.amount for one in links.get(key, ()) if not one.deleted and one.on <= day), ZERO)
    total, due = at_home(books, record, record["Total"], day), at_home(books, record, left, day)
    credited = at_home(books, record, credited, day)
    return [sign * total, sign * (total - credited - due), sign * credited, sign * due]


def _aged_row(kind: str, record: Record, amounts: list[Decimal], day: str) -> Record:
    due_on = record.get("DueDate") or ""
    late = (date.fromisoformat(day) - date.fromisoformat(due_on)).days if due_on else 0
    key = record["InvoiceID" if kind == "Invoices" else f"{kind[:-1]}ID"]
    cells = [
        f"{record['Date']}T00:00:00",
        str(record.get(_NUMBER.get(kind, ""), "") or _WORDS.get(kind, "")),
        f"{due_on}T00:00:00" if due_on else "",
        f"{late} days overdue" if late > 0 else "",
        *(str(amount) for amount in amounts),
    ]
    return _row(cells, "invoiceID", key)


def _report(books: Books, name: str, type_: str, titles: list[str], day: str, rows: list[Record]) -> Record:
    return {
        "ReportName": name,
        "ReportType": type_,
        "ReportTitles": titles,
        "ReportDate": _words(day),
        "UpdatedDateUTC": f"/Date({ms(books.clock.now())})/",
        "Fields": [],
        "Rows": rows,
    }


def _header(*labels: str) -> Record:
    return {"RowType": "Header", "Cells": _plain(*labels)}


def _plain(*values: object) -> list[Record]:
    return [{"Value": str(value)} for value in values]


def _row(cells: list[str], name: str, key: str) -> Record:
    return {"RowType": "Row", "Cells": [{"Value": cell, "Attributes": [{"Value": key, "Id": name}]} for cell in cells]}


def _pair(balance: Decimal) -> tuple[Decimal | None, Decimal | None]:
    """Debit and credit; the side that has nothing is empty."""
    return (balance, None) if balance >= 0 else (None, -balance)


def _text(part: Decimal | None) -> str:
    return "" if part is None else str(part)


def _day(books: Books, asked: Mapping[str, str], name: str) -> str:
    return parse_day(asked[name]) if asked.get(name) else books.today().isoformat()


def _words(day: str) -> str:
    held = date.fromisoformat(day)
    return f"{held.day} {held:%B %Y}"
