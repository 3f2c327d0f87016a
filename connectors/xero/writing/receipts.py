"""A customer's money, as Xero holds it.

One invoice: a payment. Several: one batch, which is one line of the bank. With a remainder: one overpayment of the whole
and its allocations. What a bank or the customer kept back: a second payment of the invoice, to the account for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import count
from typing import NoReturn

from connectors.xero.writing.rates import implied
from ledger.entry import Entry, EntryLine, LineRole, Target
from ledger.faults import Refused
from ledger.ids import derived
from ledger.money import Money, convert, total

_KEPT = frozenset({LineRole.FEE, LineRole.WITHHELD})


@dataclass(frozen=True, slots=True)
class _Parts:
    """paid: what cash pays of each invoice. kept: of each invoice, what goes to another account. In the invoices' currency."""

    paid: tuple[EntryLine, ...]
    kept: tuple[EntryLine, ...]
    unapplied: Money
    rate: Decimal | None
    crossing: bool


def shape_receipt(entry: Entry, home: str) -> tuple[Entry, ...]:
    """Raises Refused."""
    parts = _parts(entry, home)
    ids = _write_ids(entry)
    main: list[Entry] = []
    if parts.unapplied:
        main = _overpaid(entry, parts, ids)
    elif parts.crossing and len(parts.paid) > 1:
        main = _crossing(entry, parts, ids)
    elif parts.paid:
        main = [replace(entry, write_id=next(ids), lines=parts.paid, rate=parts.rate)]
    before = (*entry.after, *([main[0].write_id] if main else []))
    return (*main, *(_kept(entry, line, parts, next(ids), home, before) for line in parts.kept))


def _write_ids(entry: Entry) -> Iterator[str]:
    return (entry.write_id if number == 0 else derived(entry.write_id, str(number)) for number in count())


def _parts(entry: Entry, home: str) -> _Parts:
    currency = _currency(entry, home)
    pays = [line for line in entry.lines if line.role is LineRole.PAYS and line.amount]
    if any(line.document is None or line.document.kind != "invoice" for line in pays):
        _refuse("In Xero a payment pays invoices; for anything else enter it there as received money.")
    paid, kept = _without_kept(pays, [line for line in entry.lines if line.role in _KEPT and line.amount])
    unapplied = total((line.amount for line in entry.lines if line.role is LineRole.UNAPPLIED), currency)
    cash = total((line.amount for line in paid), currency) + unapplied
    crossing = bool(entry.amount) and currency != entry.amount.currency
    if not entry.account and cash:
        _refuse("Xero needs the bank account that the money came into; choose one under Settings, Posting.")
    if not crossing and cash.minor != entry.amount.minor:
        _refuse(f"The lines come to {cash} and the receipt to {entry.amount}; it is planned wrongly and was not sent.")
    rate = entry.rate if currency != home else None
    if crossing:
        if not cash:
            _refuse("Nothing of this receipt pays an invoice, and its currency is not the invoices'.")
        rate = implied(entry.amount, cash)
    return _Parts(tuple(paid), tuple(kept), unapplied, rate, crossing)


def _currency(entry: Entry, home: str) -> str:
    """The one currency of the lines. The account's may differ where it is the home currency."""
    held = entry.amount.currency
    named = {line.amount.currency for line in entry.lines if line.amount} or {held}
    if len(named) > 1:
        _refuse(
            f"One payment in Xero is in one currency, and this receipt pays in {', '.join(sorted(named))}. "
            "Enter it there, each invoice with its own share of the money."
        )
    currency = named.pop()
    if entry.amount and held not in {currency, home}:
        _refuse(
            f"Xero pays a {currency} invoice from an account in {currency} or {home}, and this one is in {held}. Enter "
            f"the money there as received into a {home} clearing account, pay the invoice from it, and move the rest."
        )
    if (
        any(line.role is LineRole.UNAPPLIED and line.amount for line in entry.lines)
        and entry.amount.currency != currency
    ):
        _refuse(
            f"A remainder in another currency than the account's ({held}) cannot stand in Xero as one overpayment; "
            f"enter the overpayment there in {currency} with the rate of the day, then put it to its invoices."
        )
    return currency


def _without_kept(pays: list[EntryLine], kept: list[EntryLine]) -> tuple[list[EntryLine], list[EntryLine]]:
    """Each fee and withheld tax laid on invoices: the one that it names, else the largest that can bear it."""
    left = {number: line.amount for number, line in enumerate(pays)}
    shares: list[EntryLine] = []
    for line in kept:
        if not line.account:
            _refuse("A fee or withheld tax needs its account, with payments enabled in Xero; choose it under Settings.")
        rest = line.amount
        named = [
            number for number, one in enumerate(pays) if line.document is not None and one.document == line.document
        ]
        for number in named or sorted(left, key=lambda number: (-left[number].minor, number)):
            share = min(rest, left[number])
            if share:
                shares.append(replace(line, role=LineRole.PAYS, amount=share, document=pays[number].document))
                left[number], rest = left[number] - share, rest - share
        if rest:
            _refuse(f"{rest} of the fee or withheld tax is more than the invoice it was kept from.")
    return [replace(line, amount=left[number]) for number, line in enumerate(pays) if left[number]], shares


def _overpaid(entry: Entry, parts: _Parts, ids: Iterator[str]) -> list[Entry]:
    customers = {line.customer for line in entry.lines if line.customer} | (
        {entry.customer} if entry.customer else set()
    )
    if len(customers) != 1:
        _refuse(
            "Money of several customers, or of nobody known, with a remainder cannot be one record in Xero. Choose what "
            "the remainder belongs to, or enter it there as received money."
        )
    customer = customers.pop()
    whole = EntryLine(role=LineRole.UNAPPLIED, amount=entry.amount, customer=customer)
    first = replace(entry, write_id=next(ids), customer=customer, lines=(whole,), rate=parts.rate)
    source = Target(kind="overpayment", entry=first.write_id)
    return [first, *(_put(first, line, source, next(ids)) for line in parts.paid)]


def _put(first: Entry, line: EntryLine, source: Target, write_id: str) -> Entry:
    """An allocation of the overpayment to one invoice."""
    return Entry(
        kind=first.kind.ALLOCATION, write_id=write_id, on=first.on, amount=line.amount, customer=first.customer,
        source=source, lines=(line,), memo=first.memo, reference=first.reference, after=(*first.after, first.write_id),
    )  # fmt: skip


def _crossing(entry: Entry, parts: _Parts, ids: Iterator[str]) -> list[Entry]:
    """One payment each: only a payment by itself can say what its bank account got."""
    shares = entry.amount.split([line.amount.minor for line in parts.paid])
    return [
        replace(entry, write_id=next(ids), amount=share, lines=(line,), rate=parts.rate)
        for line, share in zip(parts.paid, shares, strict=True)
    ]


def _kept(entry: Entry, line: EntryLine, parts: _Parts, write_id: str, home: str, before: tuple[str, ...]) -> Entry:
    """The second payment of an invoice, to an account in home currency."""
    amount = line.amount
    if amount.currency != home:
        if parts.rate is None:
            _refuse(f"A fee of {amount} needs the rate that the bank used; choose it for this receipt.")
        amount = convert(amount, parts.rate, home)
    return replace(
        entry, write_id=write_id, account=line.account, amount=amount, rate=parts.rate, after=before,
        lines=(replace(line, account=None),),
    )  # fmt: skip


def _refuse(sentence: str) -> NoReturn:
    raise Refused(sentence)
