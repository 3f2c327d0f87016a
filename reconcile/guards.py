"""What forbids an automatic match, each by name. A guard beats any score."""

from collections.abc import Callable

from reconcile.desk import Desk, issued_by
from reconcile.document_guards import (
    closed_named,
    completed_by_chance,
    contested,
    names_another,
    other_exact,
    paid_named,
    settled_beside,
)
from reconcile.fold import compact
from reconcile.hypothesis import Hypothesis
from reconcile.look import Look
from reconcile.numbers import BARE, FULL, HINTED, LOOSE, SHORT, STRUCTURED
from reconcile.payers import CERTAIN, LIKELY
from reconcile.values import Reason

Guard = Callable[[Look, Hypothesis, Desk], Reason | None]
_BELIEVED = frozenset({"discount", "discount_late", "withholding", "fx", "rounding", "usual_fee"})
_PAYERLESS = frozenset({"discount", "fx", "rounding"})
"""Differences so exact that a number in full bears them without the payer."""
WIRES = frozenset({"wire", "swift"})
AGREEING = frozenset({"payer", "family", "resembles"})
_CHANCE_MOST = {SHORT: 0.0, HINTED: 1e-4, BARE: 5e-4, LOOSE: 2e-3, FULL: 5e-3, STRUCTURED: 1.0}
"""How common an amount may be to stand with a number alone, by how whole the number is."""
_NAME_CLOSE = 0.85


def objections(look: Look, hypothesis: Hypothesis, desk: Desk) -> list[Reason]:
    """Every guard that objects, in the order of the column."""
    kind = _UNNAMED if hypothesis.kind != "named" else _EXACT if hypothesis.difference is None else _DIFFERS
    return [reason for guard in _ASKED[kind] if (reason := guard(look, hypothesis, desk)) is not None]


def _order_text(look: Look, hypothesis: Hypothesis, desk: Desk) -> Reason | None:
    return Reason("order_text") if look.order else None


def _no_rate(look: Look, hypothesis: Hypothesis, desk: Desk) -> Reason | None:
    return Reason("no_rate", (hypothesis.currency,)) if hypothesis.no_rate else None


def _issued_later(look: Look, hypothesis: Hypothesis, desk: Desk) -> Reason | None:
    return None if issued_by(hypothesis.slots, look.receipt.received_on) else Reason("issued_later")


def _unrelated(look: Look, hypothesis: Hypothesis, desk: Desk) -> Reason | None:
    if not look.unrelated:
        return None
    proven = hypothesis.strength >= LOOSE and hypothesis.difference is None and hypothesis.agrees == "payer"
    return None if proven else Reason("unrelated", (look.unrelated.title(),))


def _amount_only(look: Look, hypothesis: Hypothesis, desk: Desk) -> Reason | None:
    return Reason("payer_unknown") if hypothesis.kind == "amount" else None


def _weak_number(look: Look, hypothesis: Hypothesis, desk: Desk) -> Reason | None:
    """Bare short digits count only with the payer and the exact amount."""
    if hypothesis.kind != "named" or hypothesis.strength > SHORT:
        return None
    fits = hypothesis.difference is None and hypothesis.agrees in AGREEING
    return None if fits else Reason("weak_number")


def _payer_disagrees(look: Look, hypothesis: Hypothesis, desk: Desk) -> Reason | None:
    """A number alone is never enough: without the payer's agreement it needs the exact, rare amount and its whole self."""
    if hypothesis.kind != "named" or hypothesis.agrees in AGREEING:
        return None
    unknown = hypothesis.agrees == "unknown"
    found = hypothesis.difference
    believed = found is not None and found.exact and found.kind in _PAYERLESS
    if unknown and any(reason.code == "paid_together" for reason in hypothesis.reasons):
        return None
    if found is not None and not (unknown and believed and hypothesis.strength >= FULL):
        return Reason("payer_and_amount_missing" if unknown else "stranger")
    amount = look.receipt.amount_minor
    alone = len(hypothesis.slots) > 1 or len(desk.index.with_amount(look.receipt.currency, amount)) <= 1
    chance = desk.chance(look)
    if unknown:
        proven = hypothesis.strength == STRUCTURED or chance <= _CHANCE_MOST[hypothesis.strength]
        return None if proven and (alone or hypothesis.strength >= BARE) else Reason("payer_unknown")
    if desk.fitting(look, look.customers):
        return Reason("stranger")
    whole = hypothesis.strength >= FULL and alone and chance <= _CHANCE_MOST[HINTED] and look.payers[0].level < CERTAIN
    return None if whole or hypothesis.strength == STRUCTURED else Reason("stranger")


def _likely_payer(look: Look, hypothesis: Hypothesis, desk: Desk) -> Reason | None:
    """Without a number, a doubtful name needs an amount that nobody else has."""
    if hypothesis.kind == "named" or hypothesis.strength or not look.payers:
        return None
    best = look.payers[0]
    if best.level > LIKELY:
        return None
    receipt = look.receipt
    alone = len(desk.index.with_amount(receipt.currency, receipt.amount_minor)) <= 1
    close = best.weight >= _NAME_CLOSE and len(look.payers) == 1
    if best.ground == "other_form" or not (close or alone or hypothesis.kind in {"set", "cut"}):
        return Reason("payer_doubtful")
    return None


