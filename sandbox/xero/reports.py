"""Reports in Xero's rows and cells: trial balance, balance sheet, bank summary, aged receivables of one contact."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal

from sandbox.xero.books import Books
from sandbox.xero.faults import Invalid, bad_request
from sandbox.xero.kinds import KINDS
from sandbox.xero.postings import balances, movements, postings
from sandbox.xero.receivables import Open, open_items
from sandbox.xero.wire import ZERO, Record, read_day, text, wire_instant

_SECTIONS = (("Revenue", "REVENUE"), ("Expenses", "EXPENSE"), ("Assets", "ASSET"), ("Liabilities", "LIABILITY"))
_SHEET = (
    ("Bank", frozenset({"BANK"}), 1),
    ("Current Assets", frozenset({"CURRENT", "PREPAYMENT", "INVENTORY"}), 1),
    ("Fixed Assets", frozenset({"FIXED", "NONCURRENT"}), 1),
    ("Current Liabilities", frozenset({"CURRLIAB", "LIABILITY", "TERMLIAB"}), -1),
)
Sums = Mapping[str, Decimal]


def trial_balance(books: Books, asked: Mapping[str, str]) -> Record:
    """The first pair of columns is the month's movement, the second the balance."""
    on = _day(books, asked, "date")
    standing, moved = balances(books, on), movements(books, on)
    rows = [_header("Account", "Debit", "Credit", "YTD Debit", "YTD Credit")]
    for title, kind in (*_SECTIONS, ("Equity", "EQUITY")):
        lines = [
            _trial_row(account, moved.get(account["AccountID"], ZERO), standing[account["AccountID"]])
            for account in _accounts(books)
            if account["Class"] == kind and account["AccountID"] in standing
        ]
        if lines:
            rows.append({"RowType": "Section", "Title": title, "Rows": lines})
    sums = [text(_side(values, sign)) for values in (moved, standing) for sign in (1, -1)]
    rows.append({"RowType": "Section", "Title": "", "Rows": [_row("SummaryRow", ["Total", *sums])]})
    return _report(books, "TrialBalance", "Trial Balance", [f"As at {_long(on)}"], on, rows)


def balance_sheet(books: Books, asked: Mapping[str, str]) -> Record:
    """The day asked for is taken to the end of its month."""
    asked_on = _day(books, asked, "date")
    on = asked_on.replace(day=monthrange(asked_on.year, asked_on.month)[1])
    standing = balances(books, on)
    rows = [_header("", f"{on:%d %b %Y}"), {"RowType": "Section", "Title": "Assets", "Rows": []}]
    totals = {1: ZERO, -1: ZERO}
    for title, types, sign in _SHEET:
        held = {
            account["AccountID"]: sign * standing[account["AccountID"]]
            for account in _accounts(books)
            if account["Type"] in types and account["AccountID"] in standing
        }
        totals[sign] += sum(held.values(), ZERO)
        rows.append(_sheet_section(books, title, held))
        if title == "Fixed Assets":
            rows += [_total("Total Assets", totals[1]), {"RowType": "Section", "Title": "Liabilities", "Rows": []}]
    net = totals[1] - totals[-1]
    rows += [_total("Total Liabilities", totals[-1]), _total("Net Assets", net, "Row")]
    equity = {
        row["AccountID"]: -standing.get(row["AccountID"], ZERO) for row in _accounts(books) if row["Class"] == "EQUITY"
    }
    section = _sheet_section(books, "Equity", {key: amount for key, amount in equity.items() if amount})
    section["Rows"].insert(-1, _row("Row", ["Current Year Earnings", text(net - sum(equity.values(), ZERO))]))
    section["Rows"][-1] = _row("SummaryRow", ["Total Equity", text(net)])
    return _report(books, "BalanceSheet", "Balance Sheet", [f"As at {_long(on)}"], asked_on, [*rows, section])


def bank_summary(books: Books, asked: Mapping[str, str]) -> Record:
    today = books.today()
    since, until = _day(books, asked, "fromDate", today.replace(day=1)), _day(books, asked, "toDate", today)
    rows = []
    totals = [ZERO] * 4
    entries = [one for one in postings(books) if one.on <= until]
    for account in _accounts(books):
        if account["Type"] != "BANK":
            continue
        mine = [one for one in entries if one.account == account["AccountID"]]
        opening = sum((one.amount for one in mine if one.on < since), ZERO)
        came = sum((one.amount for one in mine if one.on >= since and one.amount > 0), ZERO)
        went = -sum((one.amount for one in mine if one.on >= since and one.amount < 0), ZERO)
        figures = [opening, came, went, opening + came - went]
        totals = [held + more for held, more in zip(totals, figures, strict=True)]
        row = _row("Row", [account["Name"], *map(text, figures)])
        row["Cells"][0]["Attributes"] = [{"Value": account["AccountID"], "Id": "accountID"}]
        rows.append(row)
    rows.append(_row("SummaryRow", ["Total", *map(text, totals)]))
    head = _header("Bank Accounts", "Opening Balance", "Cash Received", "Cash Spent", "Closing Balance")
    title = f"From {_long(since)} to {_long(until)}"
    return _report(
        books, "BankSummary", "Bank Summary", [title], until, [head, {"RowType": "Section", "Title": "", "Rows": rows}]
    )


