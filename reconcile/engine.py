"""The matcher: open items and receipts in, a decision for every receipt out.

Pure and deterministic. Receipts that name a document go first, in order of time; then those that name none, seeing what is left; what
is not certain is suggested last, when every certain claim is known, so that two first suggestions never spend the same balance.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence

from reconcile.contenders import Contenders
from reconcile.desk import Desk
from reconcile.differences import SETTLING
from reconcile.duplicates import Duplicates, matched_before
from reconcile.facts import Fact
from reconcile.hypothesis import Hypothesis
from reconcile.index import Index
from reconcile.judged import Judged
from reconcile.look import Look
from reconcile.numbers import BARE, HINTED, LOOSE
from reconcile.outcome import automatic_outcome, plain_outcome, reversal_of, suggested_outcome
from reconcile.payers import STRONG
from reconcile.payouts import Payouts
from reconcile.policy import DEFAULT, Policy
from reconcile.rates import Rates
from reconcile.repeats import Repeats
from reconcile.returns import sent_back
from reconcile.suspicion import speaks_of_return
from reconcile.turns import Spoken, in_turn, probable
from reconcile.values import HistoryRow, OpenItem, Payer, Rate, Reason, Receipt, ReceiptOutcome, Result, plain_reason
from reconcile.verdict import Verdict
from reconcile.weigh import SINGLE

_SURE = 0.9998


def match(
    invoices: Iterable[OpenItem],
    receipts: Iterable[Receipt],
    customers: Iterable[Payer] = (),
    history: Sequence[HistoryRow] = (),
    rates: Iterable[Rate] = (),
    policy: Policy = DEFAULT,
    facts: Sequence[Fact] = (),
) -> Result:
    """Decide every receipt. The answer depends on the values alone, not on their order.

    `history` is what a person matched before: learnt from, and known again when the same money comes twice. `facts` are
    more to learn from (`reconcile.facts`), in order of time; a receipt that is in both counts once.
    """
    index = Index.build(invoices, customers, history, facts)
    return Matcher(index, Rates(rates, policy.rate_days), policy, history).run(receipts)


class Matcher:
    """One run over an index. The index keeps the claims, so a second run sees what the first one spent."""

    def __init__(self, index: Index, rates: Rates, policy: Policy, history: Sequence[HistoryRow] = ()) -> None:
        """`history` is what a person matched before; its amounts are not applied again."""
        self._desk = Desk(index, rates, policy)
        self._judged = Judged(self._desk)
        self._index = index
        self._policy = policy
        self._done: dict[str, ReceiptOutcome] = {}
        self._history = matched_before(history)

    def run(self, receipts: Iterable[Receipt]) -> Result:
        """Every receipt's outcome, in the order of ids. Only receipts of one run are compared for being the same money."""
        self._done = {}
        ordered = sorted(receipts, key=lambda receipt: (receipt.received_on, receipt.id))
        looks = [Look(receipt, self._index) for receipt in ordered]
        self._desk.forget_mentions()
        self._repeats = Repeats(looks, self._policy)
        self._repeats.sent_back = sent_back(looks)
        self._duplicates = Duplicates(self._desk, self._repeats, self._history, self._done)
        self._contenders = Contenders(self._desk, self._repeats)
        self._payouts = Payouts(ordered)
        self._decide(looks)
        return self.result()

    def result(self) -> Result:
        """Every receipt's outcome so far."""
        return Result(tuple([self._done[key] for key in sorted(self._done)]))

    def _decide(self, looks: list[Look]) -> None:
        """The stages, for receipts in order of time of which none is decided."""
        self._judged.forget()
        self._desk.note_mentions(looks)
        waiting = self._set_aside(looks)
        waiting = [look for look in waiting if not (look.mentions and self._settle(look, named=True))]
        waiting = [look for look in waiting if not self._settle(look, named=False)]
        self._suggest(waiting)
        self._take_back()

    def _set_aside(self, looks: list[Look]) -> list[Look]:
        """Money that went back and processors' transfers: they pay no invoice."""
        waiting = []
        for look in looks:
            receipt = look.receipt
            back = receipt.amount_minor < 0 and bool(look.mentions) and speaks_of_return(look.text)
            reason = (
                None if back or _names_a_debt(look) else self._payouts.reason(receipt, known_payer=bool(look.payers))
            )
            if reason is not None:
                self._done[receipt.id] = plain_outcome(receipt, "payout", reason)
            elif receipt.amount_minor <= 0:
                self._done[receipt.id] = plain_outcome(receipt, "reversal", self._reversal(look))
            else:
                waiting.append(look)
        return waiting

    def _reversal(self, look: Look) -> Reason:
        names = tuple(slot.item.number or slot.item.id for mention in look.mentions for slot in mention.slots[:1])[:3]
        if names:
            return Reason("reversal_of", names)
        return Reason("reversal_words" if speaks_of_return(look.text) else "reversal")

    def _settle(self, look: Look, *, named: bool) -> bool:
        """Post-ready only if the best answer is certain and not the same money again; claims what it takes."""
        if named:
            quick = self._quick(look)
            if quick is not None:
                self._accept(look, quick, _SURE)
                return True
            if not _names_something_open(look):
                return False
        verdict = self._judged.of(look)
        if not verdict.automatic:
            return False
        best = verdict.hypotheses[0]
        if named and not (best.kind == "named" and best.strength > HINTED):
            return False
        if self._duplicates.again(look, best) is not None:
            return False
        self._accept(look, best, verdict.confidences[0], verdict)
        return True

    def _quick(self, look: Look) -> Hypothesis | None:
        """The plain case at the least cost: one number, its customer, its exact amount, nothing odd."""
        if len(look.mentions) != 1 or look.order or look.unrelated:
            return None
        mention = look.mentions[0]
        if mention.strength < BARE or len(mention.slots) != 1:
            return None
        slot, receipt = mention.slots[0], look.receipt
        item = slot.item
        if slot.signed != receipt.amount_minor or item.currency != receipt.currency or item.status != "open":
            return None
        hit = look.hit(item.customer_id)
        if hit is None or hit.level < STRONG or slot.since > receipt.received_on:
            return None
        if (
            self._policy.unattended_max is not None
            or self._index.memory.doubts
            or self._repeats.of_amount(look)
            or self._duplicates.of_history(look)
        ):
            return None
        names = Reason("names", (item.number or item.id,))
        hypothesis = Hypothesis("named", [slot], SINGLE, [names, plain_reason(f"form_{mention.strength}")])
        hypothesis.strength = mention.strength
        hypothesis.agrees = "payer"
        return hypothesis

    def _accept(self, look: Look, hypothesis: Hypothesis, confidence: float, verdict: Verdict | None = None) -> None:
        receipt = look.receipt
        for slot, minor in zip(hypothesis.slots, hypothesis.applied, strict=True):
            if minor:
                slot.claim(receipt.id, receipt.received_on, minor)
        if hypothesis.difference is not None and hypothesis.difference.kind in SETTLING:
            for slot in hypothesis.slots:
                slot.close()
        self._judged.claimed(hypothesis.slots)
        self._repeats.settle(look, hypothesis)
        self._done[receipt.id] = automatic_outcome(look, hypothesis, confidence, verdict)
        self._judged.settled(receipt.id)

    def _suggest(self, waiting: list[Look]) -> None:
        """Everything uncertain, surest first; a first suggestion reserves what it would spend."""
        judged: list[tuple[Look, Verdict]] = []
        reopened: dict[str, str] = {}
        returns = deque([one for one in self._repeats.sent_back.items() if one[0] in self._repeats.settled])
        for look in waiting:
            while returns and returns[0][1].on <= look.receipt.received_on:
                self._reopen(returns.popleft()[0], reopened)
            verdict = self._judged.of(look)
            repeat = self._duplicates.of(look, verdict)
            if repeat is not None:
                self._done[look.receipt.id] = plain_outcome(look.receipt, "duplicate", repeat)
            else:
                judged.append((look, verdict))
        self._in_turn(judged, reopened)

    def _in_turn(self, judged: list[tuple[Look, Verdict]], reopened: dict[str, str]) -> None:
        """One first suggestion for each, in an order in which nobody's guess takes what another one names."""
        plain = probable(judged, self._desk)
        spoken = Spoken(reopened)
        for look, verdict in in_turn(judged, plain, self._repeats.order, self._says_it_all):
            self._suggest_one(look, verdict, spoken, plain=look.receipt.id in plain)

    def _suggest_one(self, look: Look, verdict: Verdict, spoken: Spoken, *, plain: bool) -> None:
        """Whose turn it is suggests what those before it have left, unless it is one of them again."""
        own = look.receipt.id
        repeat = self._contenders.of_waiting(look, verdict, spoken.first) or self._contenders.of_twins(look, verdict)
        if repeat is not None:
            self._done[own] = plain_outcome(look.receipt, "duplicate", repeat)
            return
        missing = verdict.missing or [self._why_waiting(look, verdict.hypotheses[0], spoken.reopened)]
        outcome = suggested_outcome(look, verdict, missing, spoken.reserved, self._policy.proposals_max)
        self._done[own] = outcome
        if plain:
            spoken.note_first(look, outcome)

    def _says_it_all(self, look: Look, verdict: Verdict) -> bool:
        """Whether a waiting receipt names a document of its payer's and pays it to the cent: no guess claims it first."""
        if not verdict.hypotheses:
            return False
        best = verdict.hypotheses[0]
        exact = best.difference is None and not best.no_rate and best.kind == "named" and best.strength >= LOOSE
        later = any(one.code == "issued_later" for one in verdict.missing)
        return exact and best.agrees == "payer" and not later and self._duplicates.again(look, best) is None

    def _reopen(self, receipt_id: str, reopened: dict[str, str]) -> None:
        """What was paid by money that has gone back is open to whatever comes later. `reopened`: by item, who had paid it."""
        for item_id in self._repeats.settled[receipt_id]:
            slot = self._index.slots.get(item_id)
            if slot is not None and item_id not in reopened:
                slot.give_back(receipt_id)
                self._judged.claimed([slot])
                reopened[item_id] = receipt_id

    def _take_back(self) -> None:
        """What each return undoes of an automatic answer."""
        for receipt_id, back in self._repeats.sent_back.items():
            first, outcome = self._done.get(receipt_id), self._done.get(back.receipt_id)
            if first is not None and outcome is not None and receipt_id in self._repeats.settled:
                self._done[back.receipt_id] = reversal_of(outcome, first)

    def _why_waiting(self, look: Look, best: Hypothesis, reopened: Mapping[str, str]) -> Reason:
        """Why an answer that lacks nothing is not automatic."""
        before = [reopened[item_id] for item_id in best.ids if item_id in reopened]
        if before:
            return Reason("paid_before_return", (before[0],))
        return self._duplicates.again(look, best) or Reason("late_claim")


def _names_something_open(look: Look) -> bool:
    """Whether the text names, by more than a few bare digits, an item of which something is left."""
    for mention in look.mentions:
        if mention.strength > HINTED:
            for slot in mention.slots:
                if slot.left:
                    return True
    return False


def _names_a_debt(look: Look) -> bool:
    """Whether the text names open documents that the payer or the amount bears out."""
    named = [mention for mention in look.mentions if mention.strength > HINTED]
    if look.payers or not named:
        return bool(named)
    amounts = {slot.signed for mention in named for slot in mention.slots}
    total = sum(mention.slots[0].signed for mention in named)
    return look.receipt.amount_minor in amounts or total == look.receipt.amount_minor
