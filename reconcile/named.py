"""Answers for a receipt that names documents: what is named, exact or with an explained difference."""

from collections.abc import Iterator

from reconcile.desk import Desk, same_currency
from reconcile.differences import Difference, difference
from reconcile.hypothesis import Hypothesis, settle_amounts, spend
from reconcile.look import Look
from reconcile.mentions import Mention
from reconcile.numbers import BARE, HINTED, SHORT
from reconcile.slot import Slot
from reconcile.subsets import subsets_with_sum
from reconcile.values import Reason, plain_reason
from reconcile.weigh import REFERENCE, payer_right

_MENTIONS_MAX = 60
_REST_POOL_MAX = 20
_FX_EXACT = 2
"""Minor units within which an amount is the invoice's at the day's very rate."""
_NO_RATE = 1e-12
"""Without a rate of the day nothing says that the amount is this invoice's: it comes after everything else."""
_TOGETHER = 0.3
"""How likely a part is that another receipt of the same number completes to the cent."""
_EXACT = 0.6
UNKNOWN_PAYER = 0.3
RESEMBLES = 0.8
STRANGER = 0.002


def named_hypotheses(look: Look, desk: Desk) -> list[Hypothesis]:
    """Every reading of the named documents, unweighed against each other."""
    chosen = [(mention, slots) for mention in look.mentions[:_MENTIONS_MAX] if (slots := _open_slots(mention, look))]
    if not chosen:
        return []
    found: list[Hypothesis] = []
    currencies = sorted({slot.item.currency for _, slots in chosen for slot in slots})
    if len(currencies) == 1:
        return _in_currency(chosen, currencies[0], look, desk)
    for currency in currencies:
        here = [(mention, [slot for slot in slots if slot.item.currency == currency]) for mention, slots in chosen]
        found += _in_currency([(mention, slots) for mention, slots in here if slots], currency, look, desk)
    return found


def plain_reading(look: Look, desk: Desk) -> Hypothesis | None:
    """The one reading of a text with one number that is an open item of a possible payer, at its exact amount; else None."""
    if len(look.mentions) != 1 or look.mentions[0].strength < BARE:
        return None
    mention, receipt = look.mentions[0], look.receipt
    slots = _open_slots(mention, look)
    if len(slots) != 1 or slots[0].signed != receipt.amount_minor:
        return None
    item = slots[0].item
    if item.currency != receipt.currency or look.hit(item.customer_id) is None:
        return None
    found = _weighed(slots, mention.strength, look, desk, _EXACT)
    settle_amounts(found, receipt, receipt.amount_minor)
    return found


def _open_slots(mention: Mention, look: Look) -> list[Slot]:
    """The items a mention can mean: those that agree with the payer where any do."""
    slots = [slot for slot in mention.slots if slot.left and slot.item.status == "open"]
    if len(slots) > 1:
        mine = [slot for slot in slots if look.hit(slot.item.customer_id)]
        slots = mine or slots
    return slots


def _in_currency(chosen: list[tuple[Mention, list[Slot]]], currency: str, look: Look, desk: Desk) -> list[Hypothesis]:
    priced = desk.amount_in(look, currency)
    if priced is None:
        out = [_weighed([slots[0]], mention.strength, look, desk, _NO_RATE) for mention, slots in chosen[:3] if slots]
        for hypothesis in out:
            hypothesis.no_rate = True
        return out
    amount, _ = priced
    found = [_weighed(slots, strength, look, desk, _EXACT) for slots, strength in _exact_choices(chosen, amount)]
    if not found and currency == look.receipt.currency:
        found = list(_completed(chosen, amount, look, desk))
    if not [one for one in found if one.difference is None and one.strength > HINTED]:
        found += _with_difference(chosen, amount, look, desk)
    for hypothesis in found:
        settle_amounts(hypothesis, look.receipt, amount, priced[1])
    return found


def _exact_choices(chosen: list[tuple[Mention, list[Slot]]], amount: int) -> Iterator[tuple[list[Slot], int]]:
    """Sets of named items whose open sum is the amount: everything named first."""
    everything = _distinct([slot for _, slots in chosen for slot in slots])
    weakest = min(mention.strength for mention, _ in chosen)
    seen: set[tuple[str, ...]] = set()
    if len(everything) > 1 and sum(slot.signed for slot in everything) == amount:
        seen.add(tuple(sorted(slot.item.id for slot in everything)))
        yield everything, max(weakest, HINTED)
    for mention, slots in chosen:
        for slot in slots:
            if slot.sign * slot.left == amount and (slot.item.id,) not in seen:
                seen.add((slot.item.id,))
                yield [slot], mention.strength
    if 2 < len(everything) <= _REST_POOL_MAX and not seen:
        for places in subsets_with_sum([slot.signed for slot in everything], amount, 4).sets:
            yield [everything[place] for place in places], min(weakest, HINTED) if weakest == SHORT else weakest


def _distinct(slots: list[Slot]) -> list[Slot]:
    return list({slot.item.id: slot for slot in slots}.values())


