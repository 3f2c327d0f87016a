"""Which receipts one open item could matter to: found by what they share, never by asking all of them.

Two things tie receipts and items together. A customer does: who may have paid, whom the text's documents belong to, and their
groups. And an amount does, but only for a receipt that is not certain of its payer or of its answer: such a one looks at anybody's
items of its amount, and at other receipts of it.
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

_FEW, _TELLING = 3, 6
"""Fewer digits are looked for together with the letters beside them; more than these tell no better."""
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
            self.add(look)

    def add(self, look: Look) -> None:
        """Make a receipt findable; again after it was read again."""
        own = look.receipt.id
        self._looks[own] = look
        for customer in self._customers(look):
            self._by_customer[customer].add(own)
        self._by_amount[look.receipt.currency, look.receipt.amount_minor].add(own)
        for sign in _said(look.receipt):
            self._by_sign[sign].add(own)

    def of_slot(self, slot: Slot) -> set[str]:
        """Receipts to which an item can matter at once: of its customer, of its amount, or whose text could name it."""
        item = slot.item
        found = set(self._by_customer.get(item.customer_id, ()))
        found |= self._by_amount.get((item.currency, item.open_minor), set())
        found |= self._by_amount.get((item.currency, item.total_minor), set())
        return found.union(*[self._by_sign.get(sign, ()) for sign in _names(slot)])

    def reached_from(self, receipts: Iterable[str]) -> set[str]:
        """These receipts and all whose answers hang on theirs, over however many steps."""
        found: set[str] = set()
        customers: set[str] = set()
        todo = [own for own in receipts if own in self._looks]
        while todo:
            own = todo.pop()
            if own in found:
                continue
            found.add(own)
            look = self._looks[own]
            todo += self._alike(look)
            for customer in self._concerned(look):
                if customer not in customers:
                    customers.add(customer)
                    todo += self._of_customer(customer)
        return found

    def slots_of(self, receipts: Iterable[str]) -> Iterator[Slot]:
        """Items of the customers that these receipts concern; an item may come twice."""
        for customer in {one for own in receipts for one in self._concerned(self._looks[own])}:
            yield from self._index.all_of(customer)

    def _customers(self, look: Look) -> set[str]:
        """Who may have paid, whose documents are named that were to be paid, and everybody of their groups."""
        named = {slot for mention in look.mentions for slot in mention.slots if slot.left or slot.claims}
        found = {*look.customers, *(slot.item.customer_id for slot in named)}
        return found.union(*[self._index.payers.family(customer) for customer in found])

    def _concerned(self, look: Look) -> set[str]:
        """The same and, for an uncertain receipt, the owners of everything that has its amount."""
        found = self._customers(look)
        if not self._sure(look):
            slots = self._index.with_amount(look.receipt.currency, look.receipt.amount_minor)
            found.update(slot.item.customer_id for slot in slots)
        return found

    def _sure(self, look: Look) -> bool:
        return bool(look.payers) and self._is_certain(look.receipt.id)

    def _alike(self, look: Look) -> list[str]:
        """Receipts of the same amount, unless both are certain of themselves."""
        same = self._by_amount[look.receipt.currency, look.receipt.amount_minor]
        return [own for own in same if not (self._sure(look) and self._sure(self._looks[own]))]

    def _of_customer(self, customer: str) -> list[str]:
        """Receipts that concern a customer, and uncertain ones of any amount that the customer has open."""
        found = list(self._by_customer.get(customer, ()))
        amounts = {(slot.item.currency, slot.item.open_minor) for slot in self._index.all_of(customer)}
        for amount in amounts:
            found += [own for own in self._by_amount.get(amount, ()) if not self._sure(self._looks[own])]
        found += [claim.receipt_id for slot in self._index.all_of(customer) for claim in slot.claims]
        return [own for own in found if own in self._looks]


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
