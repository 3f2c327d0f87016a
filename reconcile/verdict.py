"""The choice among a receipt's possible answers: which one leads, how sure it is, and what keeps it from being automatic."""

from reconcile.chance import EXPECTED_MAX, expected_cuts, expected_sets
from reconcile.cuts import asks_for_statement, says_on_account
from reconcile.desk import Desk
from reconcile.guards import objections
from reconcile.hypothesis import Hypothesis
from reconcile.look import Look
from reconcile.named import named_hypotheses, plain_reading
from reconcile.numbers import FULL, HINTED
from reconcile.unnamed import unnamed_hypotheses
from reconcile.values import Reason
from reconcile.weigh import NONE_BASE, NONE_UNRELATED, SINGLE_CHANCE_MAX, payer_right, shares

_NAMED_ENOUGH = 0.9
_RIVAL_SIZE = 3
_TRUSTED = frozenset({"discount", "fx", "rounding"})
_CONFIDENCE_MAX = 0.9999
_KEPT = 12
_UNSAID = 0.1
_WHOLE = frozenset({"cut_all", "cut_all_invoices"})
"""What a payer owes altogether is one sum, so chance has one try."""
_CUTS = 6
"""So many natural cuts of one size a payer may mean."""


class Verdict:
    """Answers, best first, with their probabilities; `missing` is empty when the first one is automatic."""

    __slots__ = ("confidences", "hypotheses", "missing")

    def __init__(self, hypotheses: list[Hypothesis], confidences: list[float], missing: list[Reason]) -> None:
        """Built by `judge`."""
        self.hypotheses = hypotheses
        self.confidences = confidences
        self.missing = missing

    @property
    def automatic(self) -> bool:
        """Whether the best answer is safe with nobody looking."""
        return bool(self.hypotheses) and not self.missing


def judge(look: Look, desk: Desk) -> Verdict:
    """Weigh everything that the receipt could mean against each other and against none of it."""
    plain = _plain(look, desk)
    if plain is not None:
        return plain
    found = named_hypotheses(look, desk) if look.mentions else []
    none = _none_mass(look, desk)
    if not (found and _named_leads(found, none)):
        found = _merged(found, unnamed_hypotheses(look, desk))
    if desk.index.memory.doubts:
        _weigh_noes(found, look, desk)
    if len(found) > 1:
        _number_first(found)
        found.sort(key=lambda hypothesis: (-hypothesis.mass, len(hypothesis.slots), hypothesis.ids))
    if not found:
        return Verdict([], [], [Reason("nothing_fits")])
    if found[0].kind == "single" and found[0].difference is None:
        none *= min(1.0, SINGLE_CHANCE_MAX / desk.chance(look))
    confidences = [min(share, _CONFIDENCE_MAX) for share in shares([one.mass for one in found], none)][:_KEPT]
    found = found[:_KEPT]
    if desk.policy.oldest_first:
        _oldest_first(found, confidences)
    missing = objections(look, found[0], desk)
    rival = _exact_rival(found) or _twin(found)
    if rival is not None:
        missing.append(rival)
    if confidences[0] < desk.policy.auto_confidence:
        close = len(found) > 1 and confidences[1] > (1.0 - confidences[0]) / 2
        missing.append(Reason("ambiguous", (str(len(found)),)) if close else Reason("not_sure"))
    if not missing and found[0].kind in {"set", "cut"}:
        missing += _by_chance(found, look, desk)
    return Verdict(found, confidences, missing)


def _named_leads(found: list[Hypothesis], none: float) -> bool:
    """Whether a document named in full and to the cent leaves nothing else to look for."""
    leading = max([one.mass for one in found if one.strength > HINTED], default=0.0)
    exact = [one for one in found if one.difference is None and one.mass == leading and not one.no_rate]
    return bool(exact) and leading / (leading + none) >= _NAMED_ENOUGH


def _plain(look: Look, desk: Desk) -> Verdict | None:
    """One number, its customer, its amount: no guard objects to that and nothing else can lead, so nothing else is looked for."""
    policy = desk.policy
    if len(look.mentions) != 1 or look.order or look.unrelated:
        return None
    if policy.unattended_max is not None or desk.index.memory.doubts:
        return None
    found = plain_reading(look, desk)
    if found is None or found.slots[0].since > look.receipt.received_on:
        return None
    confidence = min(shares([found.mass], _none_mass(look, desk))[0], _CONFIDENCE_MAX)
    sure = confidence >= max(policy.auto_confidence, _NAMED_ENOUGH)
    return Verdict([found], [confidence], []) if sure else None


