"""The transactions without a sales form: Deposit, JournalEntry, Purchase, Transfer."""

from __future__ import annotations

from decimal import Decimal

from sandbox.quickbooks.books import Books
from sandbox.quickbooks.faults import NOT_LINKED, Refusal, business, missing, not_found
from sandbox.quickbooks.forms import MONEY_ACCOUNTS
from sandbox.quickbooks.items import ar_accounts, currency_of
from sandbox.quickbooks.links import Links
from sandbox.quickbooks.parts import (
    account_part,
    amount,
    currency_part,
    money_account,
    named,
    tax_part,
    text_parts,
    txn_date,
)
from sandbox.quickbooks.wire import ZERO, Record, ref_value, rounded

_ANY_ACCOUNT = frozenset(
    [
        "Bank",
        "Accounts Receivable",
        "Other Current Asset",
        "Fixed Asset",
        "Other Asset",
        "Accounts Payable",
        "Credit Card",
        "Other Current Liability",
        "Long Term Liability",
        "Equity",
        "Income",
        "Cost of Goods Sold",
        "Expense",
        "Other Income",
        "Other Expense",
    ]
)
_DEPOSITABLE = ("Payment", "SalesReceipt")
_PAID_FROM = frozenset({"Bank", "Credit Card", "Other Current Asset"})
PAYMENT_TYPES = ("Cash", "Check", "CreditCard")


def build_deposit(books: Books, links: Links, kind: str, body: Record, old: Record | None) -> Record:
    on = txn_date(books, body)
    money = currency_part(books, body, on, None)
    code = money["CurrencyRef"]["value"]
    own = old["Id"] if old else None
    lines = [_deposit_line(books, line, code, own, place) for place, line in enumerate(body.get("Line") or (), start=1)]
    if not lines:
        raise missing("Line")
    back = body.get("CashBack")
    tax = _taxed(body, code)
    total = sum((line["Amount"] for line in lines), ZERO) - (amount(back, "Amount", code) if back else ZERO)
    total += tax["TxnTaxDetail"]["TotalTax"] if "TxnTaxDetail" in tax else ZERO
    if total < 0:
        raise business("The total of a deposit must be 0 or more.", "TotalAmt")
    record: Record = {
        **text_parts(body),
        "TxnDate": on,
        **money,
        "DepositToAccountRef": money_account(books, body, "DepositToAccountRef", None, MONEY_ACCOUNTS, code),
        **tax,
        "Line": lines,
        "TotalAmt": total,
    }
    if back:
        account = account_part(books, back, "AccountRef", None, _ANY_ACCOUNT)
        record["CashBack"] = {**back, "AccountRef": account, "Amount": amount(back, "Amount", code)}
    if books.multicurrency:
        record["HomeTotalAmt"] = rounded(total * money["ExchangeRate"], books.home)
    return record


def _deposit_line(books: Books, line: Record, code: str, own: str | None, place: int) -> Record:
    part = amount(line, "Amount", code)
    if line.get("LinkedTxn"):
        return _grouped(books, line, part, code, own)
    detail = line.get("DepositLineDetail")
    if not detail:
        raise missing("DepositLineDetail")
    account = account_part(books, detail, "AccountRef", None, _ANY_ACCOUNT)
    built: Record = {
        "Id": str(line.get("Id") or place),
        "LineNum": place,
        **({"Description": line["Description"]} if line.get("Description") else {}),
        "Amount": part,
        "DetailType": "DepositLineDetail",
        "DepositLineDetail": {**detail, "AccountRef": account},
    }
    entity = ref_value(detail, "Entity")
    if account["value"] in ar_accounts(books):
        if entity is None:
            raise business("A line on Accounts Receivable needs a customer.", "Entity")
        currency_part(books, {"CurrencyRef": {"value": code}}, "", entity)
    if entity is not None:
        built["DepositLineDetail"]["Entity"] = {
            **named(books, "Customer", entity, "Entity", "DisplayName"),
            "type": "CUSTOMER",
        }
    return built


def _taxed(body: Record, code: str) -> Record:
    """How tax was reckoned, and its sum, where either came."""
    found = {name: body[name] for name in ("GlobalTaxCalculation",) if body.get(name)}
    tax = tax_part(body, code)
    return {**found, "TxnTaxDetail": tax} if tax else found


def _grouped(books: Books, line: Record, part: Decimal, code: str, own: str | None) -> Record:
    linked = line["LinkedTxn"][0]
    kind, txn = str(linked.get("TxnType")), str(linked.get("TxnId"))
    if kind not in _DEPOSITABLE:
        raise Refusal(NOT_LINKED, f"A deposit cannot take in a transaction of type {kind}", "TxnType")
    held = books.get(kind, txn)
    if held is None:
        raise not_found(f"{kind} {txn}", "TxnId")
    if currency_of(books, held) != code:
        raise business(f"{kind} {txn} is in another currency than the deposit.", "CurrencyRef")
    if ref_value(held, "DepositToAccountRef") != books.roles["undeposited"]:
        raise Refusal(NOT_LINKED, f"{kind} {txn} is not in Undeposited Funds", "TxnId")
    if any(other["TxnType"] == "Deposit" and other["TxnId"] != own for other in held.get("LinkedTxn", ())):
        raise Refusal(NOT_LINKED, f"{kind} {txn} is in a deposit already", "TxnId")
    if part != held["TotalAmt"]:
        raise business(f"{kind} {txn} is of {held['TotalAmt']} and goes into a deposit whole.", "Line.Amount")
    return {"Amount": part, "LinkedTxn": [{"TxnId": txn, "TxnType": kind, "TxnLineId": "0"}]}


