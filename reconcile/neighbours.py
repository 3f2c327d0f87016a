"""Which receipts one open item could matter to: found by what they share, never by asking all of them.

Two things tie receipts and items together. A customer does: who may have paid, whom the text's documents belong to, and their
groups. And an amount does, but only for a receipt that is not certain of its payer or of its answer: such a one looks at anybody's
items of its amount.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from reconcile.fold import compact, fold, runs
from reconcile.index import Index
from reconcile.look import Look
from reconcile.mentions import ranged_numbers
from reconcile.numbers import stripped
from reconcile.references import strengths
from reconcile.slot import Slot
from reconcile.values import Receipt

_FEW, _TELLING = 3, 11
"""Fewer digits are looked for together with the letters beside them; a year, a month and a number are not more than these."""
_SHORT_WINDOW = 3
_DIGITS, _RANGED = "# ", "- "
"""Signs that are no words: digits that go on so, and a range, which names what it does not spell out."""

Amount = tuple[str, int]


class Neighbours:
    """The receipts of one run by customer, by amount and by the signs of what they name."""

    def __init__(self, looks: Iterable[Look], index: Index, is_certain: Callable[[str], bool]) -> None:
        """`is_certain` tells of a receipt's id whether it was settled with nobody looking."""
        self._index = index
        self._is_certain = is_certain
        self._looks: dict[str, Look] = {}
        self._by_customer: dict[str, set[str]] = defaultdict(set)
        self._by_amount: dict[Amount, set[str]] = defaultdict(set)
        self._by_sign: dict[str, set[str]] = defaultdict(set)
        for look in looks:
            self._looks[look.receipt.id] = look
            self._by_amount[look.receipt.currency, look.receipt.amount_minor].add(look.receipt.id)
            for sign in _said(look.receipt):
                self._by_sign[sign].add(look.receipt.id)
            self.note_customers(look)

    def note_customers(self, look: Look) -> None:
        """Make a receipt findable by the customers that it concerns; again after it was read again."""
        for customer in self._customers(look):
            self._by_customer[customer].add(look.receipt.id)

    def of_slot(self, slot: Slot) -> set[str]:
        """Receipts to which an item can matter at once: of its customer, of its amount, or whose text could name it."""
        item = slot.item
        found = set(self._by_customer.get(item.customer_id, ()))
        found |= self._by_amount.get((item.currency, item.open_minor), set())
        found |= self._by_amount.get((item.currency, item.total_minor), set())
        return found | self.naming(slot)

    def naming(self, slot: Slot) -> set[str]:
        """Receipts whose text could name an item: no other's reading changes with it."""
        return set().union(*[self._by_sign.get(sign, ()) for sign in _names(slot)])

    def readers(self, slot: Slot, stood: Iterable[int]) -> set[str]:
        """Receipts that look at what is left of an item. `stood`: the amounts that it stood at besides its first."""
        currency = slot.item.currency
        found = set(self._by_customer.get(slot.item.customer_id, ()))
        for minor in {slot.item.open_minor, *stood}:
            found.update(own for own in self._by_amount.get((currency, minor), ()) if not self._sure(self._looks[own]))
        return found

    def seen_by(self, looks: Iterable[Look]) -> set[Slot]:
        """All items whose rest these receipts could look at while they are decided."""
        index, customers, owners, amounts = self._index, set(), set(), set()
        for look in looks:
            customers |= self._customers(look)
            amounts.add((look.receipt.currency, look.receipt.amount_minor))
        found = {slot for customer in customers for slot in index.all_of(customer)}
        for currency, minor in amounts:
            slots = index.with_amount(currency, minor)
            found.update(slots)
            owners |= {(slot.item.customer_id, currency) for slot in slots}
        return found.union(*[index.parted(*owner) for owner in owners])

    def _customers(self, look: Look) -> set[str]:
        """Who may have paid, whose documents are named that were to be paid, and everybody of their groups."""
        named = {slot for mention in look.mentions for slot in mention.slots if slot.left or slot.claims}
        found = {*look.customers, *(slot.item.customer_id for slot in named)}
        return found.union(*[self._index.payers.family(customer) for customer in found])

    def _sure(self, look: Look) -> bool:
        return bool(look.payers) and self._is_certain(look.receipt.id)


def _said(receipt: Receipt) -> set[str]:
    """Signs under which a text could name a document: whole words, short runs together, and how its digits go on from each place."""
    found: set[str] = set()
    for text in (receipt.reference, *[value for _, value in receipt.metadata]):
        folded = fold(text)
        found |= {compact(text), folded.strip()}
        for token in folded.split():
            found |= {compact(token), token.strip(".,;:()[]#")}
        parts = runs(folded)
        for raw in (parts, [stripped(part) for part in parts]):
            for place in range(len(raw)):
                found |= {"".join(raw[place : place + width]) for width in range(1, _SHORT_WINDOW + 1)}
                digits = "".join([part for part in raw[place:] if part.isdigit()][:_TELLING])[:_TELLING]
                found |= {_DIGITS + digits[:end] for end in range(_FEW, len(digits) + 1)}
        found |= {f"{_RANGED}{value}" for value in ranged_numbers(folded)}
    return found


def _names(slot: Slot) -> Iterator[str]:
    """The signs under which a text that names an item is found."""
    numbers = [part for part in runs(fold(slot.item.number)) if part.isdigit()]
    if numbers:
        yield f"{_RANGED}{int(numbers[-1])}"
    yield slot.item.id
    yield fold(slot.item.id)
    for key in strengths(slot):
        digits = "".join([char for char in key if char.isdigit()])
        yield key.replace(".", "") if len(digits) < _FEW else _DIGITS + digits[:_TELLING]
        yield key
