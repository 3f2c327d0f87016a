"""The general ledger at home currency on a day: what each transaction put on which account.

Accounts Receivable stands at its open documents; Exchange Gain or Loss takes what the settlements left over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from decimal import Decimal

from sandbox.quickbooks.books import Books
from sandbox.quickbooks.items import ar_accounts, rate_of
from sandbox.quickbooks.links import Links
from sandbox.quickbooks.receivables import FOREVER, Open, open_items
from sandbox.quickbooks.wire import ZERO, Record, ref_value, rounded

Totals = dict[str, Decimal]
_SIGNED = frozenset({"Liability", "Equity", "Revenue"})
_PROFIT_AND_LOSS = frozenset({"Revenue", "Expense"})


def balances(books: Books, links: Links, on: str) -> Totals:
    """Account id -> debit balance in home currency. The sum is zero."""
    return _balances(books, open_items(books, links, on), on)


def _balances(books: Books, found: Sequence[Open], on: str) -> Totals:
    totals: Totals = defaultdict(Decimal)
    for kind, post in _POSTS.items():
        for record in books.all(kind):
            if record["TxnDate"] <= on:
                post(books, record, totals)
    receivable = ar_accounts(books)
    for account in receivable:
        totals.pop(account, None)
    by_currency = {currency: account for account, currency in receivable.items()}
    for one in found:
        totals[by_currency.get(one.item.currency, books.roles[f"ar:{books.home}"])] += one.home
    totals[books.roles["exchange"]] -= sum(totals.values(), ZERO)
    return dict(totals)


def account_view(books: Books, links: Links) -> Callable[[Record], Record]:
    """Adds CurrentBalance, in the account's own currency, worked out once for each state of the books."""
    held: dict[int, Totals] = {}

    def view(record: Record) -> Record:
        now = held.get(books.version)
        if now is None:
            held.clear()
            now = held[books.version] = _current(books, links)
        balance = now.get(record["Id"], ZERO)
        if record["Classification"] in _PROFIT_AND_LOSS:
            balance = ZERO
        if record["Classification"] in _SIGNED:
            balance = -balance
        return {**record, "CurrentBalance": balance, "CurrentBalanceWithSubAccounts": balance}

    return view


def _current(books: Books, links: Links) -> Totals:
    found = open_items(books, links, FOREVER)
    totals = _balances(books, found, FOREVER)
    receivable = ar_accounts(books)
    foreign = {currency: account for account, currency in receivable.items() if currency != books.home}
    for account in foreign.values():
        totals[account] = ZERO
    for one in found:
        if one.item.currency in foreign:
            totals[foreign[one.item.currency]] += one.amount
    return totals


def _home(books: Books, record: Record, amount: Decimal) -> Decimal:
    return rounded(amount * rate_of(record), books.home)


def _account(record: Record, field: str) -> str:
    return ref_value(record, field) or ""


def _sale(books: Books, record: Record, totals: Totals, sign: int) -> None:
    """Income and tax of a sales form; `sign` is 1 for a sale and -1 for its reverse."""
    total = _home(books, record, record["TotalAmt"])
    tax = _tax(books, record)
    totals[books.roles["income"]] -= sign * (total - tax)
    totals[books.roles["tax"]] -= sign * tax


def _invoice(books: Books, record: Record, totals: Totals) -> None:
    _sale(books, record, totals, 1)
    if record["Deposit"]:
        totals[_account(record, "DepositToAccountRef")] += _home(books, record, record["Deposit"])


def _credit_memo(books: Books, record: Record, totals: Totals) -> None:
    _sale(books, record, totals, -1)


def _payment(books: Books, record: Record, totals: Totals) -> None:
    totals[_account(record, "DepositToAccountRef")] += _home(books, record, record["TotalAmt"])


def _sales_receipt(books: Books, record: Record, totals: Totals) -> None:
    _sale(books, record, totals, 1)
    _payment(books, record, totals)


def _refund_receipt(books: Books, record: Record, totals: Totals) -> None:
    _sale(books, record, totals, -1)
    totals[_account(record, "DepositToAccountRef")] -= _home(books, record, record["TotalAmt"])


def _deposit(books: Books, record: Record, totals: Totals) -> None:
    totals[_account(record, "DepositToAccountRef")] += _home(books, record, record["TotalAmt"])
    if record.get("CashBack"):
        back = record["CashBack"]
        totals[_account(back, "AccountRef")] += _home(books, record, Decimal(back["Amount"]))
    for line in record["Line"]:
        if line.get("LinkedTxn"):
            linked = line["LinkedTxn"][0]
            member = books.get(linked["TxnType"], linked["TxnId"])
            totals[books.roles["undeposited"]] -= _home(books, member or record, line["Amount"])
        else:
            totals[_account(line["DepositLineDetail"], "AccountRef")] -= _home(books, record, line["Amount"])
    totals[books.roles["tax"]] -= _tax(books, record)


def _journal(books: Books, record: Record, totals: Totals) -> None:
    for line in record["Line"]:
        detail = line["JournalEntryLineDetail"]
        sign = 1 if detail["PostingType"] == "Debit" else -1
        totals[_account(detail, "AccountRef")] += sign * _home(books, record, line["Amount"])


def _purchase(books: Books, record: Record, totals: Totals) -> None:
    sign = -1 if record.get("Credit") else 1
    totals[_account(record, "AccountRef")] -= sign * _home(books, record, record["TotalAmt"])
    for line in record["Line"]:
        detail = line["AccountBasedExpenseLineDetail"]
        totals[_account(detail, "AccountRef")] += sign * _home(books, record, line["Amount"])
    totals[books.roles["tax"]] += sign * _tax(books, record)


def _tax(books: Books, record: Record) -> Decimal:
    return _home(books, record, record.get("TxnTaxDetail", {}).get("TotalTax", ZERO))


def _transfer(books: Books, record: Record, totals: Totals) -> None:
    amount = _home(books, record, record["Amount"])
    totals[_account(record, "FromAccountRef")] -= amount
    totals[_account(record, "ToAccountRef")] += amount


_POSTS: dict[str, Callable[[Books, Record, Totals], None]] = {
    "Invoice": _invoice,
    "CreditMemo": _credit_memo,
    "Payment": _payment,
    "SalesReceipt": _sales_receipt,
    "RefundReceipt": _refund_receipt,
    "Deposit": _deposit,
    "JournalEntry": _journal,
    "Purchase": _purchase,
    "Transfer": _transfer,
}
