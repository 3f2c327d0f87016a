"""TrialBalance, BalanceSheet and TransactionList."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from sandbox.quickbooks.aged import TYPE_NAMES, report_day
from sandbox.quickbooks.books import Books
from sandbox.quickbooks.items import ar_accounts
from sandbox.quickbooks.kinds import TRANSACTIONS
from sandbox.quickbooks.links import Links
from sandbox.quickbooks.postings import balances
from sandbox.quickbooks.sheet import Column, cell, data, money_cell, report, section
from sandbox.quickbooks.wire import ZERO, Record, amount_text, ref_value, rounded

_TYPE_PARAMETERS = {"ReceivePayment": "Payment", "Expense": "Purchase", "Check": "Purchase"}


def trial_balance(books: Books, links: Links, asked: Mapping[str, str], now: datetime) -> Record:
    """Cumulative to end_date. On the cash basis receivables are empty, as the product has it."""
    end = report_day(books, asked, "end_date")
    basis = asked.get("accounting_method") or books.preferences()["ReportPrefs"]["ReportBasis"]
    totals = _on_basis(books, balances(books, links, end), basis)
    rows: list[Record] = []
    left, right = ZERO, ZERO
    for account in books.all("Account"):
        balance = totals.get(account["Id"], ZERO)
        if not balance:
            continue
        debit, credit = max(balance, ZERO), max(-balance, ZERO)
        left, right = left + debit, right + credit
        label = cell(account["FullyQualifiedName"], account["Id"])
        rows.append(data([label, money_cell(debit, books.home), money_cell(credit, books.home)]))
    if rows:
        sums = [cell("Total"), money_cell(left, books.home), money_cell(right, books.home)]
        rows.append(section(sums, group="GrandTotal"))
    columns = [
        Column("account_name", "", "Account"),
        Column("debit", "Debit", "Money"),
        Column("credit", "Credit", "Money"),
    ]
    name = "TrialBalanceFR" if books.company.country == "FR" else "TrialBalance"
    return report(books, name, columns, rows, (asked.get("start_date") or end, end), {}, now, basis)


def _on_basis(books: Books, totals: dict[str, Decimal], basis: str) -> dict[str, Decimal]:
    if basis == "Accrual":
        return totals
    moved = sum((totals.get(account, ZERO) for account in ar_accounts(books)), ZERO)
    kept = {account: balance for account, balance in totals.items() if account not in ar_accounts(books)}
    income = books.roles["income"]
    return {**kept, income: kept.get(income, ZERO) + moved}


_SHEET = (
    ("Asset", "Assets", "TotalAssets"),
    ("Liability", "Liabilities", "Liabilities"),
    ("Equity", "Equity", "Equity"),
)


def balance_sheet(books: Books, links: Links, asked: Mapping[str, str], now: datetime) -> Record:
    """Assets, liabilities, equity; the profit so far stands in equity."""
    end = report_day(books, asked, "end_date")
    basis = asked.get("accounting_method") or books.preferences()["ReportPrefs"]["ReportBasis"]
    totals = _on_basis(books, balances(books, links, end), basis)
    accounts = {account["Id"]: account for account in books.all("Account")}
    profit = -sum(
        (value for key, value in totals.items() if accounts[key]["Classification"] in {"Revenue", "Expense"}), ZERO
    )
    rows = []
    for classification, title, group in _SHEET:
        sign = 1 if classification == "Asset" else -1
        held = [
            (account, sign * totals.get(key, ZERO))
            for key, account in accounts.items()
            if account["Classification"] == classification and totals.get(key)
        ]
        inner = [
            data([cell(account["FullyQualifiedName"], account["Id"]), money_cell(value, books.home)])
            for account, value in held
        ]
        total = sum((value for _, value in held), ZERO)
        if classification == "Equity":
            inner.append(data([cell("Profit For The Year"), money_cell(profit, books.home)]))
            total += profit
        summary = [cell(f"Total {title}"), money_cell(total, books.home)]
        rows.append(section(summary, inner, [cell(title), cell("")], group))
    columns = [Column("account", "", "Account"), Column("total", "Total", "Money")]
    return report(books, "BalanceSheet", columns, rows, (asked.get("start_date") or end, end), {}, now, basis)


_LIST = {
    "tx_date": Column("tx_date", "Date", "Date"),
    "txn_type": Column("txn_type", "Transaction Type", "String"),
    "doc_num": Column("doc_num", "Num", "String"),
    "is_no_post": Column("is_no_post", "Posting", "Boolean"),
    "name": Column("name", "Name", "String"),
    "memo": Column("memo", "Memo/Description", "String"),
    "account_name": Column("account_name", "Account", "String"),
    "other_account": Column("other_account", "Split", "String"),
    "is_cleared": Column("is_cleared", "Cleared", "String"),
    "subt_nat_amount": Column("subt_nat_amount", "Amount", "Money"),
    "subt_nat_home_amount": Column("subt_nat_home_amount", "Amount", "Money"),
}
_LIST_DEFAULT = [
    "tx_date",
    "txn_type",
    "doc_num",
    "is_no_post",
    "name",
    "memo",
    "account_name",
    "other_account",
    "subt_nat_amount",
]
_MONEY_ACCOUNT = ("DepositToAccountRef", "AccountRef", "FromAccountRef")


def transaction_list(books: Books, links: Links, asked: Mapping[str, str], now: datetime) -> Record:
    """Every transaction of the span; `cleared` says which are ticked on a bank statement."""
    end = report_day(books, asked, "end_date")
    start = report_day(books, asked, "start_date") if asked.get("start_date") else "0001-01-01"
    keys = [key for key in asked.get("columns", "").split(",") if key in _LIST] or list(_LIST_DEFAULT)
    wanted = {_TYPE_PARAMETERS.get(name, name) for name in asked.get("transaction_type", "").split(",") if name}
    customers = {name for name in asked.get("customer", "").split(",") if name}
    rows = []
    for kind in TRANSACTIONS:
        if wanted and kind not in wanted:
            continue
        for record in books.all(kind):
            if not start <= record["TxnDate"] <= end:
                continue
            if customers and ref_value(record, "CustomerRef") not in customers:
                continue
            if asked.get("cleared") and asked["cleared"] != cleared_state(books, record):
                continue
            rows.append(data([_list_cell(books, kind, record, key) for key in keys]))
    columns = [_LIST[key] for key in keys]
    first = None if start == "0001-01-01" else start
    return report(books, "TransactionList", columns, rows, (first, end), {}, now)


def cleared_state(books: Books, record: Record) -> str:
    if record["Id"] in books.reconciled:
        return "Reconciled"
    if any(linked["TxnType"] == "Deposit" for linked in record.get("LinkedTxn", ())):
        return "Deposited"
    return "Uncleared"


def _list_cell(books: Books, kind: str, record: Record, key: str) -> Record:
    amount = Decimal(record["TotalAmt"] if "TotalAmt" in record else record["Amount"])
    if key == "txn_type":
        return cell(TYPE_NAMES[kind], record["Id"])
    if key == "name":
        customer = record.get("CustomerRef") or {}
        return cell(customer.get("name", ""), customer.get("value", ""))
    if key == "account_name":
        account: Record = next((record[field] for field in _MONEY_ACCOUNT if field in record), {})
        return cell(account.get("name", ""), account.get("value", ""))
    plain = {
        "tx_date": record["TxnDate"],
        "doc_num": record.get("DocNumber") or record.get("PaymentRefNum") or "",
        "is_no_post": "Yes",
        "memo": record.get("PrivateNote", ""),
        "other_account": "",
        "is_cleared": {"Reconciled": "R", "Deposited": "D"}.get(cleared_state(books, record), ""),
        "subt_nat_amount": amount_text(amount, ref_value(record, "CurrencyRef") or books.home),
        "subt_nat_home_amount": amount_text(
            rounded(amount * Decimal(record.get("ExchangeRate", 1)), books.home), books.home
        ),
    }
    return cell(plain[key])
