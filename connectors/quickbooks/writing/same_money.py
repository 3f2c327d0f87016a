"""Records of one amount that move an account about a day, whoever made them: asked for in one call.

Payments in a foreign currency into a home account are found by their own amount only, as QuickBooks can search no other.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from connectors.quickbooks import wire
from connectors.quickbooks.client import QuickBooksClient
from connectors.quickbooks.reading import value_of
from connectors.quickbooks.writing.records import Held, held_of, standing_of
from connectors.writing import Standing
from ledger.money import Money

_INTO = ("Payment", "Deposit", "SalesReceipt")
_OUT_OF = ("Purchase", "RefundReceipt")
_SIDES = {"Debit": 1, "Credit": -1}


def same_money(client: QuickBooksClient, account: str, amount: Money, on: date, days: int, home: str) -> list[Standing]:
    around = timedelta(days=days)
    dated = f"TxnDate >= '{(on - around).isoformat()}' AND TxnDate <= '{(on + around).isoformat()}'"
    kinds = _INTO if amount.minor >= 0 else _OUT_OF
    worth = f"{dated} AND TotalAmt = '{abs(amount).decimal()}'"
    asked = {kind: f"SELECT * FROM {kind} WHERE {worth} MAXRESULTS 100" for kind in kinds}  # noqa: S608 - dates and an amount
    asked |= {kind: f"SELECT * FROM {kind} WHERE {dated} MAXRESULTS 300" for kind in ("Transfer", "JournalEntry")}  # noqa: S608
    if amount.minor < 0:
        asked["Deposit"] = f"SELECT * FROM Deposit WHERE {worth} MAXRESULTS 100"  # noqa: S608
    found = client.listed(asked)
    return [
        standing
        for kind, raws in found.items()
        for held in map(held_of, raws)
        for standing in (standing_of(kind, held, home),)
        if not standing.ended and _currency(standing) == amount.currency
        if amount.decimal() in _moves(kind, held, account)
    ]


def _currency(standing: Standing) -> str:
    return "" if standing.amount is None else standing.amount.currency


def _moves(kind: str, held: Held, account: str) -> Iterator[Decimal]:
    """What the record moves in the account, line by line; money in is positive."""
    total = held.total_amt or Decimal(0)
    if kind == "Transfer":
        total = held.amount or Decimal(0)
        if value_of(held.from_account_ref) == account:
            yield -total
        if value_of(held.to_account_ref) == account:
            yield total
    elif kind == "JournalEntry":
        yield from (amount for line in held.line or [] for amount in _journal(line, account))
    elif kind == "Purchase":
        if value_of(held.account_ref) == account:
            yield total if held.credit else -total
    elif value_of(held.deposit_to_account_ref) == account:
        yield -total if kind == "RefundReceipt" else total


def _journal(line: wire.Line, account: str) -> Iterator[Decimal]:
    detail = line.journal_entry_line_detail
    if detail is not None and value_of(detail.account_ref) == account and line.amount is not None:
        yield line.amount * _SIDES.get(detail.posting_type or "", 0)
