"""What each receipt did in a run, and when: enough to do its part again without judging it again."""

from collections import defaultdict
from collections.abc import Iterable
from enum import IntEnum

from reconcile.differences import SETTLING
from reconcile.hypothesis import Hypothesis
from reconcile.look import Look
from reconcile.slot import Slot
from reconcile.turns import Place
from reconcile.values import ReceiptOutcome
from reconcile.verdict import Verdict


class Stage(IntEnum):
    """Where in a run a receipt was decided, in the order of stages."""

    ASIDE = 0
    NAMED = 1
    UNNAMED = 2
    REPEAT = 3
    WAITING = 4


class Trace:
    """One receipt's part. `hypothesis`: what it settled; the rest: how it waited for its turn, and what it then suggested."""

    __slots__ = ("hypothesis", "look", "named", "outcome", "place", "plain", "stage", "verdict")

    def __init__(self, look: Look) -> None:
        """Set aside, until it is seen to do something else."""
        self.look = look
        self.named = frozenset([(slot.item.id, one.strength) for one in look.mentions for slot in one.slots])
        self.stage = Stage.ASIDE
        self.hypothesis: Hypothesis | None = None
        self.verdict: Verdict | None = None
        self.place: Place | None = None
        self.plain = False
        self.outcome: ReceiptOutcome | None = None

    @property
    def took(self) -> bool:
        """Whether it was settled with nobody looking."""
        return self.hypothesis is not None

    @property
    def waits(self) -> bool:
        """Whether it waited for its turn to suggest something."""
        return self.verdict is not None

    @property
    def settled(self) -> list[Slot]:
        """The items that it settled."""
        return [] if self.hypothesis is None else self.hypothesis.slots

    def turn(self) -> Place:
        """Where it comes among those who wait. Raises ValueError where it does not wait."""
        if self.place is None:
            message = f"{self.look.receipt.id} does not wait for a turn"
            raise ValueError(message)
        return self.place

    @property
    def spent(self) -> object:
        """What its step left behind for whoever came after it; equal where that is the same."""
        one = self.hypothesis
        return self.stage > Stage.UNNAMED or (self.stage, one and (one.ids, one.applied, self.closes))

    @property
    def spoke(self) -> object:
        """What its turn left behind for the turns after it, and what its turn was told by."""
        if self.verdict is None:
            return None
        return self.place, self.plain, self.wish(), self.taken()

    @property
    def closes(self) -> bool:
        """Whether nothing more is expected of what it settled."""
        one = self.hypothesis
        return one is not None and one.difference is not None and one.difference.kind in SETTLING

    @property
    def wanted(self) -> set[str]:
        """Items that its turn and others' turns can hang on: what it wants most, and what it was given."""
        return {*self.wish(), *(item_id for item_id, _ in self.taken())}

    def wish(self) -> tuple[str, ...]:
        """The items of its best answer."""
        return self.verdict.hypotheses[0].ids if self.verdict is not None and self.verdict.hypotheses else ()

    def taken(self) -> list[tuple[str, int]]:
        """What its first suggestion reserves of which items."""
        found = self.outcome
        if found is None or not found.proposals:
            return []
        return [(line.item_id, abs(line.applied_minor)) for line in found.proposals[0].lines]


class Traces:
    """Every receipt's, findable by what it settled and by what it wants."""

    def __init__(self) -> None:
        """Empty."""
        self.by_id: dict[str, Trace] = {}
        self._takers: dict[str, set[str]] = defaultdict(set)
        self._wishers: dict[str, set[str]] = defaultdict(set)

    def begin(self, looks: Iterable[Look]) -> None:
        """These receipts are about to be decided."""
        for look in looks:
            self.by_id[look.receipt.id] = Trace(look)

    def settled(self, look: Look, stage: Stage, hypothesis: Hypothesis) -> None:
        """A receipt was decided with nobody looking."""
        own = look.receipt.id
        trace = self.by_id[own]
        trace.stage, trace.hypothesis = stage, hypothesis
        for item_id in hypothesis.ids:
            self._takers[item_id].add(own)

    def left(self, looks: Iterable[Look]) -> None:
        """These receipts were not settled; until they wait for a turn they are the same money again."""
        for look in looks:
            self.by_id[look.receipt.id].stage = Stage.REPEAT

    def waits(self, look: Look, verdict: Verdict) -> None:
        """A receipt waits for its turn with these answers."""
        own = look.receipt.id
        trace = self.by_id[own]
        trace.stage, trace.verdict = Stage.WAITING, verdict
        for one in verdict.hypotheses:
            for item_id in one.ids:
                self._wishers[item_id].add(own)

    def drop(self, receipt_id: str) -> None:
        """Forget a receipt: it is decided again."""
        trace = self.by_id.pop(receipt_id)
        if trace.hypothesis is not None:
            for item_id in trace.hypothesis.ids:
                self._takers[item_id].discard(receipt_id)
        if trace.verdict is not None:
            for one in trace.verdict.hypotheses:
                for item_id in one.ids:
                    self._wishers[item_id].discard(receipt_id)

    def takers(self, item_ids: Iterable[str]) -> set[str]:
        """Receipts that settled any of these items, whether or not their money went back since."""
        return _any(self._takers, item_ids)

    def wishers(self, item_ids: Iterable[str]) -> set[str]:
        """Receipts that wait and have any of these items in an answer."""
        return _any(self._wishers, item_ids)


def _any(found: dict[str, set[str]], item_ids: Iterable[str]) -> set[str]:
    return set().union(*[found[item_id] for item_id in item_ids if item_id in found])