def _weigh_noes(found: list[Hypothesis], look: Look, desk: Desk) -> None:
    """What people declined or took back counts less; what they said of one customer says nothing of another."""
    memory, days = desk.index.memory, desk.policy.decline_half_life_days
    for hypothesis in found:
        owners = {slot.item.customer_id for slot in hypothesis.slots}
        hypothesis.mass *= min(memory.weight(look.receipt, owner, hypothesis.ids, days) for owner in owners)


def _number_first(found: list[Hypothesis]) -> None:
    """A number in full of the paying customer is not overruled by an unnamed item whose difference nothing proves."""
    said = max(
        (one.mass for one in found if one.kind == "named" and one.strength >= FULL and one.agrees == "payer"),
        default=0.0,
    )
    if not said:
        return
    for one in found:
        if one.kind == "single" and one.difference is not None and not one.difference.exact:
            one.mass = min(one.mass, _UNSAID * said)


def _oldest_first(found: list[Hypothesis], confidences: list[float]) -> None:
    """The opt-in policy: equal invoices of one customer are one answer, and the oldest stands for it."""
    best = found[0]
    twins = [
        place
        for place, other in enumerate(found)
        if other.kind == best.kind == "single" and other.difference is best.difference is None and not other.strength
        if other.slots[0].item.customer_id == best.slots[0].item.customer_id
    ]
    if len(twins) < 2:
        return
    oldest = min(twins, key=lambda place: (found[place].slots[0].since, found[place].slots[0].item.id))
    found[oldest].reasons.append(Reason("oldest_first", (str(len(twins)),)))
    found[oldest].by_policy = True
    confidences[oldest] = min(sum(confidences[place] for place in twins), _CONFIDENCE_MAX)
    found.insert(0, found.pop(oldest))
    confidences.insert(0, confidences.pop(oldest))


def _exact_rival(found: list[Hypothesis]) -> Reason | None:
    """A number with a difference leads while a small set adds up to the cent: the number may be the slip."""
    best = found[0]
    if best.kind != "named" or best.difference is None or best.difference.kind in _TRUSTED:
        return None
    for other in found[1:]:
        exact = other.difference is None and not other.no_rate and other.kind in {"named", "single", "set", "cut"}
        if exact and other.ids != best.ids and (len(other.slots) <= _RIVAL_SIZE or set(other.ids) & set(best.ids)):
            return Reason("exact_rival", (str(len(other.slots)),))
    return None


def _twin(found: list[Hypothesis]) -> Reason | None:
    """A number that is only nearly there does not choose between items that payer and amount leave equal."""
    best = found[0]
    if best.kind == "named" or not best.strength or len(best.slots) > 1:
        return None
    for other in found[1:]:
        if other.kind == best.kind and other.difference is None and not other.strength and len(other.slots) == 1:
            return Reason("near_twin", (other.slots[0].item.number or other.slots[0].item.id,))
    return None


def _by_chance(found: list[Hypothesis], look: Look, desk: Desk) -> list[Reason]:
    """A set that fits where so many could fit that one does by chance, or where another one does too."""
    best, text = found[0], look.text
    whole = best.reasons[0].code in _WHOLE and not says_on_account(text)
    if best.strength or asks_for_statement(text) or whole:
        return []
    others = [one for one in found[1:] if one.kind == best.kind == "set" and one.difference is None]
    if others:
        return [Reason("several_sets", (str(len(others) + 1),))]
    slots = desk.universe(look, best.currency)
    if best.agrees == "family":
        slots += desk.family_universe(look, best.currency)
    amounts = [slot.signed for slot in slots]
    target, size = look.receipt.amount_minor, len(best.slots)
    expected = expected_sets(amounts, target, size)
    if best.kind == "cut":
        expected = min(expected, expected_cuts(amounts, target, size, _CUTS))
    return [Reason("by_chance")] if expected > EXPECTED_MAX else []


def _none_mass(look: Look, desk: Desk) -> float:
    """How much speaks for 'none of these': an unrelated payment whose amount fits by chance."""
    base = NONE_UNRELATED if look.unrelated else NONE_BASE
    if look.payers:
        base += 1.0 - max([payer_right(hit) for hit in look.payers])
    else:
        base += 0.2
    return min(base, 1.0) * desk.chance(look)


def _merged(named: list[Hypothesis], unnamed: list[Hypothesis]) -> list[Hypothesis]:
    """One hypothesis for each set of items: the heavier one stands for both."""
    best: dict[tuple[str, ...], Hypothesis] = {}
    for hypothesis in (*named, *unnamed):
        known = best.get(hypothesis.ids)
        if known is None:
            best[hypothesis.ids] = hypothesis
        elif known.kind == "named" and known.difference is None and hypothesis.kind == "amount":
            known.mass = max(known.mass, hypothesis.mass)
        elif hypothesis.mass > known.mass:
            best[hypothesis.ids] = hypothesis
    return list(best.values())
