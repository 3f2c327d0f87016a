"""Everything that stands open, findable by number, amount and customer; kept warm between receipts."""

import datetime as dt
from bisect import insort
from collections import defaultdict
from collections.abc import Iterable, Sequence

from reconcile.facts import Fact, confirmed_in
from reconcile.memory import Memory
from reconcile.payers import PayerIndex
from reconcile.pile import Pile
from reconcile.references import ReferenceIndex
from reconcile.shelf import Shelf
from reconcile.slot import Slot
from reconcile.values import HistoryRow, OpenItem, Payer

_LETTERS_MIN = 4
_FEW = 60
"""So many items are looked through sooner than found by amount."""
MANY = 400
"""What a customer with more items has open is not sought among all of them each time."""


class Index:
    """The open items and the customers. `add_item` and `remove_item` change one thing without a rebuild."""

    def __init__(self) -> None:
        """Empty."""
        self.slots: dict[str, Slot] = {}
        self.references = ReferenceIndex(self.slots)
        self.payers = PayerIndex()
        self.memory = Memory()
        self._by_customer: dict[tuple[str, str], list[Slot]] = defaultdict(list)
        self._currencies: dict[str, tuple[str, ...]] = {}
        self._by_amount: dict[str, Shelf[int]] = defaultdict(Shelf)
        self._open_count: dict[str, int] = defaultdict(int)
        self._stand_open = self._open_count
        self._parted: dict[tuple[str, str], dict[str, Slot]] = defaultdict(dict)
        self._piles: dict[tuple[str, str], Pile] = {}

    @classmethod
    def build(
        cls,
        items: Iterable[OpenItem],
        payers: Iterable[Payer],
        history: Iterable[HistoryRow] = (),
        facts: Sequence[Fact] = (),
    ) -> "Index":
        """An index of everything, the same whatever the order of the input; `facts` alone are in order of time."""
        index = cls()
        for payer in sorted(payers, key=lambda payer: payer.id):
            index.payers.add(payer)
        items = sorted(items, key=lambda item: item.id)
        for customer in sorted({item.customer_id for item in items}.difference(index.payers.customers)):
            if _is_name(customer):
                index.payers.add(Payer(customer, customer))
        index.memory = Memory.of([*confirmed_in(history), *facts])
        index.payers.learn(index.memory)
        for item in items:
            index._place(Slot(item))
        for found in index._by_customer.values():
            found.sort(key=_age)
        return index

    def put_item(self, item: OpenItem) -> Slot:
        """An open item as it now is, in place of what stood under its id. What was claimed of the old one is forgotten."""
        if item.id in self.slots:
            self.remove_item(item.id)
        return self.add_item(item)

    def add_item(self, item: OpenItem) -> Slot:
        """One more open item."""
        slot = Slot(item)
        self._place(slot)
        self._piles.pop((item.customer_id, item.currency), None)
        found = self._by_customer[item.customer_id, item.currency]
        found.remove(slot)
        insort(found, slot, key=_age)
        return slot

    def remove_item(self, item_id: str) -> None:
        """Forget an item. Raises KeyError if it is not there."""
        slot = self.slots.pop(item_id)
        item = slot.item
        self.references.remove(slot)
        self._piles.pop((item.customer_id, item.currency), None)
        self._by_customer[item.customer_id, item.currency].remove(slot)
        self._by_amount[item.currency].remove(item.open_minor, slot)
        self._stand_open[item.currency] -= item.open_minor > 0
        self._parted[item.customer_id, item.currency].pop(item_id, None)

    def _place(self, slot: Slot) -> None:
        item = slot.item
        self.slots[item.id] = slot
        self.references.add(slot)
        self._by_customer[item.customer_id, item.currency].append(slot)
        currencies = self._currencies.get(item.customer_id, ())
        if item.currency not in currencies:
            self._currencies[item.customer_id] = tuple(sorted([*currencies, item.currency]))
        self._by_amount[item.currency].add(item.open_minor, slot)
        self._stand_open[item.currency] += item.open_minor > 0

    def of_customer(self, customer_id: str, currency: str) -> list[Slot]:
        """All items of a customer in a currency, oldest first, settled ones too."""
        return self._by_customer.get((customer_id, currency), [])

    def all_of(self, customer_id: str) -> list[Slot]:
        """All items of a customer in every currency."""
        return [
            slot for currency in self.currencies_of(customer_id) for slot in self.of_customer(customer_id, currency)
        ]

    def open_of(self, customers: Iterable[str], currency: str, on: dt.date) -> list[Slot]:
        """What these customers could pay on a day: open, issued, not yet claimed in full; each one's oldest first."""
        found: list[Slot] = []
        for customer in customers:
            slots = self._by_customer.get((customer, currency), ())
            if len(slots) > MANY:
                pile = self._pile((customer, currency)).upto(on)
                found = [*found, *pile] if found else pile
                continue
            found += [slot for slot in slots if slot.left and slot.since <= on and slot.item.status == "open"]
        return found

    def _pile(self, key: tuple[str, str]) -> Pile:
        pile = self._piles.get(key)
        if pile is None:
            pile = self._piles[key] = Pile(self._by_customer[key])
        return pile

    def release(self, slots: Iterable[Slot]) -> None:
        """Forget what was claimed of these items."""
        for slot in slots:
            if slot.claims or not slot.left:  # else nothing was, as of most
                slot.release()
                if self._piles:
                    self._note_in_pile(slot)

    def _note_in_pile(self, slot: Slot) -> None:
        pile = self._piles.get((slot.item.customer_id, slot.item.currency))
        if pile is not None and self.slots.get(slot.item.id) is slot:  # it may have been taken from the books
            pile.note(slot)

    def could_stand_at(self, customers: Sequence[str], currency: str, minor: int) -> list[Slot]:
        """Every item of these customers of which just this amount is left or was at some time, each one's oldest first.

        Others may be among them: a customer with few items is not searched by amount.
        """
        keys = [(customer, currency) for customer in customers]
        if sum([len(self._by_customer.get(key, ())) for key in keys]) <= _FEW:
            return [slot for key in keys for slot in self._by_customer.get(key, ())]
        found = {slot.item.id: slot for slot in self.with_amount(currency, minor)}
        for key in keys:
            found.update(self._parted.get(key, {}))
        place = {customer: at for at, customer in enumerate(customers)}
        own = [slot for slot in found.values() if slot.item.customer_id in place]
        return sorted(own, key=lambda slot: (place[slot.item.customer_id], slot.since, slot.item.id))

    def note_claims(self, slots: Iterable[Slot]) -> None:
        """Something was taken of these items or given back: those not taken whole and at once stand at other amounts than at first."""
        for slot in slots:
            item = slot.item
            if slot.left or len(slot.claims) != 1 or slot.claims[0].minor != item.open_minor:
                self._parted[item.customer_id, item.currency][item.id] = slot
            if self._piles:
                self._note_in_pile(slot)

    def parted(self, customer_id: str, currency: str) -> Iterable[Slot]:
        """Items of a customer that have stood at other amounts than at first, some that do no longer among them."""
        return self._parted[customer_id, currency].values() if (customer_id, currency) in self._parted else ()

    def currencies_of(self, customer_id: str) -> tuple[str, ...]:
        """Currencies that a customer's items are or were in, in a fixed order."""
        return self._currencies.get(customer_id, ())

    def with_amount(self, currency: str, minor: int) -> list[Slot]:
        """Items that stood open with exactly this amount before the first receipt."""
        found = self._by_amount.get(currency)
        return [] if found is None else found.get(minor)

    def count_with_amount(self, currency: str, minor: int) -> int:
        """How many they are."""
        found = self._by_amount.get(currency)
        return 0 if found is None else found.count(minor)

    def open_count(self, currency: str) -> int:
        """How many items stood open in a currency; once counts are held, how many did when that was done."""
        return self._open_count[currency]

    def hold_counts(self) -> None:
        """Let `open_count` say what it says now while items change, so that probabilities of different days can be compared."""
        self._open_count = defaultdict(int, self._stand_open)

    def drift(self) -> dict[str, tuple[int, int]]:
        """By currency, how many items stood open when counts were held and how many do now, where that differs."""
        held, now = self._open_count, self._stand_open
        return {one: (held[one], now[one]) for one in {*held, *now} if held[one] != now[one]}


def _is_name(customer_id: str) -> bool:
    """Whether a customer is kept by name alone, as in exports without a list of customers: no digits, or words with blanks."""
    letters = sum(char.isalpha() for char in customer_id)
    digits = any(char.isdigit() for char in customer_id)
    return letters >= _LETTERS_MIN and (not digits or (" " in customer_id and letters > len(customer_id) // 2))


def _age(slot: Slot) -> tuple[dt.date, str]:
    return slot.since, slot.item.id
