"""Whom it concerns that a receipt now does something else than before: those who look at what it left behind."""

from collections import defaultdict
from collections.abc import Iterable

from reconcile.index import Index
from reconcile.neighbours import Neighbours
from reconcile.repeats import Repeats
from reconcile.slot import Slot
from reconcile.trace import Trace, Traces


class Ripples:
    """Of one change. What receipts did before it is remembered as they are decided again."""

    def __init__(self, traces: Traces, near: Neighbours, repeats: Repeats, index: Index) -> None:
        """Nothing is remembered yet."""
        self._traces = traces
        self._near = near
        self._repeats = repeats
        self._index = index
        self._before: dict[str, Trace] = {}
        self._stood: dict[str, set[int]] = defaultdict(set)
        self._returned: set[str] = set()

    def watch(self, receipts: Iterable[str]) -> None:
        """These will be decided again for the first time."""
        self._before.update({own: self._traces.by_id[own] for own in receipts})

    def note_rests(self, slots: Iterable[Slot]) -> None:
        """Remember at which amounts these items stand or have stood."""
        for slot in slots:
            if slot.claims:
                left = slot.item.open_minor
                found = self._stood[slot.item.id]
                for claim in slot.claims:
                    left -= claim.minor
                    found.add(left)
                found.add(slot.left)

    def turned(self, receipts: Iterable[str]) -> None:
        """Whether these payments went back, when, or by what, is not what it was, or counts from another day."""
        self._returned |= set(receipts)

    def reach(self) -> set[str]:
        """Everybody to whom a difference between then and now can matter."""
        found: set[str] = set()
        for own, old in self._before.items():
            found |= self._felt_of(old, self._traces.by_id[own])
        for own in self._returned:
            trace = self._traces.by_id[own]
            found |= {own, *self._after(trace), *self._readers(trace)}
        return found

    def _felt_of(self, old: Trace, new: Trace) -> set[str]:
        spent, said, spoke = old.spent != new.spent, old.named != new.named, old.spoke != new.spoke
        found: set[str] = set()
        if spent or said:
            found |= self._after(new)
        elif spoke:
            found |= {own for own in self._after(new) if self._traces.by_id[own].waits}
        if spent:
            found |= self._readers(old) | self._readers(new)
            back = self._repeats.sent_back.get(new.look.receipt.id)
            if back is not None:
                found.add(back.receipt_id)
        if said:
            slots = [self._index.slots.get(item_id) for item_id, _ in old.named ^ new.named]
            found = found.union(*[self._near.readers(slot, ()) for slot in slots if slot is not None])
        if spoke:
            found |= self._traces.wishers(old.wanted | new.wanted)
        return found

    def _after(self, trace: Trace) -> set[str]:
        """Later receipts of the amount, which ask whether they are this one again."""
        return {other.receipt.id for other in self._repeats.later(trace.look)}

    def _readers(self, trace: Trace) -> set[str]:
        """Whoever looks at what is left of the items that were settled."""
        if trace.hypothesis is None:
            return set()
        slots = trace.hypothesis.slots
        return set().union(*[self._near.readers(slot, self._stood.get(slot.item.id, ())) for slot in slots])