def _completed(chosen: list[tuple[Mention, list[Slot]]], amount: int, look: Look, desk: Desk) -> Iterator[Hypothesis]:
    """What is named and, unnamed, a credit note or further items of the same customers that make the sum exact."""
    named = _distinct([slots[0] for mention, slots in chosen if mention.strength > SHORT])
    if not named:
        return
    rest = amount - sum(slot.signed for slot in named)
    owners = {slot.item.customer_id for slot in named}
    if look.payers and not owners & set(look.customers):
        return
    taken = {slot.item.id for slot in named}
    pool = [
        slot
        for slot in desk.index.open_of(sorted(owners), named[0].item.currency, look.receipt.received_on)
        if slot.item.id not in taken
    ]
    strength = min(mention.strength for mention, slots in chosen if slots[0].item.id in taken)
    for slot in pool:
        if slot.signed == rest:
            likely = 0.10 if slot.sign < 0 else 0.03
            yield _weighed(
                [*named, slot],
                strength,
                look,
                desk,
                likely / len(pool),
                ("completed", slot.item.number or slot.item.id),
            )
    if rest > 0 and len(pool) <= _REST_POOL_MAX:
        solutions = subsets_with_sum([slot.signed for slot in pool], rest, 4)
        for places in solutions.sets:
            extra = [pool[place] for place in places]
            likely = 0.01 / (len(pool) ** len(places))
            yield _weighed([*named, *extra], strength, look, desk, likely, ("completed", str(len(extra))))


def _with_difference(chosen: list[tuple[Mention, list[Slot]]], amount: int, look: Look, desk: Desk) -> list[Hypothesis]:
    """Everything named at once with the difference explained; each alone where several were named."""
    groups = [(_distinct([slots[0] for _, slots in chosen]), min(mention.strength for mention, _ in chosen), 1.0)]
    if len(chosen) > 1:
        groups += [([slots[0]], mention.strength, 0.1) for mention, slots in chosen[:5]]
    else:
        groups += [([slot], chosen[0][0].strength, 1.0) for slot in chosen[0][1][1:5]]
    found = []
    for slots, strength, share in groups:
        if not same_currency(slots) or sum(slot.signed for slot in slots) <= 0:
            continue
        reason = named_difference(look, slots, amount, desk)
        if reason is None:
            continue
        likely = share * density(reason, desk.chance(look))
        together = (
            len(slots) == 1
            and strength >= BARE
            and reason.kind in {"part", "short_pay"}
            and desk.paid_together(slots[0])
        )
        hypothesis = _weighed(slots, strength, look, desk, _TOGETHER if together else likely)
        if together:
            hypothesis.reasons.append(Reason("paid_together"))
        spend(hypothesis, reason)
        found.append(hypothesis)
    return found


def named_difference(look: Look, slots: list[Slot], amount: int, desk: Desk) -> Difference | None:
    """The difference in words; between two currencies inside the band it is the exchange rate's."""
    total = sum(slot.signed for slot in slots)
    currency = slots[0].item.currency
    if currency != look.receipt.currency and abs(total - amount) <= desk.policy.fx_band * total:
        return Difference("fx", total - amount, 0.5, "fx", exact=abs(total - amount) <= _FX_EXACT)
    habits = desk.index.memory.habits(slots[0].item.customer_id)
    usual = habits.usual_fee(currency)
    if usual and currency == look.receipt.currency and total - amount == usual:
        return Difference("fee", usual, 0.3, "usual_fee", exact=True)
    return difference(
        look.receipt, slots, amount, look.text, desk.policy, desk.unit(currency), withholds=habits.withholds(currency)
    )


def density(found: Difference, chance: float) -> float:
    """How likely just this difference is: a discount is one amount, a part payment any."""
    if found.kind in {"discount", "fx"}:
        return found.likely
    if found.exact or found.kind in {"rounding", "fee"}:
        return found.likely * 0.05
    return max(found.likely * chance * 5.0, 1e-9)


def _weighed(
    slots: list[Slot], strength: int, look: Look, desk: Desk, likely: float, extra: tuple[str, str] | None = None
) -> Hypothesis:
    reasons = [
        Reason("names", tuple(slot.item.number or slot.item.id for slot in slots[:6])),
        plain_reason(f"form_{strength}"),
    ]
    if extra is not None:
        reasons.append(Reason(extra[0], (extra[1],)))
    hypothesis = Hypothesis("named", slots, 0.0, reasons)
    hypothesis.strength = strength
    factor, hypothesis.agrees = agreement(look, slots, desk)
    pool = desk.index.open_count(slots[0].item.currency) or 1
    if hypothesis.agrees in {"payer", "family", "resembles"}:
        pool = max(1, min(pool, 20 * max(1, len(look.payers))))
    hypothesis.mass = likely * factor * REFERENCE[strength] / pool
    return hypothesis


def agreement(look: Look, slots: list[Slot], desk: Desk) -> tuple[float, str]:
    """How far the payer agrees with the items' customers: payer, family, unknown or stranger."""
    owners = {slot.item.customer_id for slot in slots}
    if not look.payers:
        name = look.receipt.payer_name
        if name and all(desk.index.payers.names.resembles(name, owner) for owner in owners):
            return RESEMBLES, "resembles"
        if look.text and all(desk.index.payers.names.in_text(look.text, owner) for owner in owners):
            return RESEMBLES, "resembles"
        return UNKNOWN_PAYER, "unknown"
    right = [payer_right(look.hit(owner)) for owner in owners]
    if all(right):
        return min(right), "payer"
    families = {member for customer in look.customers for member in desk.index.payers.family(customer)}
    if all(owner in families or look.hit(owner) for owner in owners):
        return 0.4, "family"
    return STRANGER, "stranger"
