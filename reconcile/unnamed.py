"""Answers for a receipt that names nothing usable: what its payer has open, alone or in sets."""

from collections.abc import Iterator
from itertools import islice
from math import comb

from reconcile.cuts import natural_cuts
from reconcile.desk import Desk
from reconcile.differences import Difference, discount_of
from reconcile.hypothesis import Hypothesis, settle_amounts, spend
from reconcile.look import Look
from reconcile.named import density, named_difference
from reconcile.pile import Stack, amounts_of
from reconcile.slot import Slot
from reconcile.subsets import subsets_with_sum
from reconcile.values import Reason
from reconcile.weigh import NEAR_REFERENCE, SINGLE, payer_right, set_prior

_FAMILY = 0.12
_WITH_DIFFERENCE_MAX = 40
_AMOUNT_ONLY_MAX = 6
_RESEMBLES = 0.5
_NEAR_IN_SET = 5.0
"""One number nearly named says little about the others of a set."""
_RARE_CHANCE = 2e-4
_EQUAL_MAX = 48
_SEARCHED_MAX = 300
"""Beside an exact item among more than this, a chance sum says nothing."""


def unnamed_hypotheses(look: Look, desk: Desk) -> list[Hypothesis]:
    """Everything that the payer could mean, in the receipt's currency; another currency only where that gives nothing."""
    if not look.payers:
        return list(_amount_only(look, desk))
    currency = look.receipt.currency
    own = desk.universe(look, currency)
    found = _exact(own, look, desk, 1.0)
    family = desk.family_universe(look, currency)
    if family:
        found += _exact(family, look, desk, _FAMILY)
        if not found:
            found += _sets([*own, *family], look, desk, _FAMILY)
    return (
        found
        or _foreign(look, desk)
        or _differing(own, look, desk, look.receipt.amount_minor)
        or list(_amount_only(look, desk))
    )


def _right(look: Look, slot: Slot) -> float:
    hit = look.hit(slot.item.customer_id)
    return payer_right(hit) if hit is not None else max(payer_right(one) for one in look.payers)


def _exact(slots: list[Slot], look: Look, desk: Desk, share: float) -> list[Hypothesis]:
    if not slots:
        return []
    amount = look.receipt.amount_minor
    equal = _to_weigh(_equal(slots, amount), look)
    found = [_single(slot, look, share, len(slots)) for slot in equal]
    found += _discounted(slots, look, desk, share)
    found += _sets(slots, look, desk, share, search=not (equal and len(slots) > _SEARCHED_MAX))
    return found


def _equal(slots: list[Slot], amount: int) -> list[Slot]:
    if isinstance(slots, Stack):
        return slots.of_amount(amount)
    return [slot for slot in slots if slot.left == amount and slot.sign > 0]


def _to_weigh(equal: list[Slot], look: Look) -> list[Slot]:
    """Of very many equal items only those that the text may mean and the oldest: no more can lead, and each is one of many."""
    if len(equal) <= _EQUAL_MAX:
        return equal
    near = [slot for slot in equal if look.nearly_names(slot.item)] if look.receipt.reference else []
    return list({slot.item.id: slot for slot in (*near[:_EQUAL_MAX], *equal[:_EQUAL_MAX])}.values())


def _single(slot: Slot, look: Look, share: float, pool: int) -> Hypothesis:
    mass = SINGLE * share * _right(look, slot) / pool
    reasons = [Reason("exact_amount", (str(pool),))]
    hypothesis = Hypothesis("single", [slot], mass, reasons)
    hypothesis.agrees = "payer" if share == 1.0 else "family"
    _near(hypothesis, look)
    settle_amounts(hypothesis, look.receipt, look.receipt.amount_minor)
    return hypothesis


def _near(hypothesis: Hypothesis, look: Look) -> None:
    if not look.receipt.reference:
        return
    for slot in hypothesis.slots:
        if look.nearly_names(slot.item):
            hypothesis.mass *= NEAR_REFERENCE if len(hypothesis.slots) == 1 else _NEAR_IN_SET
            hypothesis.strength = 1
            hypothesis.reasons.append(Reason("near_number", (slot.item.number or slot.item.id,)))


def _discounted(slots: list[Slot], look: Look, desk: Desk, share: float) -> list[Hypothesis]:
    """Single items less exactly their early-payment discount, inside the terms."""
    found: list[Hypothesis] = []
    if isinstance(slots, Stack) and not slots.discounted:
        return found
    amount = look.receipt.amount_minor
    for slot in slots:
        if slot.left <= amount or slot.sign < 0 or not slot.item.terms:
            continue
        minor, inside = discount_of(slot, look.receipt.received_on, desk.policy.discount_grace_days)
        if not minor or not inside or abs(slot.left - minor - amount) > 1:
            continue
        hypothesis = _single(slot, look, share * 0.25, len(slots))
        hypothesis.reasons = [Reason("exact_discounted")]
        spend(hypothesis, Difference("discount", slot.left - look.receipt.amount_minor, 0.3, "discount"))
        settle_amounts(hypothesis, look.receipt, look.receipt.amount_minor)
        found.append(hypothesis)
    return found


