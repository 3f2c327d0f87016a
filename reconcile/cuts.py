"""Sets that people pay in one go: all that is open, all overdue, a month, an order, everything up to a date."""

import datetime as dt
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from itertools import compress

from reconcile.pile import Stack
from reconcile.slot import Slot

MONTHS = {
    "JANUARY": 1, "JAN": 1, "JANUAR": 1, "JANVIER": 1, "ENERO": 1, "FEBRUARY": 2, "FEB": 2, "FEBRUAR": 2, "FEVRIER": 2, "FEBRERO": 2,
    "MARCH": 3, "MAR": 3, "MAERZ": 3, "MARZ": 3, "MARS": 3, "MARZO": 3, "APRIL": 4, "APR": 4, "AVRIL": 4, "ABRIL": 4, "MAY": 5, "MAI": 5,
    "MAYO": 5, "JUNE": 6, "JUN": 6, "JUNI": 6, "JUIN": 6, "JUNIO": 6, "JULY": 7, "JUL": 7, "JULI": 7, "JUILLET": 7, "JULIO": 7,
    "AUGUST": 8, "AUG": 8, "AOUT": 8, "AGOSTO": 8, "SEPTEMBER": 9, "SEP": 9, "SEPT": 9, "SEPTEMBRE": 9, "SEPTIEMBRE": 9,
    "OCTOBER": 10, "OCT": 10, "OKTOBER": 10, "OKT": 10, "OCTOBRE": 10, "OCTUBRE": 10, "NOVEMBER": 11, "NOV": 11, "NOVEMBRE": 11,
    "NOVIEMBRE": 11, "DECEMBER": 12, "DEC": 12, "DEZEMBER": 12, "DEZ": 12, "DECEMBRE": 12, "DICIEMBRE": 12,
}  # fmt: skip
_ALL = re.compile(
    r"\b(STATEMENT|(?<!ON )ACCOUNT|BALANCE|OVERDUE|OUTSTANDING|ALL OPEN|ALL INVOICES|KONTOAUSZUG|OFFENE|SALDO|SOLDE|RELEVE|CLEARING)\b"
)
_ON_ACCOUNT = re.compile(r"\b(ON ACCOUNT|A ?CONTO|AKONTO|A CUENTA|IN ACCONTO|ACOMPTE|ANZAHLUNG|DEPOSIT ON)\b")
_WORD = re.compile(r"[^\W\d_]+")

Cut = tuple[str, float, list[Slot]]
"""A reason code, how likely people pay so, and the items."""


def asks_for_statement(text: str) -> bool:
    """Whether the payment's text speaks of a statement, a balance or a month."""
    return bool(_ALL.search(text)) or bool(months_named(text))


def says_on_account(text: str) -> bool:
    """Whether a payment calls itself one on account, which chose no invoices."""
    return bool(_ON_ACCOUNT.search(text))


def months_named(text: str) -> set[int]:
    """Months that the text names, as numbers."""
    return {MONTHS[word] for word in _WORD.findall(text) if word in MONTHS}


def natural_cuts(open_slots: list[Slot], on: dt.date, text: str, target: int) -> Iterator[Cut]:
    """Every natural cut of two or more items that makes the target; `open_slots` are one payer's, in one currency.

    They come customer by customer, the oldest of each first.
    """
    if isinstance(open_slots, Stack):
        yield from _of_many(open_slots, on, text, target)
        return
    invoices = [slot for slot in open_slots if slot.sign > 0]
    if len(open_slots) > 1 and _sum(open_slots) == target:
        yield "cut_all", 0.10 * _lift(text), open_slots
    if len(invoices) not in (0, 1, len(open_slots)) and _sum(invoices) == target:
        yield "cut_all_invoices", 0.04 * _lift(text), invoices
    if len(open_slots) < 3:
        return  # a part of them would be one
    due = [slot for slot in invoices if slot.item.due_on is not None and slot.item.due_on <= on]
    overdue = [slot for slot in due if slot.item.due_on != on]
    for late in (due, overdue) if len(overdue) != len(due) else (due,):
        if 1 < len(late) < len(invoices) and _sum(late) == target:
            yield "cut_overdue", 0.06 * _lift(text), late
    yield from _oldest(invoices, target)
    yield from _months(open_slots, text, target)
    yield from _orders(invoices, target)


def _of_many(invoices: Stack, on: dt.date, text: str, target: int) -> Iterator[Cut]:
    """The same of one customer's many invoices, whose sums are known before anybody looks at the items."""
    total = sum(invoices.amounts)
    if total < target:
        return  # a part of them makes less
    if len(invoices) > 1 and total == target:
        yield "cut_all", 0.10 * _lift(text), invoices
    if len(invoices) < 3:
        return
    due, overdue = invoices.due(on), invoices.due(on, before=True)
    for late in (due, overdue) if overdue != due else (due,):
        if invoices.sum_of(late) == target and 1 < sum(late) < len(invoices):
            yield "cut_overdue", 0.06 * _lift(text), list(compress(invoices, late))
    yield from _oldest(invoices, target)
    yield from _months(invoices, text, target)
    if invoices.ordered:
        yield from _orders(invoices, target)


def _sum(slots: list[Slot]) -> int:
    return sum([slot.sign * slot.left for slot in slots])


def _lift(text: str) -> float:
    return 20.0 if asks_for_statement(text) else 1.0


def _oldest(invoices: list[Slot], target: int) -> Iterator[Cut]:
    """The oldest so many, up to a date, where they make the target."""
    if len(invoices) < 3:
        return
    ordered = invoices
    if invoices[0].item.customer_id != invoices[-1].item.customer_id:  # one customer's come in this order
        ordered = sorted(invoices, key=lambda slot: (slot.since, slot.item.id))
    total = 0
    for count, slot in enumerate(ordered[:-1], 1):
        total += slot.left
        if total >= target:
            if total == target and count > 1 and slot.since != ordered[count].since:
                yield "cut_oldest", 0.03 / len(ordered), ordered[:count]
            return


def _months(slots: list[Slot], text: str, target: int) -> Iterator[Cut]:
    ordered = slots
    if slots[0].item.customer_id != slots[-1].item.customer_id:
        ordered = sorted(slots, key=_month)
    first = 0
    while first < len(ordered):
        month = _month(ordered[first])
        end = bisect_right(ordered, month, first, key=_month)
        if 1 < end - first < len(slots) and _sum_between(ordered, first, end) == target:
            yield "cut_month", 1.0 if month[1] in months_named(text) else 0.02, ordered[first:end]
        first = end


def _sum_between(slots: list[Slot], first: int, end: int) -> int:
    return sum(slots.amounts[first:end]) if isinstance(slots, Stack) else _sum(slots[first:end])


def _month(slot: Slot) -> tuple[int, int]:
    return slot.since.year, slot.since.month


def _orders(invoices: list[Slot], target: int) -> Iterator[Cut]:
    groups: dict[str, list[Slot]] = defaultdict(list)
    for slot in [slot for slot in invoices if slot.item.po_number]:
        groups[slot.item.po_number].append(slot)
    for _, group in sorted(groups.items()):
        if 1 < len(group) < len(invoices) and _sum(group) == target:
            yield "cut_order", 0.03, group
