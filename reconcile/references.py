"""Which open items a text could be naming: one dictionary of every shape of every number."""

from collections.abc import Iterator

from reconcile.check_digits import has_check_digit, proves_itself
from reconcile.fold import compact, fold
from reconcile.numbers import BARE, FULL, LOOSE, SHORT, STRUCTURED, number_forms
from reconcile.slot import Slot

Entry = tuple[Slot, int]
_ID_LENGTH_MIN = 8
START = 4
"""Letters of a key that are remembered: most words of a text begin no key and are passed over."""


class ReferenceIndex:
    """Keys to slots with strengths. `add` and `remove` keep it warm."""

    def __init__(self) -> None:
        """Empty."""
        self.keys: dict[str, list[Entry]] = {}
        self.starts: set[str] = set()
        self._ids: dict[str, Slot] = {}
        self.prefixes: dict[str, int] = {}

    def add(self, slot: Slot) -> None:
        """Make an item findable under everything it is called."""
        for key, strength in _keys_of(slot):
            found = self.keys.get(key)
            if found is None:
                self.keys[key] = [(slot, strength)]
                self.starts.add(key[:START])
            elif found[-1][0] is not slot:
                found.append((slot, strength))
        self._ids[slot.item.id] = slot
        prefix = _prefix(slot)
        if prefix:
            self.prefixes[prefix] = self.prefixes.get(prefix, 0) + 1

    def remove(self, slot: Slot) -> None:
        """Forget an item."""
        self._ids.pop(slot.item.id, None)
        for key, _ in _keys_of(slot):
            kept = [entry for entry in self.keys.get(key, []) if entry[0] is not slot]
            if kept:
                self.keys[key] = kept
            else:
                self.keys.pop(key, None)

    def by_id(self, text: str) -> Slot | None:
        """The item whose id is exactly this text. Ids are the books' own and may look like another document's number."""
        return self._ids.get(text)

    def find(self, key: str) -> list[Entry] | None:
        """Items called so, or None."""
        return self.keys.get(key)


def _prefix(slot: Slot) -> str:
    number = fold(slot.item.number)
    end = 0
    while end < len(number) and number[end].isalpha():
        end += 1
    return number[:end]


def _keys_of(slot: Slot) -> Iterator[tuple[str, int]]:
    item = slot.item
    if item.payment_reference:
        key = compact(item.payment_reference)
        if key:
            yield key, _structured_strength(key)
    if item.number:
        yield from number_forms(fold(item.number))
    if item.po_number:
        key = compact(item.po_number)
        yield key, _plain_strength(key, LOOSE)
        for form, strength in number_forms(fold(item.po_number)):
            yield form, min(strength, LOOSE)
    for other in item.references:
        key = compact(other)
        if key:
            yield key, STRUCTURED if len(key) >= _ID_LENGTH_MIN else _plain_strength(key)


def _structured_strength(key: str) -> int:
    """A long reference, or one that proves itself; a short one with a check digit is as good as a number in another form."""
    if len(key) >= _ID_LENGTH_MIN or proves_itself(key):
        return STRUCTURED
    return max(_plain_strength(key), LOOSE) if len(key) >= 5 and has_check_digit(key) else _plain_strength(key)


def _plain_strength(key: str, most: int = FULL) -> int:
    if not any(char.isdigit() for char in key):
        return SHORT
    return min(most, FULL if not key.isdigit() else BARE) if len(key) >= 5 else SHORT