def _sets(slots: list[Slot], look: Look, desk: Desk, share: float, *, search: bool = True) -> list[Hypothesis]:
    """Natural cuts and every other set with the exact sum, each with its own prior."""
    if not slots[1:]:
        return []
    amount = look.receipt.amount_minor
    share *= _batch_habit(look, desk)
    found: dict[tuple[str, ...], Hypothesis] = {}
    for code, likely, cut in natural_cuts(slots, look.receipt.received_on, look.text, amount):
        hypothesis = _set("cut", cut, look, likely * share, Reason(code, (str(len(cut)),)))
        known = found.get(hypothesis.ids)
        if known is None or known.mass < hypothesis.mass:
            found[hypothesis.ids] = hypothesis
    for places in subsets_with_sum(amounts_of(slots), amount).sets if search else ():
        chosen = [slots[place] for place in places]
        likely = share * set_prior(len(chosen)) / comb(len(slots), len(chosen))
        hypothesis = _set("set", chosen, look, likely, Reason("exact_sum", (str(len(chosen)), str(len(slots)))))
        found.setdefault(hypothesis.ids, hypothesis)
    for hypothesis in found.values():
        settle_amounts(hypothesis, look.receipt, amount)
    return list(found.values())


def _batch_habit(look: Look, desk: Desk) -> float:
    """How much likelier a set is for a customer who pays in one go, or unlikelier for one who never does."""
    habits = desk.index.memory.habits(look.payers[0].customer_id)
    return 3.0 if habits.in_batches else 0.5 if habits.one_by_one else 1.0


def _set(kind: str, slots: list[Slot], look: Look, likely: float, reason: Reason) -> Hypothesis:
    owners = {slot.item.customer_id for slot in slots}
    apart = 1.0 if len(owners) == 1 else 0.1
    hypothesis = Hypothesis(kind, slots, likely * apart * min(_right(look, slot) for slot in slots), [reason])
    hypothesis.agrees = "payer" if all(look.hit(owner) for owner in owners) else "family"
    _near(hypothesis, look)
    return hypothesis


def _differing(slots: list[Slot], look: Look, desk: Desk, amount: int) -> list[Hypothesis]:
    """Single items with an explained difference; a part payment only where the payer has little open."""
    found = []
    chance = desk.chance(look)
    invoices = list(islice((slot for slot in slots if slot.sign > 0), _WITH_DIFFERENCE_MAX))
    for slot in invoices:
        reason = named_difference(look, [slot], amount, desk)
        if reason is None or -reason.minor > desk.policy.overpay_share * slot.left:
            continue
        mass = 0.3 * density(reason, chance) * _right(look, slot) / len(invoices)
        hypothesis = Hypothesis("single", [slot], mass, [Reason("close_amount", (str(len(invoices)),))])
        hypothesis.agrees = "payer"
        spend(hypothesis, reason)
        _near(hypothesis, look)
        settle_amounts(hypothesis, look.receipt, amount)
        found.append(hypothesis)
    found.sort(key=lambda hypothesis: (-hypothesis.mass, hypothesis.ids))
    return found[:8]


def _foreign(look: Look, desk: Desk) -> list[Hypothesis]:
    """Items in other currencies that the day's rate explains."""
    found = []
    for currency in sorted({one for customer in look.customers for one in desk.index.currencies_of(customer)}):
        if currency == look.receipt.currency:
            continue
        slots = [slot for slot in desk.universe(look, currency) if slot.sign > 0]
        priced = desk.amount_in(look, currency)
        for slot in slots[:_WITH_DIFFERENCE_MAX]:
            if priced is None:
                hypothesis = Hypothesis("single", [slot], 1e-12 / len(slots), [Reason("other_currency", (currency,))])
                hypothesis.no_rate = True
                hypothesis.agrees = "payer"
                found.append(hypothesis)
                continue
            off = slot.left - priced[0]
            if abs(off) > desk.policy.fx_band_unnamed * slot.left:
                continue
            mass = 0.3 * _right(look, slot) / len(slots)
            hypothesis = Hypothesis("single", [slot], mass, [Reason("exact_at_rate", (currency,))])
            hypothesis.agrees = "payer"
            spend(hypothesis, Difference("fx", off, 0.5, "fx") if off else None)
            _near(hypothesis, look)
            settle_amounts(hypothesis, look.receipt, priced[0], priced[1])
            found.append(hypothesis)
    return found[:8]


def _amount_only(look: Look, desk: Desk) -> Iterator[Hypothesis]:
    """Items of anybody with just this amount: only ever for a person to look at."""
    receipt = look.receipt
    slots = [
        slot
        for slot in desk.index.with_amount(receipt.currency, receipt.amount_minor)
        if slot.sign > 0 and slot.left == receipt.amount_minor and slot.item.status == "open"
    ]
    mine = [slot for slot in slots if look.hit(slot.item.customer_id)]
    slots = mine or slots
    slots.sort(key=lambda slot: (slot.since > receipt.received_on, slot.since, slot.item.id))
    like = _alike_payers(look, slots, desk)
    for slot in slots[:_AMOUNT_ONLY_MAX]:
        hypothesis = Hypothesis("amount", [slot], 0.02 / len(slots), [Reason("only_amount", (str(len(slots)),))])
        hypothesis.agrees = "payer" if mine else "stranger" if look.payers else "unknown"
        if like == [slot]:
            hypothesis.kind, hypothesis.agrees, hypothesis.mass = "single", "resembles", SINGLE * _RESEMBLES
            hypothesis.reasons = [Reason("exact_amount", ("1",))]
        if look.nearly_names(slot.item):
            hypothesis.mass *= 20
            hypothesis.reasons.append(Reason("near_number", (slot.item.number or slot.item.id,)))
        settle_amounts(hypothesis, receipt, receipt.amount_minor)
        yield hypothesis


def _alike_payers(look: Look, slots: list[Slot], desk: Desk) -> list[Slot]:
    """Of all that have the amount, those whose customer shares a rare word with a payer whom nothing else resolved."""
    receipt = look.receipt
    if look.payers or not receipt.payer_name or desk.chance(look) > _RARE_CHANCE:
        return []
    return [slot for slot in slots if desk.index.payers.names.resembles(receipt.payer_name, slot.item.customer_id)]
