"""What a customer with very many items has open, kept in order with its amounts beside it, so that nobody walks over all of them."""

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import compress

from reconcile.differences import discount_of
from reconcile.slot import Slot

_NEVER = dt.date.max


class Stack(list[Slot]):
    """Items that stand open, oldest first, with what is left of each beside it. All are invoices of one customer."""

    __slots__ = ("amounts", "discounted", "dues", "ordered")

    def __init__(self, pile: "Pile", count: int) -> None:
        """The oldest so many of a pile, as it is now."""
        super().__init__(pile.slots[:count])
        self.amounts = pile.amounts[:count]
        self.dues = pile.dues[:count]
        self.discounted = pile.discounted > 0
        """Whether any of the pile is offered with a discount."""
        self.ordered = pile.ordered > 0
        """Whether any of the pile has an order's number."""

    def of_amount(self, minor: int) -> list[Slot]:
        """Those of which just this is left."""
        found, place = [], -1
        for _ in range(self.amounts.count(minor)):
            place = self.amounts.index(minor, place + 1)
            found.append(self[place])
        return found

    def due(self, on: dt.date, *, before: bool = False) -> list[bool]:
        """Of each whether it is due on a day, or was before it."""
        return list(map(on.__gt__ if before else on.__ge__, self.dues))

    def sum_of(self, chosen: Iterable[bool]) -> int:
        """What is left of the chosen ones."""
        return sum(compress(self.amounts, chosen))


class Pile:
    """Told of every claim. `credits`: how many credit notes are in it; then it is walked over like anybody's."""

    __slots__ = ("amounts", "credits", "discounted", "dues", "ordered", "slots")

    def __init__(self, slots: Iterable[Slot]) -> None:
        """`slots`: all of a customer's in one currency, oldest first."""
        self.slots = [slot for slot in slots if _is_open(slot)]
        self.amounts = [slot.signed for slot in self.slots]
        self.dues = [slot.item.due_on or _NEVER for slot in self.slots]
        self.credits = sum(slot.sign < 0 for slot in self.slots)
        self.discounted = sum(_has_discount(slot) for slot in self.slots)
        self.ordered = sum(bool(slot.item.po_number) for slot in self.slots)

    def upto(self, on: dt.date) -> list[Slot]:
        """What had been issued on a day: a `Stack` where there are invoices only."""
        count = bisect_right(self.slots, on, key=_since)
        return self.slots[:count] if self.credits else Stack(self, count)

    def note(self, slot: Slot) -> None:
        """Something was taken of an item or given back."""
        place = bisect_left(self.slots, (slot.since, slot.item.id), key=_age)
        here = place < len(self.slots) and self.slots[place] is slot
        if _is_open(slot):
            if not here:
                self.slots.insert(place, slot)
                self.amounts.insert(place, 0)
                self.dues.insert(place, slot.item.due_on or _NEVER)
                self._count(slot, 1)
            self.amounts[place] = slot.signed
        elif here:
            del self.slots[place], self.amounts[place], self.dues[place]
            self._count(slot, -1)

    def _count(self, slot: Slot, by: int) -> None:
        self.credits += by * (slot.sign < 0)
        self.discounted += by * _has_discount(slot)
        self.ordered += by * bool(slot.item.po_number)


def amounts_of(slots: Sequence[Slot]) -> list[int]:
    """What is left of each, negative for a credit note."""
    return slots.amounts if isinstance(slots, Stack) else [slot.signed for slot in slots]


def _is_open(slot: Slot) -> bool:
    return bool(slot.left) and slot.item.status == "open"


def _has_discount(slot: Slot) -> bool:
    return bool(discount_of(slot, slot.since, 0)[0])


def _since(slot: Slot) -> dt.date:
    return slot.since


def _age(slot: Slot) -> tuple[dt.date, str]:
    return slot.since, slot.item.id
