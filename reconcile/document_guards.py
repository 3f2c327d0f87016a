"""Guards that look at other documents than the answer's: named beside it, settled, claimed, or just as exact."""

from reconcile.chance import EXPECTED_MAX, expected_sets
from reconcile.desk import Desk
from reconcile.hypothesis import Hypothesis
from reconcile.look import Look
from reconcile.numbers import BARE, HINTED
from reconcile.rates import scaled
from reconcile.values import Reason

_BESIDE_A_NUMBER = 10
"""A number that is named lets chance have this many times more."""
_SLIP_MAX = 50
"""Whole major units up to this are paid too much by mistake as often as another invoice is meant."""


def closed_named(look: Look, hypothesis: Hypothesis, desk: Desk) -> Reason | None:
    """A void, draft, written-off or disputed document is named: whatever else fits, a person asks."""
    for mention in look.mentions:
        states = {slot.item.status for slot in mention.slots}
        if mention.strength >= HINTED and states and not states & {"open", "paid"}:
            slot = mention.slots[0]
            return Reason("closed_named", (slot.item.number or slot.item.id, slot.item.status))
    return None


def paid_named(look: Look, hypothesis: Hypothesis, desk: Desk) -> Reason | None:
    """The text names a settled document of just this amount: the same debt paid twice, rather than a slip."""
    if hypothesis.kind == "named":
        return None
    for mention in look.mentions:
        for slot in mention.slots:
            settled = not slot.left and slot.item.status in {"open", "paid"}
            if mention.strength >= HINTED and settled and slot.item.total_minor == look.receipt.amount_minor:
                return Reason("paid_named", (slot.item.number or slot.item.id,))
    return None


def settled_beside(look: Look, hypothesis: Hypothesis, desk: Desk) -> Reason | None:
    """A settled document is named beside the open ones, and what is open does not make the amount."""
    if (
        hypothesis.kind != "named"
        or hypothesis.difference is None
        or hypothesis.difference.kind in {"fx", "discount", "rounding"}
    ):
        return None
    for mention in look.mentions:
        if mention.strength >= HINTED and not any(slot.left for slot in mention.slots):
            return Reason("settled_beside", (mention.slots[0].item.number or mention.slots[0].item.id,))
    return None


def contested(look: Look, hypothesis: Hypothesis, desk: Desk) -> Reason | None:
    """Another receipt names the item and pays it to the cent, or an equal item was claimed later than this receipt came."""
    exact_named = hypothesis.kind == "named" and hypothesis.difference is None
    if exact_named:
        return None
    for slot in hypothesis.slots:
        if desk.named_exactly_by_another(slot, look):
            return Reason("contested", (slot.item.number or slot.item.id,))
    if hypothesis.kind != "single":
        return None
    day = look.receipt.received_on
    amount = look.receipt.amount_minor
    for slot in desk.index.could_stand_at(look.customers, look.receipt.currency, amount):
        if slot.claims and slot.since <= day and slot.left_on(day) == amount and slot not in hypothesis.slots:
            return Reason("contested", (slot.item.number or slot.item.id,))
    return None


def other_exact(look: Look, hypothesis: Hypothesis, desk: Desk) -> Reason | None:
    """A number with a difference, while another open item of the payer has exactly this amount: the number may be the slip."""
    if hypothesis.kind != "named" or hypothesis.difference is None or hypothesis.difference.kind == "fx":
        return None
    customers = {*look.customers, *(slot.item.customer_id for slot in hypothesis.slots)}
    for slot in desk.fitting(look, sorted(customers)):
        if slot not in hypothesis.slots:
            return Reason("other_exact", (slot.item.number or slot.item.id,))
    return None


def completed_by_chance(look: Look, hypothesis: Hypothesis, desk: Desk) -> Reason | None:
    """What is named and further invoices make the sum; but the rest is a tax, a slip, or a sum that chance makes."""
    if hypothesis.kind != "named" or not any(reason.code == "completed" for reason in hypothesis.reasons):
        return None
    said = {slot.item.id for mention in look.mentions for slot in mention.slots}
    extra = [slot for slot in hypothesis.slots if slot.item.id not in said]
    named = sum(slot.signed for slot in hypothesis.slots if slot.item.id in said)
    rest, unit = sum(slot.signed for slot in extra), desk.unit(hypothesis.currency)
    if rest <= 0:
        return None
    slip = rest <= _SLIP_MAX * unit and rest % unit == 0
    taxes = any(abs(rest - scaled(named, rate)) <= 1 for rate in desk.policy.tax_rates)
    owners = sorted({slot.item.customer_id for slot in hypothesis.slots})
    pool = [slot.signed for slot in desk.index.open_of(owners, hypothesis.currency, look.receipt.received_on)]
    by_chance = len(extra) > 1 and expected_sets(pool, rest, len(extra)) > _BESIDE_A_NUMBER * EXPECTED_MAX
    if slip or taxes:
        return Reason("by_chance")
    return Reason("by_chance") if by_chance and not _in_a_row(hypothesis, said) else None


def _in_a_row(hypothesis: Hypothesis, said: set[str]) -> bool:
    """Whether everything unnamed lies between two numbers that are named, as in a range."""
    ends = sorted([slot.item.number for slot in hypothesis.slots if slot.item.id in said])
    between = [slot.item.number for slot in hypothesis.slots if slot.item.id not in said]
    return len(ends) > 1 and all(len(one) == len(ends[0]) and ends[0] < one < ends[-1] for one in between)


def names_another(look: Look, hypothesis: Hypothesis, desk: Desk) -> Reason | None:
    """The text names another open document of the same payer, and not nearly the one that fits."""
    if hypothesis.kind == "named" or hypothesis.strength:
        return None
    for mention in look.mentions:
        for slot in mention.slots:
            if (
                mention.strength >= BARE
                and slot.left
                and slot not in hypothesis.slots
                and look.hit(slot.item.customer_id)
            ):
                return Reason("names_another", (slot.item.number or slot.item.id,))
    return None