def aged_receivables(books: Books, asked: Mapping[str, str]) -> Record:
    """One contact, in home currency at the day's rates."""
    contact_id = asked.get("contactId") or asked.get("contactID")
    if not contact_id:
        raise bad_request("ContactId must be specified")
    try:
        contact = books.need("Contacts", contact_id, "Contact")
    except Invalid as error:
        raise bad_request(str(error)) from None
    on = _day(books, asked, "date")
    held = [one for one in open_items(books, on) if one.record["Contact"]["ContactID"] == contact["ContactID"]]
    lines = [_aged_row(books, one, on) for one in sorted(held, key=lambda one: one.record["_on"])]
    sums = [sum((figure[place] for _, figure in lines), ZERO) for place in range(4)]
    rows = [_header("Date", "Number", "Due Date", "", "Total", "Paid", "Credited", "Due")]
    total = _row("SummaryRow", ["Total", "", "", "", *map(text, sums)])
    rows.append({"RowType": "Section", "Title": "", "Rows": [*(row for row, _ in lines), total]})
    closing = _row("SummaryRow", ["Closing Balance", "", "", "", *map(text, sums)])
    rows.append({"RowType": "Section", "Title": "", "Rows": [closing]})
    titles = ["Invoices", contact["Name"], f"To {_long(on)}", f"Showing payments to {_long(on)}"]
    report = _report(books, "AgedReceivablesByContact", "Aged Receivables By Contact", [], on, rows)
    report["ReportTitles"] = titles
    return report


REPORTS: dict[str, tuple[str, Callable[[Books, Mapping[str, str]], Record]]] = {
    "TrialBalance": ("trialbalance", trial_balance),
    "BalanceSheet": ("balancesheet", balance_sheet),
    "BankSummary": ("banksummary", bank_summary),
    "AgedReceivablesByContact": ("aged", aged_receivables),
}


def _aged_row(books: Books, one: Open, on: date) -> tuple[Record, list[Decimal]]:
    rate = books.rate_on(one.record["CurrencyCode"], on)
    figures = [books.to_home(amount, rate) for amount in (one.total, one.paid, one.credited)]
    figures.append(one.home)
    due = one.record.get("_due")
    late = f"{(on - due).days} days overdue" if due and due < on else ""
    number_field = KINDS[one.place.kind].number_field
    number = one.record[number_field] if number_field else one.record["Type"].partition("-")[2].capitalize()
    cells = [_moment(one.record["_on"]), number, _moment(due) if due else "", late, *map(text, figures)]
    row = _row("Row", cells)
    for cell in row["Cells"]:
        cell["Attributes"] = [{"Value": one.place.id, "Id": "invoiceID"}]
    return row, figures


def _trial_row(account: Record, moved: Decimal, standing: Decimal) -> Record:
    """A value stands on its side; the other is empty."""
    cells = [f"{account['Name']} ({account['Code']})"]
    for amount in (moved, standing):
        cells += [text(amount), ""] if amount > 0 or (not amount and standing > 0) else ["", text(-amount)]
    return _marked(_row("Row", cells), account["AccountID"])


def _sheet_section(books: Books, title: str, held: Sums) -> Record:
    names = {account["AccountID"]: account["Name"] for account in _accounts(books)}
    lines = [_marked(_row("Row", [names[key], text(amount)]), key) for key, amount in held.items()]
    total = _row("SummaryRow", [f"Total {title}", text(sum(held.values(), ZERO))])
    return {"RowType": "Section", "Title": title, "Rows": [*lines, total]}


def _total(label: str, amount: Decimal, row_type: str = "SummaryRow") -> Record:
    return {"RowType": "Section", "Title": "", "Rows": [_row(row_type, [label, text(amount)])]}


def _marked(row: Record, account_id: str) -> Record:
    for cell in row["Cells"]:
        cell["Attributes"] = [{"Value": account_id, "Id": "account"}]
    return row


def _report(books: Books, kind: str, name: str, more: list[str], on: date, rows: list[Record]) -> Record:
    return {
        "ReportName": name,
        "ReportType": kind,
        "ReportTitles": [name, books.company.name, *more],
        "ReportDate": _long(on),
        "UpdatedDateUTC": wire_instant(books.now()),
        "Fields": [],
        "Rows": rows,
    }


def _header(*labels: str) -> Record:
    return _row("Header", labels)


def _row(row_type: str, values: Iterable[str]) -> Record:
    return {"RowType": row_type, "Cells": [{"Value": value} for value in values]}


def _accounts(books: Books) -> list[Record]:
    return sorted(books.all("Accounts"), key=lambda account: str(account["Code"]))


def _side(values: Sums, sign: int) -> Decimal:
    return sum((sign * amount for amount in values.values() if sign * amount > 0), ZERO)


def _day(books: Books, asked: Mapping[str, str], name: str, default: date | None = None) -> date:
    if not asked.get(name):
        return default or books.today()
    day = read_day(asked[name])
    if day is None:
        raise bad_request(f"{name} is no date; write YYYY-MM-DD")
    return day


def _long(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _moment(day: date) -> str:
    return f"{day.isoformat()}T00:00:00"