def _other_account(look: Look, hypothesis: Hypothesis, desk: Desk) -> Reason | None:
    """The name fits but the money came from an account that this customer has never used."""
    receipt = look.receipt
    if hypothesis.kind == "named" or not receipt.payer_account or not look.payers or look.payers[0].level == CERTAIN:
        return None
    known = desk.index.payers.known_accounts.get(look.payers[0].customer_id)
    if known and compact(receipt.payer_account) not in known:
        return Reason("other_account")
    return None


def _other_name(look: Look, hypothesis: Hypothesis, desk: Desk) -> Reason | None:
    """The account is one customer's and the name is another's: nobody can tell which of the two paid."""
    receipt = look.receipt
    if hypothesis.kind == "named" or not receipt.payer_name or not look.payers or look.payers[0].ground != "account":
        return None
    owner = look.payers[0].customer_id
    named = [hit for hit in look.payers[1:] if hit.ground == "name"]
    payers = desk.index.payers
    if not named or owner in payers.bearers(receipt.payer_name) or named[0].customer_id in payers.family(owner):
        return None
    return Reason("other_name", (named[0].called,))


def _learnt_once(look: Look, hypothesis: Hypothesis, desk: Desk) -> Reason | None:
    """All that ties the payer to the customer is one confirmation: enough to suggest."""
    if hypothesis.kind == "named" or hypothesis.strength:
        return None
    hits = [look.hit(slot.item.customer_id) for slot in hypothesis.slots]
    return Reason("learnt_once") if any(hit is not None and hit.once for hit in hits) else None


def _said_no(look: Look, hypothesis: Hypothesis, desk: Desk) -> Reason | None:
    """A person declined or took back what this answer would do again."""
    memory, days = desk.index.memory, desk.policy.decline_half_life_days
    if not memory.doubts:
        return None
    named = hypothesis.kind == "named"
    for owner in sorted({slot.item.customer_id for slot in hypothesis.slots}):
        found = memory.objection(look.receipt, owner, hypothesis.ids, days, named=named)
        if found is not None:
            return found
    return None


def _unnamed_difference(look: Look, hypothesis: Hypothesis, desk: Desk) -> Reason | None:
    """Without a number only a difference that its own rule gives to the cent is believed; a fee only on a wire, in whole units."""
    if hypothesis.kind == "named" or hypothesis.difference is None:
        return None
    found = hypothesis.difference
    if found.note in _BELIEVED:
        return None
    whole = found.minor % desk.unit(hypothesis.currency) == 0
    if found.kind == "fee" and whole and look.receipt.method.lower() in WIRES:
        return None
    return Reason("unnamed_difference")


def _difference_size(look: Look, hypothesis: Hypothesis, desk: Desk) -> Reason | None:
    if hypothesis.difference is None or hypothesis.difference.kind == "fx":
        return None
    if hypothesis.difference.exact:
        return None
    total = sum(slot.signed for slot in hypothesis.slots)
    if -hypothesis.difference.minor > desk.policy.overpay_share * total:
        return Reason("too_much")
    if total - hypothesis.difference.minor < desk.policy.part_share_min * total:
        return Reason("too_little")
    return None


def _cap(look: Look, hypothesis: Hypothesis, desk: Desk) -> Reason | None:
    most = desk.policy.unattended_max
    if most is not None and look.receipt.amount_minor > most * desk.unit(look.receipt.currency):
        return Reason("cap", (str(most),))
    return None


_EXACT, _DIFFERS, _UNNAMED = "named", "named, with a difference", "not named"
_NAMED = frozenset({_EXACT, _DIFFERS})
_NOT_EXACT = frozenset({_DIFFERS, _UNNAMED})
_ALL = _NAMED | _NOT_EXACT

COLUMN: tuple[tuple[Guard, frozenset[str]], ...] = (
    (_order_text, _ALL),
    (_no_rate, _ALL),
    (_issued_later, _ALL),
    (_unrelated, _ALL),
    (closed_named, _ALL),
    (paid_named, frozenset({_UNNAMED})),
    (settled_beside, frozenset({_DIFFERS})),
    (_amount_only, frozenset({_UNNAMED})),
    (_weak_number, _NAMED),
    (_payer_disagrees, _NAMED),
    (_likely_payer, frozenset({_UNNAMED})),
    (_other_account, frozenset({_UNNAMED})),
    (_other_name, frozenset({_UNNAMED})),
    (_learnt_once, frozenset({_UNNAMED})),
    (_said_no, _ALL),
    (_unnamed_difference, frozenset({_UNNAMED})),
    (_difference_size, _NOT_EXACT),
    (contested, _NOT_EXACT),
    (other_exact, frozenset({_DIFFERS})),
    (completed_by_chance, _NAMED),
    (names_another, frozenset({_UNNAMED})),
    (_cap, _ALL),
)
"""Every guard in order, and the kinds of answer that it can object to: the others are not asked."""
_ASKED = {kind: tuple([guard for guard, kinds in COLUMN if kind in kinds]) for kind in _ALL}
