"""Receipts that are not decided again while others are: their parts of the run are done as they were, each when its turn comes."""

from collections import deque
from collections.abc import Collection, Iterable, Sequence

from reconcile.index import Index
from reconcile.judged import Judged
from reconcile.look import Look
from reconcile.repeats import Repeats
from reconcile.slot import Slot
from reconcile.trace import Stage, Trace, Traces
from reconcile.turns import Spoken, Waiting
from reconcile.values import ReceiptOutcome

Done = dict[str, ReceiptOutcome]


class Replay:
    """Made before some receipts are decided again: the items they see are as at first, and nobody has done anything yet."""

    def __init__(self, traces: Traces, index: Index, repeats: Repeats, judged: Judged, done: Done) -> None:
        """`done`: the outcomes of the matcher, which are taken from it and given back."""
        self._traces = traces
        self._index = index
        self._repeats = repeats
        self._judged = judged
        self._done = done
        self._slots: set[Slot] = set()
        self._hidden: dict[str, ReceiptOutcome] = {}
        self._ahead: deque[tuple[tuple[Stage, int], Trace]] = deque()

    def rewind(self, looks: Sequence[Look], slots: set[Slot]) -> None:
        """Take back what was done by these receipts, to these items, and by the receipts that these are held against."""
        again = {look.receipt.id for look in looks}
        self._slots = slots
        for look in looks:
            self._repeats.unsettle(look)
            self._done.pop(look.receipt.id, None)
            self._traces.drop(look.receipt.id)
        found = self._traces.takers([slot.item.id for slot in slots])
        found |= self._hide({other.receipt.id for look in looks for other in self._repeats.of_amount(look)} - again)
        order, by_id = self._repeats.order, self._traces.by_id
        ahead = [((by_id[own].stage, order[own]), by_id[own]) for own in found]
        self._ahead = deque(sorted(ahead, key=lambda pair: pair[0]))
        self._index.release(slots)

    def _hide(self, receipts: Iterable[str]) -> set[str]:
        """Those of them that settled something."""
        took = set()
        for own in receipts:
            trace = self._traces.by_id[own]
            if trace.stage is Stage.ASIDE:
                continue  # that it was before anybody looked
            self._hidden[own] = self._done.pop(own)
            if trace.took:
                self._repeats.unsettle(trace.look)
                took.add(own)
        return took

    def until(self, stage: Stage, place: int) -> None:
        """Do what others did before a receipt's place in a stage."""
        while self._ahead and self._ahead[0][0] < (stage, place):
            self._take(self._ahead.popleft()[1])

    def rest(self) -> None:
        """Do everything that was settled with nobody looking."""
        while self._ahead:
            self._take(self._ahead.popleft()[1])

    def _take(self, trace: Trace) -> None:
        one, receipt = trace.hypothesis, trace.look.receipt
        if one is None:
            return
        mine = [(slot, minor) for slot, minor in zip(one.slots, one.applied, strict=True) if slot in self._slots]
        for slot, minor in mine:
            if minor:
                slot.claim(receipt.id, receipt.received_on, minor)
            if trace.closes:
                slot.close()
        self._judged.claimed([slot for slot, _ in mine])
        if receipt.id in self._hidden:
            self._repeats.settle(trace.look, one)
            self._done[receipt.id] = self._hidden.pop(receipt.id)

    def beside(self, judged: Iterable[Waiting]) -> list[Trace]:
        """Who waits for a turn beside these, hidden until then, in no order; those who are the same money again are so now."""
        items = {item_id for _, verdict in judged for one in verdict.hypotheses for item_id in one.ids}
        own = {look.receipt.id for look, _ in judged}
        for other in self._traces.wishers(items) - own - self._hidden.keys():
            self._hidden[other] = self._done.pop(other)
        found = []
        for other in list(self._hidden):
            trace = self._traces.by_id[other]
            if trace.waits:
                found.append(trace)
            else:
                self._done[other] = self._hidden.pop(other)
        return found

    def speak(self, trace: Trace, spoken: Spoken) -> None:
        """It is the turn of somebody who is not decided again."""
        own = trace.look.receipt.id
        outcome = self._done[own] = self._hidden.pop(own)
        for item_id, minor in trace.taken():
            spoken.reserved[item_id] += minor
        if trace.plain:
            spoken.note_first(trace.look, outcome)


def mates(judged: Iterable[Waiting], beside: Iterable[Trace]) -> list[Waiting]:
    """Of those who wait beside, the ones that want just what one of these wants."""
    wishes: Collection[tuple[str, ...]] = {verdict.hypotheses[0].ids for _, verdict in judged if verdict.hypotheses}
    return [(one.look, one.verdict) for one in beside if one.verdict is not None and one.wish() in wishes]
