"""Two receipts that both wait and want one document: whether the later is the earlier again."""

from collections.abc import Mapping

from reconcile.desk import Desk
from reconcile.differences import instalment
from reconcile.hypothesis import Hypothesis
from reconcile.look import Look
from reconcile.numbers import BARE
from reconcile.pairs import days_between, names_item, one_payer, own_document, repeats_reason
from reconcile.repeats import Repeats, like_name, same_words
from reconcile.values import Reason
from reconcile.verdict import Verdict


class Contenders:
    """Asked while suggestions are made; what earlier receipts settled is not looked at."""

    def __init__(self, desk: Desk, repeats: Repeats) -> None:
        """Of one run."""
        self._desk = desk
        self._policy = desk.policy
        self._repeats = repeats

    def of_twins(self, look: Look, verdict: Verdict) -> Reason | None:
        """An earlier receipt of the same payer and amount that waits too, where fewer items of the amount are open than receipts."""
        if own_document(look):
            return None
        best = verdict.hypotheses[0] if verdict.hypotheses else None
        if best is not None and best.kind == "named" and best.difference is None:
            return None
        waiting = [
            other
            for other in self._repeats.of_amount(look)
            if other.receipt.id not in self._repeats.settled
            and one_payer(look, other)
            and instalment(look.text) == instalment(other.text)
        ]
        free = sum(slot.left > 0 for slot in self._desk.fitting(look, look.customers)) if look.payers else 0
        return repeats_reason(look, waiting[0]) if waiting and free <= len(waiting) else None

    def of_waiting(self, look: Look, verdict: Verdict, first: Mapping[str, Look]) -> Reason | None:
        """An earlier receipt of the amount, waiting too, whose best answer is this one's: one of the two is the other again.

        `first`: item id -> the receipt whose first suggestion pays it alone and in full.
        """
        best = verdict.hypotheses[0] if verdict.hypotheses else None
        if best is None or len(best.slots) > 1:
            return None
        other = first.get(best.ids[0])
        if best.difference is not None:
            return (
                repeats_reason(look, other) if other is not None and self._no_room_for_both(look, other, best) else None
            )
        if other is None or other.receipt.amount_minor != look.receipt.amount_minor:
            return None
        if not 0 <= days_between(look, other) <= self._policy.duplicate_days:
            return None
        apart = look.payers and other.payers and not one_payer(look, other) and not like_name(look, other)
        if apart and not (names_item(look, best.slots[0]) and names_item(other, best.slots[0])):
            return None
        for one in verdict.hypotheses[1:]:
            if one.difference is None and not (len(one.slots) == 1 and one.ids[0] in first):
                return None
        return repeats_reason(look, other)

    def _no_room_for_both(self, look: Look, other: Look, best: Hypothesis) -> bool:
        """Two waiting receipts of one payer, of one amount that is not the item's, and what is left of it cannot take both."""
        if other.receipt.amount_minor != look.receipt.amount_minor or other.receipt.currency != look.receipt.currency:
            return False
        near = 0 <= days_between(look, other) <= self._policy.duplicate_days
        apart = own_document(look) or instalment(look.text) != instalment(other.text)
        alike = one_payer(look, other) or same_words(look, other)
        return near and alike and not apart and best.slots[0].left < 2 * best.applied[0]


def named_alike(look: Look, repeats: Repeats) -> Reason | None:
    """An earlier receipt of the amount, waiting too, that names the same document, which has no room for both."""
    for other in repeats.of_amount(look):
        if other.receipt.id in repeats.settled or instalment(look.text) != instalment(other.text):
            continue
        shared = {
            slot.item.id: slot for mention in other.mentions if mention.strength >= BARE for slot in mention.slots
        }
        named = [slot for mention in look.mentions if mention.strength >= BARE for slot in mention.slots]
        if any(slot.item.id in shared and slot.left < 2 * look.receipt.amount_minor for slot in named):
            return repeats_reason(look, other)
    return None
