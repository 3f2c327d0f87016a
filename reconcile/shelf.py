"""Slots by a key that mostly has one: no list is made for a single slot, which is a third of an index's memory."""

from collections.abc import Hashable
from typing import Generic, TypeVar

from reconcile.slot import Slot

Key = TypeVar("Key", bound=Hashable)


class Shelf(Generic[Key]):
    """Slots by key, in no order that means anything."""

    __slots__ = ("_first", "_others")

    def __init__(self) -> None:
        """Empty."""
        self._first: dict[Key, Slot] = {}
        self._others: dict[Key, list[Slot]] = {}

    def add(self, key: Key, slot: Slot) -> None:
        """Put a slot under a key."""
        if self._first.setdefault(key, slot) is not slot:
            self._others.setdefault(key, []).append(slot)

    def remove(self, key: Key, slot: Slot) -> None:
        """Take it away. Raises KeyError or ValueError if it is not there."""
        others = self._others.get(key)
        if others is None:
            if self._first.pop(key) is not slot:
                raise KeyError(key)
            return
        if self._first[key] is slot:
            self._first[key] = others.pop()
        else:
            others.remove(slot)
        if not others:
            del self._others[key]

    def count(self, key: Key) -> int:
        """How many are under a key."""
        if key not in self._first:
            return 0
        others = self._others.get(key)
        return 1 if others is None else 1 + len(others)

    def get(self, key: Key) -> list[Slot]:
        """Everything under a key."""
        first = self._first.get(key)
        if first is None:
            return []
        others = self._others.get(key)
        return [first] if others is None else [first, *others]
