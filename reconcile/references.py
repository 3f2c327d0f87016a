"""Which open items a text could be naming: one dictionary of every shape of every number."""

import re
from bisect import insort
from collections.abc import Mapping

from reconcile.check_digits import has_check_digit, proves_itself
from reconcile.fold import compact, fold
from reconcile.numbers import BARE, FULL, LOOSE, SHORT, STRUCTURED, number_forms
from reconcile.slot import Slot

Entry = tuple[Slot, int]
_ID_LENGTH_MIN = 8
START = 4
"""Letters of a key that are remembered: most words of a text begin no key and are passed over."""
_LETTERS = re.compile("[A-Za-z]+")


class ReferenceIndex:
    """Keys to slots with strengths. `add` and `remove` keep it warm, and leave what a new index of the same items would hold."""

    def __init__(self, slots: Mapping[str, Slot]) -> None:
        """`slots` by item id: whoever keeps them keeps them up to date."""
        self.slots = slots
        self.keys: dict[str, Entry] = {}
        """Each key's item with the least id: nine keys in ten have no other."""
        self._others: dict[str, list[Entry]] = {}
        self.most: dict[str, int] = {}
        """The strength of the strongest entry of a key that has others."""
        self.reach: dict[str, int] = {}
        """By one to four letters, how long the longest key is that begins so. It only bounds a search, so it never shrinks."""
        self.prefixes: dict[str, int] = {}
        """How many numbers begin with these letters."""

    def add(self, slot: Slot) -> None:
        """Make an item findable under everything it is called."""
        put, reached = self.keys.setdefault, self.reach.get
        entry = slot, 0
        for key, strength in strengths(slot).items():
            if strength != entry[1]:
                entry = slot, strength  # one for all keys of a strength that follow each other
            known = put(key, entry)
            if known is not entry:
                self._add_beside(key, known, entry)
            elif len(key) > reached(key[:START], 0):
                self._reach_out(key)
        prefix = _prefix(slot)
        if prefix:
            self.prefixes[prefix] = self.prefixes.get(prefix, 0) + 1

    def _reach_out(self, key: str) -> None:
        reach, long = self.reach, len(key)
        for end in range(1, START + 1):
            start = key[:end]
            if reach.get(start, 0) < long:
                reach[start] = long

    def _add_beside(self, key: str, known: Entry, entry: Entry) -> None:
        self.most[key] = max(self.most.get(key, known[1]), entry[1])
        if _id(entry) < _id(known):
            self.keys[key], entry = entry, known
        others = self._others.setdefault(key, [])
        if others and _id(others[-1]) > _id(entry):
            insort(others, entry, key=_id)
        else:
            others.append(entry)  # a build adds in the order of ids

    def remove(self, slot: Slot) -> None:
        """Forget an item."""
        for key in strengths(slot):
            entries = [entry for entry in self.find(key) or () if entry[0] is not slot]
            self._others.pop(key, None)
            self.most.pop(key, None)
            if entries:
                self.keys[key] = entries[0]
                if len(entries) > 1:
                    self._others[key] = entries[1:]
                    self.most[key] = max([entry[1] for entry in entries])
            else:
                del self.keys[key]
        _count_down(self.prefixes, _prefix(slot))

    def by_id(self, text: str) -> Slot | None:
        """The item whose id is exactly this text. Ids are the books' own and may look like another document's number."""
        return self.slots.get(text)

    def find(self, key: str) -> list[Entry] | None:
        """Items called so in the order of their ids, or None."""
        first = self.keys.get(key)
        if first is None:
            return None
        others = self._others.get(key)
        return [first] if others is None else [first, *others]

    def strength(self, key: str) -> int:
        """The most that a key proves. Raises KeyError for a key that nothing is called by."""
        return self.most.get(key) or self.keys[key][1]


def _id(entry: Entry) -> str:
    return entry[0].item.id


def _count_down(counts: dict[str, int], key: str) -> None:
    if counts.get(key, 0) > 1:
        counts[key] -= 1
    else:
        counts.pop(key, None)


def _prefix(slot: Slot) -> str:
    number = slot.item.number
    if number.isascii():
        match = _LETTERS.match(number)
        return match[0].upper() if match is not None else ""
    number = fold(number)
    for end, char in enumerate(number):
        if not char.isalpha():
            return number[:end]
    return number


def strengths(slot: Slot) -> dict[str, int]:
    """Everything an item is called, with how little each could be chance; what comes first counts."""
    found: dict[str, int] = {}
    item = slot.item
    if item.payment_reference:
        key = compact(item.payment_reference)
        if key:
            found[key] = _structured_strength(key)
    if item.number:
        for form, strength in number_forms(fold(item.number)):
            if form not in found:
                found[form] = strength
    if item.po_number:
        key = compact(item.po_number)
        found.setdefault(key, _plain_strength(key, LOOSE))
        for form, strength in number_forms(fold(item.po_number)):
            if form not in found:
                found[form] = min(LOOSE, strength)
    for other in item.references:
        key = compact(other)
        if key:
            found.setdefault(key, STRUCTURED if len(key) >= _ID_LENGTH_MIN else _plain_strength(key))
    return found


def _structured_strength(key: str) -> int:
    """A long reference, or one that proves itself; a short one with a check digit is as good as a number in another form."""
    if len(key) >= _ID_LENGTH_MIN or proves_itself(key):
        return STRUCTURED
    return max(_plain_strength(key), LOOSE) if len(key) >= 5 and has_check_digit(key) else _plain_strength(key)


def _plain_strength(key: str, most: int = FULL) -> int:
    if len(key) < 5 or key.isalpha() or not (key.isascii() or any(map(str.isdigit, key))):
        return SHORT
    return min(most, BARE if key.isdigit() else FULL)
