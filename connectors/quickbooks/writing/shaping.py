"""The records that an entry comes to in QuickBooks. Pure: the first record keeps the entry's write id, others derive theirs.

A receipt of one customer is one Payment straight to the account. Several customers, or a fee that the bank kept, become
Payments in Undeposited Funds and one Deposit of the bank line's amount. What was withheld is a Payment of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from connectors.quickbooks.writing.chart import Chart
from connectors.quickbooks.writing.shares import Share, currency_of, shares_of
from ledger.entry import Entry, EntryKind, EntryLine, LineRole, Target
from ledger.faults import Refused
from ledger.ids import derived
from ledger.money import total

_UNAPPLIED_KINDS = frozenset({"payment", "overpayment", "prepayment"})


def shape(entry: Entry, chart: Chart) -> tuple[Entry, ...]:
    """Raises Refused for what QuickBooks cannot express."""
    match entry.kind:
        case EntryKind.RECEIPT:
            records = list(_receipt(entry, chart))
        case EntryKind.REFUND:
            records = list(_refund(entry, chart))
        case EntryKind.CREDIT_NOTE:
            records = [_credit_note(entry)]
        case EntryKind.TRANSFER:
            _check_transfer(entry, chart)
            records = [entry]
        case EntryKind.INVOICE:
            raise Refused("An invoice is never written to QuickBooks; a reversal is a journal there.")
        case _:
            records = [entry]
    return tuple(records)


def is_update(entry: Entry) -> bool:
    """Whether an allocation changes a Payment that stands, and is no record of its own."""
    return entry.kind is EntryKind.ALLOCATION and entry.source is not None and entry.source.kind in _UNAPPLIED_KINDS


def _receipt(entry: Entry, chart: Chart) -> Iterator[Entry]:
    _check_currencies(entry, chart)
    if not entry.amount and entry.account is None:
        yield from _closed_later(entry, chart)
        return
    shares = shares_of(entry)
    fees = tuple(line for line in entry.lines if line.role is LineRole.FEE)
    _check_sum(entry, shares, fees)
    paying = [share for share in shares if share.paid]
    if len(paying) == 1 and not fees:
        yield from _numbered(entry, [_payment(entry, paying[0], entry.account), *_withheld(entry, shares)])
        return
    payments = [_payment(entry, share, None) for share in paying]
    records = _numbered(entry, [*payments, *_withheld(entry, shares)])
    yield from records
    if payments:
        yield _deposit(entry, records[: len(payments)], fees, number=len(records))


def _payment(entry: Entry, share: Share, account: str | None) -> Entry:
    amount = entry.amount if account is not None else share.paid
    return replace(entry, amount=amount, account=account, customer=share.customer, lines=share.lines)


def _withheld(entry: Entry, shares: Sequence[Share]) -> list[Entry]:
    found = []
    for share in shares:
        for line in share.withheld:
            if line.account is None:
                raise Refused("Tax was withheld and no account is named for it; name one under Settings, Posting.")
            pays = EntryLine(role=LineRole.PAYS, amount=line.amount, document=line.document, text=line.text)
            found.append(
                replace(entry, amount=line.amount, account=line.account, customer=share.customer, lines=(pays,))
            )
    return found


def _numbered(entry: Entry, records: Sequence[Entry]) -> list[Entry]:
    return [
        record if number == 0 else replace(record, write_id=derived(entry.write_id, str(number)))
        for number, record in enumerate(records)
    ]


def _deposit(entry: Entry, payments: Sequence[Entry], fees: tuple[EntryLine, ...], *, number: int) -> Entry:
    gathered = [EntryLine(role=LineRole.ENTRY, amount=one.amount, entry=one.write_id) for one in payments]
    return replace(
        entry,
        kind=EntryKind.DEPOSIT,
        write_id=derived(entry.write_id, str(number)),
        customer=None,
        lines=(*gathered, *fees),
        after=tuple(one.write_id for one in payments),
    )


def _closed_later(entry: Entry, chart: Chart) -> Iterator[Entry]:
    """A fee, a rounding or withheld tax of an invoice whose cash stands already: no money moves."""
    closing = [line for line in entry.lines if line.role in (LineRole.FEE, LineRole.WITHHELD)]
    pays = tuple(line for line in entry.lines if line.role is LineRole.PAYS)
    if len(closing) != 1 or closing[0].account is None or not pays:
        raise Refused("What closes an invoice without cash names one account and the invoice; plan it again.")
    account, amount = closing[0].account, closing[0].amount
    if chart.takes_payments(account):
        yield replace(entry, amount=amount, account=account, lines=pays)
        return
    customer = entry.customer or closing[0].customer or pays[0].customer
    owed = EntryLine(
        role=LineRole.ACCOUNT, amount=-amount, account=chart.receivable(amount.currency), customer=customer
    )
    spent = EntryLine(role=LineRole.ACCOUNT, amount=amount, account=account, text=closing[0].text)
    journal = replace(entry, kind=EntryKind.JOURNAL, amount=amount, customer=customer, lines=(owed, spent))
    yield journal
    yield replace(
        entry,
        kind=EntryKind.ALLOCATION,
        write_id=derived(entry.write_id, "1"),
        amount=amount,
        customer=customer,
        source=Target(kind="journal", entry=entry.write_id),
        lines=pays,
        after=(entry.write_id,),
    )


def _refund(entry: Entry, chart: Chart) -> Iterator[Entry]:
    """An Expense with a line on receivables, and the application of what it settles."""
    if entry.account is None or entry.customer is None:
        raise Refused("A refund names the account that it leaves and the customer; plan it again.")
    owed = EntryLine(
        role=LineRole.ACCOUNT,
        amount=entry.amount,
        account=chart.receivable(entry.amount.currency),
        customer=entry.customer,
        text="Refund",
    )
    yield replace(entry, lines=(owed, *(line for line in entry.lines if line.role is LineRole.FEE)))
    if entry.source is None:
        return
    settles = EntryLine(role=LineRole.PAYS, amount=entry.amount, document=Target(kind="refund", entry=entry.write_id))
    after = tuple(dict.fromkeys((entry.write_id, *((entry.source.entry,) if entry.source.entry else ()))))
    yield replace(
        entry,
        kind=EntryKind.ALLOCATION,
        write_id=derived(entry.write_id, "1"),
        account=None,
        lines=(settles,),
        after=after,
    )


def _credit_note(entry: Entry) -> Entry:
    if entry.customer is None:
        raise Refused("A credit note names its customer; plan it again.")
    if any(line.role is LineRole.ACCOUNT and line.item is None for line in entry.lines):
        raise Refused(
            "A QuickBooks credit memo names a product or service that leads to its account; make one in QuickBooks "
            "(Sales, Products and services) for this account and name it under Settings, Posting."
        )
    return entry


def _check_transfer(entry: Entry, chart: Chart) -> None:
    """A transfer has one amount: between two foreign currencies it cannot say what arrived."""
    ends = {chart.currency(account) for account in (entry.account, entry.to_account) if account}
    foreign = {currency for currency in ends if currency not in (None, chart.home)}
    if len(foreign) > 1:
        raise Refused(
            f"QuickBooks transfers no money between accounts in {' and '.join(sorted(map(str, foreign)))}. Transfer it there "
            f"through an account in {chart.home}: once out of the one currency, once into the other."
        )


def _check_sum(entry: Entry, shares: Sequence[Share], fees: Sequence[EntryLine]) -> None:
    currency = currency_of(entry)
    brought = total((share.paid for share in shares), currency) - total((line.amount for line in fees), currency)
    if entry.amount.currency == currency and brought != entry.amount:
        raise Refused(f"The lines of this receipt come to {brought}, and it brought {entry.amount}; plan it again.")


def _check_currencies(entry: Entry, chart: Chart) -> None:
    """One currency of documents; money in another only where that is home currency in a home account."""
    owed = {line.amount.currency for line in entry.lines}
    if len(owed) > 1:
        raise Refused(
            "One QuickBooks payment has one currency; this receipt pays documents in "
            f"{' and '.join(sorted(owed))}. Receive each currency by a payment of its own in QuickBooks."
        )
    currency = currency_of(entry)
    if entry.amount and entry.amount.currency not in (currency, chart.home):
        raise Refused(
            f"QuickBooks takes no payment in {currency} into an account in {entry.amount.currency}. Receive it there "
            "into an account of its own currency and transfer it."
        )
    if entry.amount and entry.amount.currency != currency and entry.rate is None:
        raise Refused(f"The rate of {currency} at which this money came is not known; plan it again.")
    if any(line.amount.minor < 0 for line in entry.lines):
        raise Refused("The lines of a receipt are positive; plan it again.")
