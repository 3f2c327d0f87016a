"""A matcher that stays: items change under it, and only the receipts that they can matter to are decided again.

What a changed item can matter to at once is found by what receipts and items share. These receipts are decided again, each at its
own place in the run: whoever spent something before it that it can see does so again unjudged (`reconcile.replay`), whoever came
after it has not come yet. Where such a receipt then leaves behind something else than before, whoever looks at that is decided
again too, until nothing more changes. So the work hangs on what a change changes, and not on how many receipts wait.
"""

import datetime as dt
from collections.abc import Container, Iterable, Sequence

from reconcile.engine import Matcher
from reconcile.hypothesis import Hypothesis
from reconcile.index import Index
from reconcile.look import Look
from reconcile.neighbours import Neighbours
from reconcile.policy import Policy
from reconcile.rates import Rates
from reconcile.replay import Replay, mates
from reconcile.returns import sent_back_now
from reconcile.ripples import Ripples
from reconcile.slot import Slot
from reconcile.trace import Stage, Trace, Traces
from reconcile.turns import Spoken, Waiting, places, probable
from reconcile.values import HistoryRow, OpenItem, Receipt, Result
from reconcile.verdict import Verdict

_DRIFT_SHARE, _DRIFT_FEW = 50, 20
"""When a fiftieth of the items of a currency has come or gone, and more than so many, everything is weighed anew."""


