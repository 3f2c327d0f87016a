"""What a transaction puts on Accounts Receivable: one Item for each debt or credit, signed, in its own currency."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from sandbox.quickbooks.books import Books
from sandbox.quickbooks.wire import ZERO, Record, ref_value, rounded


@dataclass(frozen=True, slots=True)
class Item:
    """`amount` debits AR when positive. `line` is empty where the whole transaction is one item."""

    kind: str
    txn: str
    line: str
    customer: str
    currency: str
    rate: Decimal
    on: str
    amount: Decimal
    due_on: str
    number: str

    def home(self, amount: Decimal, home: str) -> Decimal:
        return amount if self.currency == home else rounded(amount * self.rate, home)


def rate_of(record: Record) -> Decimal:
    held = record.get("ExchangeRate")
    return Decimal(1) if held is None else Decimal(held)


def currency_of(books: Books, record: Record) -> str:
    return ref_value(record, "CurrencyRef") or books.home


def ar_accounts(books: Books) -> dict[str, str]:
    """AR account id -> its currency."""
    return {
        account["Id"]: ref_value(account, "CurrencyRef") or books.home
        for account in books.all("Account")
        if account["AccountType"] == "Accounts Receivable"
    }


def items_of(books: Books, kind: str, record: Record) -> list[Item]:
    """Empty for what does not touch AR, and for what was voided."""
    maker = _MAKERS.get(kind)
    return [item for item in maker(books, record) if item.amount] if maker else []


def _item(books: Books, kind: str, record: Record, customer: str, amount: Decimal, line: str = "") -> Item:
    return Item(
        kind=kind,
        txn=record["Id"],
        line=line,
        customer=customer,
        currency=currency_of(books, record),
        rate=rate_of(record),
        on=record["TxnDate"],
        amount=amount,
        due_on=record.get("DueDate") or record["TxnDate"],
        number=record.get("DocNumber") or record.get("PaymentRefNum") or "",
    )


def _invoice(books: Books, record: Record) -> list[Item]:
    owed = record["TotalAmt"] - record.get("Deposit", ZERO)
    return [_item(books, "Invoice", record, ref_value(record, "CustomerRef") or "", owed)]


def _credit_memo(books: Books, record: Record) -> list[Item]:
    return [_item(books, "CreditMemo", record, ref_value(record, "CustomerRef") or "", -record["TotalAmt"])]


def _payment(books: Books, record: Record) -> list[Item]:
    return [_item(books, "Payment", record, ref_value(record, "CustomerRef") or "", -record["TotalAmt"])]


def _journal(books: Books, record: Record) -> list[Item]:
    found = []
    accounts = ar_accounts(books)
    for line in record["Line"]:
        detail = line.get("JournalEntryLineDetail", {})
        customer = ref_value(detail.get("Entity", {}), "EntityRef")
        if ref_value(detail, "AccountRef") in accounts and customer:
            amount = line["Amount"] if detail["PostingType"] == "Debit" else -line["Amount"]
            found.append(_item(books, "JournalEntry", record, customer, amount, line["Id"]))
    return found


def _deposit(books: Books, record: Record) -> list[Item]:
    found = []
    accounts = ar_accounts(books)
    for line in record["Line"]:
        detail = line.get("DepositLineDetail", {})
        customer = ref_value(detail, "Entity")
        if ref_value(detail, "AccountRef") in accounts and customer:
            found.append(_item(books, "Deposit", record, customer, -line["Amount"], line["Id"]))
    return found


def _purchase(books: Books, record: Record) -> list[Item]:
    found = []
    accounts = ar_accounts(books)
    sign = -1 if record.get("Credit") else 1
    for line in record["Line"]:
        detail = line.get("AccountBasedExpenseLineDetail", {})
        customer = ref_value(detail, "CustomerRef") or ref_value(record, "EntityRef")
        if ref_value(detail, "AccountRef") in accounts and customer:
            found.append(_item(books, "Purchase", record, customer, sign * line["Amount"], line["Id"]))
    return found


_MAKERS: dict[str, Callable[[Books, Record], list[Item]]] = {
    "Invoice": _invoice,
    "CreditMemo": _credit_memo,
    "Payment": _payment,
    "JournalEntry": _journal,
    "Deposit": _deposit,
    "Purchase": _purchase,
}