def build_journal(books: Books, links: Links, kind: str, body: Record, old: Record | None) -> Record:
    on = txn_date(books, body)
    money = currency_part(books, body, on, None)
    code = money["CurrencyRef"]["value"]
    lines = [_journal_line(books, line, code, place) for place, line in enumerate(body.get("Line") or ())]
    sides = {"Debit": ZERO, "Credit": ZERO}
    for line in lines:
        sides[line["JournalEntryLineDetail"]["PostingType"]] += line["Amount"]
    if len(lines) < 2 or sides["Debit"] != sides["Credit"]:
        raise business("Debits and credits of a journal entry must be equal.", "Line")
    record: Record = {
        **text_parts(body),
        "TxnDate": on,
        **money,
        "Line": lines,
        "Adjustment": bool(body.get("Adjustment")),
        "TotalAmt": sides["Debit"],
    }
    if books.multicurrency:
        record["HomeTotalAmt"] = rounded(sides["Debit"] * money["ExchangeRate"], books.home)
    return record


def _journal_line(books: Books, line: Record, code: str, place: int) -> Record:
    detail = line.get("JournalEntryLineDetail")
    if not detail or detail.get("PostingType") not in {"Debit", "Credit"}:
        raise missing("JournalEntryLineDetail.PostingType")
    part = amount(line, "Amount", code)
    if part < 0:
        raise business("The amount of a journal line must be 0 or more.", "Line.Amount")
    account = account_part(books, detail, "AccountRef", None, _ANY_ACCOUNT)
    built = {**detail, "AccountRef": account}
    entity = detail.get("Entity") or {}
    customer = ref_value(entity, "EntityRef")
    if account["value"] in ar_accounts(books):
        if customer is None or entity.get("Type", "Customer") != "Customer":
            raise business("A line on Accounts Receivable needs a customer in its name field.", "Entity")
        currency_part(books, {"CurrencyRef": {"value": code}}, "", customer)
    if customer is not None:
        name = named(books, "Customer", customer, "Entity", "DisplayName")
        built["Entity"] = {"Type": "Customer", "EntityRef": name}
    return {
        "Id": str(line.get("Id") or place),
        **({"Description": line["Description"]} if line.get("Description") else {}),
        "Amount": part,
        "DetailType": "JournalEntryLineDetail",
        "JournalEntryLineDetail": built,
    }


def build_purchase(books: Books, links: Links, kind: str, body: Record, old: Record | None) -> Record:
    on = txn_date(books, body)
    money = currency_part(books, body, on, None)
    code = money["CurrencyRef"]["value"]
    shape = body.get("PaymentType")
    if shape not in PAYMENT_TYPES:
        raise missing("PaymentType")
    lines = [
        _purchase_line(books, body, line, code, place) for place, line in enumerate(body.get("Line") or (), start=1)
    ]
    if not lines:
        raise missing("Line")
    tax = _taxed(body, code)
    record: Record = {
        **text_parts(body),
        "AccountRef": money_account(books, body, "AccountRef", None, _PAID_FROM, code),
        "PaymentType": shape,
        "Credit": bool(body.get("Credit")),
        "TxnDate": on,
        **money,
        **tax,
        "Line": lines,
        "TotalAmt": sum((line["Amount"] for line in lines), ZERO)
        + (tax["TxnTaxDetail"]["TotalTax"] if "TxnTaxDetail" in tax else ZERO),
    }
    if shape != "CreditCard":
        del record["Credit"]
    entity = ref_value(body, "EntityRef")
    held = body.get("EntityRef")
    if entity is not None and (not isinstance(held, dict) or held.get("type", "Customer") == "Customer"):
        record["EntityRef"] = {**named(books, "Customer", entity, "EntityRef", "DisplayName"), "type": "Customer"}
    return record


def _purchase_line(books: Books, body: Record, line: Record, code: str, place: int) -> Record:
    detail = line.get("AccountBasedExpenseLineDetail")
    if not detail:
        raise missing("AccountBasedExpenseLineDetail")
    account = account_part(books, detail, "AccountRef", None, _ANY_ACCOUNT)
    built = {**detail, "AccountRef": account}
    customer = ref_value(detail, "CustomerRef") or ref_value(body, "EntityRef")
    if account["value"] in ar_accounts(books):
        if customer is None:
            raise business("A line on Accounts Receivable needs a customer.", "CustomerRef")
        currency_part(books, {"CurrencyRef": {"value": code}}, "", customer)
        built["CustomerRef"] = named(books, "Customer", customer, "CustomerRef", "DisplayName")
    elif ref_value(detail, "CustomerRef"):
        built["CustomerRef"] = named(books, "Customer", str(customer), "CustomerRef", "DisplayName")
    return {
        "Id": str(line.get("Id") or place),
        **({"Description": line["Description"]} if line.get("Description") else {}),
        "Amount": amount(line, "Amount", code),
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": built,
    }


def build_transfer(books: Books, links: Links, kind: str, body: Record, old: Record | None) -> Record:
    on = txn_date(books, body)
    money = currency_part(books, body, on, None)
    part = amount(body, "Amount", money["CurrencyRef"]["value"])
    if part <= 0:
        raise business("The amount of a transfer must be more than 0.", "Amount")
    source = account_part(books, body, "FromAccountRef", None, _ANY_ACCOUNT)
    target = account_part(books, body, "ToAccountRef", None, _ANY_ACCOUNT)
    if source == target:
        raise business("A transfer goes from one account to another.", "ToAccountRef")
    parts = text_parts({"PrivateNote": body.get("PrivateNote")})
    return {**parts, "TxnDate": on, **money, "FromAccountRef": source, "ToAccountRef": target, "Amount": part}