class WarmMatcher(Matcher):
    """After `run`: tell it of changed items with `put_item` and `remove_item`, then `revisit`.

    What it then holds is what a new run over the changed items would say, but for one thing: how many items stand open in a
    currency weighs in every probability a little, and that number is the one of the last run. Where it has moved far, `revisit` is
    a new run.
    """

    def __init__(self, index: Index, rates: Rates, policy: Policy, history: Sequence[HistoryRow] = ()) -> None:
        """Nothing is decided yet."""
        super().__init__(index, rates, policy, history)
        self._neighbours: Neighbours | None = None
        self._changed: set[str] = set()
        self._named: set[str] = set()
        self._stage = Stage.ASIDE
        self._ran = False
        self._traces = Traces()
        self._replay: Replay | None = None
        self._returning: set[tuple[str, int]] = set()

    def run(self, receipts: Iterable[Receipt]) -> Result:
        """Decide everything, as a plain matcher does, with nothing claimed that this matcher claimed before."""
        if self._ran:
            self._index.release(self._index.slots.values())
        self._traces = Traces()
        self._neighbours = None
        self._index.hold_counts()
        result = super().run(receipts)
        gone = [look.receipt for look in self._repeats.looks.values() if look.receipt.amount_minor < 0]
        self._returning = {(receipt.currency, -receipt.amount_minor) for receipt in gone}
        self._ran = True
        self._changed.clear()
        self._named.clear()
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
        return tuple(sorted(self._changed))

    def revisit(self) -> Result:
        """Decide again whatever the changes since the last time could matter to; the outcomes of just these."""
        if self._has_drifted():
            return self.run([look.receipt for look in self._repeats.looks.values()])
        if not self._changed:
            return Result(())
        again, more = set(), self._changed
        self._changed = set()
        ripples = Ripples(self._traces, self._near(), self._repeats, self._index)
        until = self._last_waiting()
        ripples.turned(self._read_again(self._named))
        self._named = set()
        more |= ripples.reach()
        while more:
            ripples.watch(more)
            again |= more
            self._decide_again(again, ripples)
            ripples.turned(self._returns_between(until, self._last_waiting()))
            more = ripples.reach() - again
        return Result(tuple([self._done[own] for own in sorted(again)]))

    def _decide_again(self, receipts: set[str], ripples: Ripples) -> None:
        known = self._repeats
        looks = [known.looks[own] for own in sorted(receipts, key=known.order.__getitem__)]
        slots = self._near().seen_by(looks)
        for own in receipts:
            slots.update(self._traces.by_id[own].settled)
        ripples.note_rests(slots)
        self._desk.forget_mentions(looks)
        self._replay = Replay(self._traces, self._index, known, self._judged, self._done)
        self._replay.rewind(looks, slots)
        self._decide(looks)
        self._replay = None
        ripples.note_rests(slots)

    def _read_again(self, receipts: Iterable[str]) -> set[str]:
        """What the texts name now. Gives the payments of which it is not as it was that, when and by what they went back."""
        looks = [self._repeats.looks[own] for own in receipts]
        self._desk.forget_mentions(looks)
        for look in looks:
            look.read_again(self._index)
            self._near().note_customers(look)
        self._desk.note_mentions(looks)
        old = new = self._repeats.sent_back
        for look in looks:
            if (look.receipt.currency, abs(look.receipt.amount_minor)) in self._returning:
                new = sent_back_now(new, self._repeats.there_and_back(look), self._repeats.order)
        self._repeats.sent_back = new
        turned = {own for own in {*old, *new} if old.get(own) != new.get(own)} if old is not new else set()
        return turned | {one[own].receipt_id for one in (old, new) for own in turned if own in one}

    def _has_drifted(self) -> bool:
        drift = self._index.drift().values() if self._ran else ()
        return any(abs(held - now) > max(_DRIFT_FEW, held // _DRIFT_SHARE) for held, now in drift)

    def _last_waiting(self) -> dt.date | None:
        """When the last receipt came that was not settled; None where no payment went back, since nobody asks then."""
        if not self._repeats.sent_back:
            return None
        found = (look for look in reversed(self._repeats.looks.values()) if self._is_left(look))
        return next((look.receipt.received_on for look in found), None)

    def _is_left(self, look: Look) -> bool:
        return self._traces.by_id[look.receipt.id].stage >= Stage.REPEAT

    def _returns_between(self, one: dt.date | None, other: dt.date | None) -> set[str]:
        """Payments whose going back counted for those who wait on the one day and not on the other."""
        if one == other:
            return set()
        days = [dt.date.min if day is None else day for day in (one, other)]
        return {own for own, back in self._repeats.sent_back.items() if min(days) < back.on <= max(days)}

    def _set_aside(self, looks: list[Look]) -> list[Look]:
        self._traces.begin(looks)
        return super()._set_aside(looks)

    def _settle(self, look: Look, *, named: bool) -> bool:
        self._stage = Stage.NAMED if named else Stage.UNNAMED
        if self._replay is not None:
            self._replay.until(self._stage, self._repeats.order[look.receipt.id])
        return super()._settle(look, named=named)

    def _accept(self, look: Look, hypothesis: Hypothesis, confidence: float, verdict: Verdict | None = None) -> None:
        super()._accept(look, hypothesis, confidence, verdict)
        self._traces.settled(look, self._stage, hypothesis)

    def _suggest(self, waiting: list[Look]) -> None:
        if self._replay is not None:
            self._replay.rest()
        self._traces.left(waiting)
        super()._suggest(waiting)

    def _in_turn(self, judged: list[Waiting], reopened: dict[str, str]) -> None:
        """As a run does it, with those who wait too and are not decided again in their places between."""
        for look, verdict in judged:
            self._traces.waits(look, verdict)
        until = self._last_waiting() or dt.date.min
        for own, back in self._repeats.sent_back.items():
            if back.on <= until and own in self._repeats.settled:
                self._reopen(own, reopened)
        beside = self._replay.beside(judged) if self._replay is not None else []
        others = mates(judged, beside)
        plain = probable([*judged, *others], self._desk)
        found = places(judged, plain, self._repeats.order, self._says_it_all, others)
        for look, _ in judged:
            trace = self._traces.by_id[look.receipt.id]
            trace.place, trace.plain = found[look.receipt.id], look.receipt.id in plain
        self._speak([*beside, *[self._traces.by_id[look.receipt.id] for look, _ in judged]], found, Spoken(reopened))

    def _speak(self, turns: list[Trace], anew: Container[str], spoken: Spoken) -> None:
        for trace in sorted(turns, key=Trace.turn):
            own = trace.look.receipt.id
            if trace.verdict is not None and own in anew:
                self._suggest_one(trace.look, trace.verdict, spoken, plain=trace.plain)
                trace.outcome = self._done[own]
            elif self._replay is not None:
                self._replay.speak(trace, spoken)

    def _note(self, slot: Slot) -> None:
        if self._ran:
            self._named |= self._near().naming(slot)
            self._changed |= self._near().of_slot(slot) | self._traces.takers([slot.item.id])

    def _near(self) -> Neighbours:
        if self._neighbours is None:
            self._neighbours = Neighbours(self._repeats.looks.values(), self._index, self._is_certain)
        return self._neighbours

    def _is_certain(self, receipt_id: str) -> bool:
        return self._traces.by_id[receipt_id].took
