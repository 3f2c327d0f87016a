"""Entries given the shape of Xero's books. Pure; what Xero cannot hold is refused with the steps to do it there.

The first record keeps the entry's write id, the further ones have ids that follow from it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NoReturn

from connectors.xero.writing.digits import two_digits
from connectors.xero.writing.receipts import shape_receipt
from connectors.xero.writing.records import SOURCES
from ledger.entry import Entry, EntryKind, EntryLine, LineRole
from ledger.faults import Refused
from ledger.ids import derived
from ledger.money import total


def shaped(entry: Entry, home: str) -> tuple[Entry, ...]:
    """home: the currency of the books. Raises Refused."""
    records = shape_receipt(entry, home) if entry.kind is EntryKind.RECEIPT else _SHAPES[entry.kind](entry)
    for record in records:
        for amount in (record.amount, *(line.amount for line in record.lines)):
            two_digits(amount)
    return records


def _allocation(entry: Entry) -> tuple[Entry, ...]:
    """One record a line: each is made, and taken back, by itself."""
    source = entry.source
    if source is None or source.kind not in SOURCES:
        word = "nothing" if source is None else f"a {source.kind}"
        _refuse(
            f"Xero puts credit notes, overpayments and prepayments to invoices, and {word} is given here. "
            "Money that stands in Xero as a plain payment is freed by removing that payment there."
        )
    lines = [line for line in entry.lines if line.amount]
    for line in lines:
        if line.role is not LineRole.PAYS or line.document is None or line.document.kind != "invoice":
            _refuse("In Xero a credit can be put to invoices alone; use a refund to pay it back.")
    return tuple(
        replace(
            entry,
            write_id=entry.write_id if number == 0 else derived(entry.write_id, str(number)),
            amount=line.amount,
            lines=(line,),
        )
        for number, line in enumerate(lines)
    )


def _moved(entry: Entry) -> tuple[Entry, ...]:
    """Money spent or received, line by line, tax within the amounts."""
    if not entry.account:
        _refuse("Xero needs the bank account that the money moves in; choose one under Settings, Posting.")
    _accounts_named(entry)
    return (entry,)


def _transfer(entry: Entry) -> tuple[Entry, ...]:
    if not entry.account or not entry.to_account:
        _refuse("A bank transfer needs both bank accounts; choose them under Settings, Posting.")
    if entry.account == entry.to_account:
        _refuse("A bank transfer needs two different bank accounts; both are the same one under Settings, Posting.")
    return (entry,)


def _document(entry: Entry) -> tuple[Entry, ...]:
    """A credit note, or the invoice of a reversal."""
    if not entry.customer:
        _refuse("A credit note needs its customer.")
    _accounts_named(entry)
    return (entry,)


def _refund(entry: Entry) -> tuple[Entry, ...]:
    if entry.source is None or entry.source.kind not in SOURCES:
        _refuse(
            "Xero pays back credit notes, overpayments and prepayments. Make the credit note first, then refund it."
        )
    if not entry.account:
        _refuse("A refund needs the account that the money left; choose one under Settings, Posting.")
    return (entry,)


def _deposit(entry: Entry) -> NoReturn:
    _refuse(f"Xero has no undeposited funds: the receipts of {entry.on} go straight to the bank account, as one batch.")


def _journal(entry: Entry) -> tuple[Entry, ...]:
    """An old payment turned back: its debt stands again as an invoice to a suspense account, and the money is spent from
    the account to the same, so that suspense comes to nothing.
    """
    owed = [line for line in entry.lines if line.customer or (line.document and line.document.kind == "invoice")]
    money = [line for line in entry.lines if line not in owed]
    reversal = len(owed) == 1 and len(money) == 1 and owed[0].amount == -money[0].amount and owed[0].amount.minor > 0
    customer = (owed[0].customer if reversal else None) or entry.customer
    if not reversal or not customer or not money[0].account:
        _refuse(
            "Xero's journals reach neither receivables nor bank accounts. Enter it there by hand: an invoice or credit "
            "note of the customer for the receivables' side, spend or receive money for the bank's side, both coded to "
            "the same suspense account."
        )
    if not entry.to_account:
        _refuse("A reversal in Xero goes through a suspense account; choose one under Settings, Posting.")
    return _reversal(entry, customer, money[0].account, owed[0])


def _reversal(entry: Entry, customer: str, account: str, owed: EntryLine) -> tuple[Entry, ...]:
    text = owed.text or entry.memo or "Payment turned back"
    line = EntryLine(role=LineRole.ACCOUNT, amount=owed.amount, account=entry.to_account, text=text)
    common = replace(entry, customer=customer, amount=owed.amount, lines=(line,), to_account=None, account=None)
    second = derived(entry.write_id, "1")
    return (
        replace(common, kind=EntryKind.INVOICE),
        replace(common, kind=EntryKind.SPEND, write_id=second, account=account, after=(*entry.after, entry.write_id)),
    )


def _accounts_named(entry: Entry) -> None:
    if not entry.amount or not entry.lines:
        _refuse(f"An entry of {entry.amount} with {len(entry.lines)} lines is nothing that Xero can hold.")
    if any(line.role is not LineRole.ACCOUNT or not line.account for line in entry.lines):
        _refuse("Every line needs an account of the books; choose it under Settings, Posting.")
    lines = total((line.amount for line in entry.lines), entry.amount.currency)
    if lines != entry.amount:
        _refuse(f"The lines come to {lines} and the entry to {entry.amount}; it is planned wrongly and was not sent.")


def _refuse(sentence: str) -> NoReturn:
    raise Refused(sentence)


_SHAPES: dict[EntryKind, Callable[[Entry], tuple[Entry, ...]]] = {
    EntryKind.ALLOCATION: _allocation,
    EntryKind.SPEND: _moved,
    EntryKind.RECEIVE: _moved,
    EntryKind.TRANSFER: _transfer,
    EntryKind.DEPOSIT: _deposit,
    EntryKind.CREDIT_NOTE: _document,
    EntryKind.INVOICE: _document,
    EntryKind.REFUND: _refund,
    EntryKind.JOURNAL: _journal,
}
