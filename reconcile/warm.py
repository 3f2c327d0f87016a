"""A matcher that stays: items change under it, and only the receipts that they can matter to are decided again."""

from collections.abc import Iterable, Sequence

from reconcile.engine import Matcher
from reconcile.index import Index
from reconcile.neighbours import Neighbours
from reconcile.policy import Policy
from reconcile.rates import Rates
from reconcile.slot import Slot
from reconcile.values import HistoryRow, OpenItem, Receipt, Result

_CERTAIN = frozenset({"matched", "partly_matched"})


class WarmMatcher(Matcher):
    """After `run`: tell it of changed items with `put_item` and `remove_item`, then `revisit`.

    What it then holds is what a new run over the changed items would say, but for one thing: how many items stand open in a
    currency weighs in every probability a little, and a receipt that was not revisited keeps the probability of its own day.
    What is revisited is never too little; where many receipts wait that share customers and documents it may be a good part of them.
    """

    def __init__(self, index: Index, rates: Rates, policy: Policy, history: Sequence[HistoryRow] = ()) -> None:
        """Nothing is decided yet."""
        super().__init__(index, rates, policy, history)
        self._neighbours: Neighbours | None = None
        self._changed: set[str] = set()
        self._ran = False

    def run(self, receipts: Iterable[Receipt]) -> Result:
        """Decide everything, as a plain matcher does."""
        result = super().run(receipts)
        self._ran = True
        self._neighbours = None
        self._changed.clear()
        return result

    def put_item(self, item: OpenItem) -> None:
        """A new item, or a known one as it now is."""
        known = self._index.slots.get(item.id)
        if known is not None:
            self._note(known)
        self._note(self._index.put_item(item))

    def remove_item(self, item_id: str) -> None:
        """An item that is gone from the books. Raises KeyError if it is not there."""
        self._note(self._index.slots[item_id])
        self._index.remove_item(item_id)

    def touched(self) -> tuple[str, ...]:
        """Ids of the receipts that `revisit` would decide again at the least."""
        return tuple(sorted(self._near().reached_from(self._changed))) if self._changed else ()

    def revisit(self) -> Result:
        """Decide again whatever the changes since the last time could matter to; the outcomes of just these."""
        again: set[str] = set()
        reached = set(self.touched())
        while not reached <= again:  # an answer that is no longer certain may reach further than it did
            again |= reached
            self._decide_again(again)
            reached = self._near().reached_from(again)
        self._changed.clear()
        return Result(tuple([self._done[own] for own in sorted(again)]))

    def _decide_again(self, receipts: set[str]) -> None:
        known = self._repeats
        looks = [known.looks[own] for own in sorted(receipts, key=known.order.__getitem__)]
        self._desk.forget_mentions(looks)
        settled = [self._index.slots.get(item) for own in receipts for item in self._repeats.settled.get(own, ())]
        for slot in [*self._near().slots_of(receipts), *settled]:
            if slot is not None:
                slot.release()
        for look in looks:
            self._repeats.unsettle(look)
            self._done.pop(look.receipt.id, None)
            look.read_again(self._index)
            self._near().add(look)
        self._decide(looks)

    def _note(self, slot: Slot) -> None:
        if self._ran:
            self._changed |= self._near().of_slot(slot)

    def _near(self) -> Neighbours:
        if self._neighbours is None:
            self._neighbours = Neighbours(self._repeats.looks.values(), self._index, self._is_certain)
        return self._neighbours

    def _is_certain(self, receipt_id: str) -> bool:
        outcome = self._done.get(receipt_id)
        return outcome is not None and outcome.status in _CERTAIN
