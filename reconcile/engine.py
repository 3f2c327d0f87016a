"""The matcher: open items and receipts in, a decision for every receipt out.

Pure and deterministic. Receipts that name a document go first, in order of time; then those that name none, seeing what is left; what
is not certain is suggested last, when every certain claim is known, so that two first suggestions never spend the same balance.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from reconcile.desk import Desk
from reconcile.facts import Fact
from reconcile.hypothesis import Hypothesis
from reconcile.index import Index
from reconcile.look import Look
from reconcile.numbers import BARE, HINTED
from reconcile.outcome import automatic_outcome, plain_outcome, suggested_outcome
from reconcile.payers import STRONG
from reconcile.payouts import Payouts
from reconcile.policy import DEFAULT, Policy
from reconcile.rates import Rates
from reconcile.repeats import Repeats, history_key, may_pay, of_history, same_words, twin_reason
from reconcile.suspicion import speaks_of_return
from reconcile.values import HistoryRow, OpenItem, Payer, Rate, Reason, Receipt, ReceiptOutcome, Result
from reconcile.verdict import Verdict, judge
from reconcile.weigh import SINGLE

_SURE = 0.9998
_SETTLING = frozenset({"fee", "discount", "fx", "rounding"})
"""Kinds of residual that nobody pays later."""


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
        self._index = index
        self._policy = policy
        self._done: dict[str, ReceiptOutcome] = {}
        self._history: dict[tuple[str, int, str], list[HistoryRow]] = defaultdict(list)
        for row in history:
            key = history_key(row.receipt.currency, row.receipt.amount_minor, row.receipt.reference)
            self._history[key].append(row)

    def run(self, receipts: Iterable[Receipt]) -> Result:
        """Every receipt's outcome, in the order of ids. Only receipts of one run are compared for being the same money."""
        self._done = {}
        ordered = sorted(receipts, key=lambda receipt: (receipt.received_on, receipt.id))
        looks = [Look(receipt, self._index) for receipt in ordered]
        self._desk.note_mentions(looks)
        self._repeats = Repeats(looks, self._policy)
        waiting = self._set_aside(looks, Payouts(ordered))
        waiting = [look for look in waiting if not (look.mentions and self._settle(look, named=True))]
        waiting = [look for look in waiting if not self._settle(look, named=False)]
        self._suggest(waiting)
        return Result(tuple(self._done[key] for key in sorted(self._done)))

    def _set_aside(self, looks: list[Look], payouts: Payouts) -> list[Look]:
        """Money that went back and processors' transfers: they pay no invoice."""
        waiting = []
        for look in looks:
            receipt = look.receipt
            reason = None if _names_a_debt(look) else payouts.reason(receipt, known_payer=bool(look.payers))
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
        if named and not any(
            mention.strength > HINTED and any(slot.left for slot in mention.slots) for mention in look.mentions
        ):
            return False
        quick = self._quick(look) if named else None
        if quick is not None:
            self._accept(look, quick, _SURE)
            return True
        verdict = judge(look, self._desk)
        if not verdict.automatic:
            return False
        best = verdict.hypotheses[0]
        if named and not (best.kind == "named" and best.strength > HINTED):
            return False
        if self._again(look, best) is not None:
            return False
        self._accept(look, best, verdict.confidences[0])
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
            or self._of_history(look)
        ):
            return None
        names = Reason("names", (item.number or item.id,))
        hypothesis = Hypothesis("named", [slot], SINGLE, [names, Reason(f"form_{mention.strength}")])
        hypothesis.strength = mention.strength
        hypothesis.agrees = "payer"
        return hypothesis

    def _of_history(self, look: Look) -> Reason | None:
        return of_history(look, self._history, self._policy) if self._history else None

    def _again(self, look: Look, best: Hypothesis) -> Reason | None:
        """Why this may be the same money as an earlier receipt, or None."""
        known = self._of_history(look)
        if known is not None:
            return known
        earlier = self._repeats.earlier(look)
        if earlier:
            again = (
                self._same_part(look, best, earlier)
                if best.kind == "named"
                else twin_reason(look, earlier, self._policy)
            )
            if again is not None:
                return again
        return self._paid_before(look, best) if len(best.slots) == 1 and best.difference is None else None

    def _paid_before(self, look: Look, best: Hypothesis) -> Reason | None:
        """An earlier receipt of this amount that is still waiting and may be the item's payment: then this one is the second."""
        slot = best.slots[0]
        before = [
            other
            for other in self._repeats.of_amount(look)
            if other.receipt.id not in self._done and may_pay(other, slot, self._index)
        ]
        if not before:
            return None
        customers = {slot.item.customer_id, *look.customers}
        receipt = look.receipt
        fitting = [
            one
            for one in self._index.open_of(sorted(customers), receipt.currency, receipt.received_on)
            if one.signed == receipt.amount_minor
        ]
        if len(fitting) > len(before):
            return None
        return Reason(
            "repeats", (before[0].receipt.id, str((receipt.received_on - before[0].receipt.received_on).days))
        )

    def _same_part(self, look: Look, best: Hypothesis, earlier: list[Look]) -> Reason | None:
        """A part of an invoice paid again with the same words within days: a second part or the same one, nobody can tell."""
        for other in earlier:
            days = (look.receipt.received_on - other.receipt.received_on).days
            paid = self._repeats.settled.get(other.receipt.id, ())
            if days <= self._policy.part_repeat_days and same_words(look, other) and set(paid) & set(best.ids):
                return Reason("repeats", (other.receipt.id, str(days)))
        return None

    def _accept(self, look: Look, hypothesis: Hypothesis, confidence: float) -> None:
        receipt = look.receipt
        for slot, minor in zip(hypothesis.slots, hypothesis.applied, strict=True):
            if minor:
                slot.claim(receipt.id, receipt.received_on, minor)
        if hypothesis.difference is not None and hypothesis.difference.kind in _SETTLING:
            for slot in hypothesis.slots:
                slot.close()
        self._repeats.settled[receipt.id] = hypothesis.ids
        self._done[receipt.id] = automatic_outcome(look, hypothesis, confidence)

    def _suggest(self, waiting: list[Look]) -> None:
        """Everything uncertain, surest first; a first suggestion reserves what it would spend."""
        judged: list[tuple[Look, Verdict]] = []
        for look in waiting:
            repeat = self._duplicate(look)
            if repeat is not None:
                self._done[look.receipt.id] = plain_outcome(look.receipt, "duplicate", repeat)
            else:
                judged.append((look, judge(look, self._desk)))
        judged.sort(key=lambda pair: (-(pair[1].confidences or [0.0])[0], self._repeats.order[pair[0].receipt.id]))
        reserved: dict[str, int] = defaultdict(int)
        for look, verdict in judged:
            missing = verdict.missing or [self._again(look, verdict.hypotheses[0]) or Reason("late_claim")]
            self._done[look.receipt.id] = suggested_outcome(
                look, verdict, missing, reserved, self._policy.proposals_max
            )

    def _settled_by_another(self, look: Look) -> Reason | None:
        """A named document that an earlier receipt of the same amount paid, whoever it seemed to come from."""
        receipt = look.receipt
        for mention in look.mentions:
            for claim in mention.slots[0].claims if mention.strength >= BARE and len(mention.slots) == 1 else ():
                days = (receipt.received_on - claim.on).days
                if (
                    claim.minor == receipt.amount_minor
                    and claim.receipt_id != receipt.id
                    and 0 <= days <= self._policy.named_duplicate_days
                ):
                    return Reason("repeats", (claim.receipt_id, str(days)))
        return None

    def _duplicate(self, look: Look) -> Reason | None:
        """The earlier receipt that already paid what this one would, or None."""
        known = self._of_history(look)
        if known is not None:
            return known
        named = {slot.item.id for mention in look.mentions for slot in mention.slots}
        settled = self._settled_by_another(look)
        if settled is not None:
            return settled
        fitting: bool | None = None
        for other in self._repeats.earlier(look):
            days = (look.receipt.received_on - other.receipt.received_on).days
            reason = Reason("repeats", (other.receipt.id, str(days)))
            paid = self._repeats.settled.get(other.receipt.id)
            if paid is None:
                if (days == 0 and same_words(look, other)) or _same_document(look, other):
                    return reason
                continue
            if named & set(paid):
                return reason
            if fitting is None:
                fitting = any(
                    slot.signed == look.receipt.amount_minor
                    for slot in self._desk.universe(look, look.receipt.currency)
                )
            if not fitting or (days <= self._policy.repeat_days and same_words(look, other)):
                return reason
        return None


def _names_a_debt(look: Look) -> bool:
    """Whether the text names open documents that the payer or the amount bears out."""
    named = [mention for mention in look.mentions if mention.strength > HINTED]
    if look.payers or not named:
        return bool(named)
    amounts = {slot.signed for mention in named for slot in mention.slots}
    total = sum(mention.slots[0].signed for mention in named)
    return look.receipt.amount_minor in amounts or total == look.receipt.amount_minor


def _same_document(one: Look, two: Look) -> bool:
    """Whether two receipts name one and the same document."""
    named = {slot.item.id for mention in one.mentions if mention.strength >= BARE for slot in mention.slots}
    return any(slot.item.id in named for mention in two.mentions if mention.strength >= BARE for slot in mention.slots)
