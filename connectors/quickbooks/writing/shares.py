"""A receipt's lines by customer, with what was withheld taken out of what the money pays. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ledger.entry import Entry, EntryLine, LineRole
from ledger.faults import Refused
from ledger.money import Money, total

_MONEY = (LineRole.PAYS, LineRole.UNAPPLIED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one customer's money does. paid: its lines' sum, without what was withheld."""

    customer: str
    paid: Money
    lines: tuple[EntryLine, ...]
    withheld: tuple[EntryLine, ...]


def currency_of(entry: Entry) -> str:
    """The currency of the documents; the amount's where there is no line."""
    return next((line.amount.currency for line in entry.lines), entry.amount.currency)


def shares_of(entry: Entry) -> list[Share]:
    """One for each customer, in the order of the lines. A receipt without lines is its customer's credit."""
    lines = entry.lines or (EntryLine(role=LineRole.UNAPPLIED, amount=entry.amount),)
    customers = dict.fromkeys(_customer(entry, line) for line in lines if line.role in _MONEY)
    return [_share(entry, lines, customer) for customer in customers]


def _share(entry: Entry, lines: Sequence[EntryLine], customer: str) -> Share:
    own = [line for line in lines if line.role in _MONEY and _customer(entry, line) == customer]
    withheld = [
        line for line in lines if line.role is LineRole.WITHHELD and _withholder(entry, line, lines) == customer
    ]
    named = []
    for line in withheld:
        place = _place(own, line)
        named.append(line if line.document else replace(line, document=own[place].document))
        own[place] = replace(own[place], amount=own[place].amount - line.amount)
    kept = tuple(line for line in own if line.amount)
    paid = total((line.amount for line in kept), currency_of(entry))
    return Share(customer=customer, paid=paid, lines=kept, withheld=tuple(named))


def _place(own: Sequence[EntryLine], withheld: EntryLine) -> int:
    """The line that pays the document; where none is named, the largest."""
    places = [
        place for place, line in enumerate(own)
        if line.role is LineRole.PAYS and withheld.document in (None, line.document) and line.amount >= withheld.amount
    ]  # fmt: skip
    if not places:
        raise Refused("More was withheld than this receipt pays of the invoice; match it again.")
    return max(places, key=lambda place: (own[place].amount.minor, -place))


def _customer(entry: Entry, line: EntryLine) -> str:
    found = line.customer or entry.customer
    if found is None:
        raise Refused("A QuickBooks payment names its customer; choose one for this receipt.")
    return found


def _withholder(entry: Entry, line: EntryLine, lines: Sequence[EntryLine]) -> str:
    """Whose document it was withheld from."""
    if line.customer is None and line.document is not None:
        for other in lines:
            if other.role is LineRole.PAYS and other.document == line.document:
                return _customer(entry, other)
    return _customer(entry, line)
