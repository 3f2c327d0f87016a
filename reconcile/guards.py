"""What forbids an automatic match, each by name. A guard beats any score."""

from collections.abc import Callable

from reconcile.chance import EXPECTED_MAX, expected_sets
from reconcile.desk import Desk, issued_by
from reconcile.fold import compact
from reconcile.hypothesis import Hypothesis
from reconcile.look import Look
from reconcile.numbers import BARE, FULL, HINTED, LOOSE, SHORT, STRUCTURED
from reconcile.payers import CERTAIN, LIKELY
from reconcile.rates import scaled
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
_BESIDE_A_NUMBER = 10
"""A number that is named lets chance have this many times more."""
_SLIP_MAX = 50
"""Whole major units up to this are paid too much by mistake as often as another invoice is meant."""


def objections(look: Look, hypothesis: Hypothesis, desk: Desk) -> list[Reason]:
    """Every guard that objects, in the order of the column."""
    return [reason for guard in GUARDS if (reason := guard(look, hypothesis, desk)) is not None]


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


def _closed_named(look: Look, hypothesis: Hypothesis, desk: Desk) -> Reason | None:
    """A void, draft, written-off or disputed document is named: whatever else fits, a person asks."""
    for mention in look.mentions:
        states = {slot.item.status for slot in mention.slots}
        if mention.strength >= HINTED and states and not states & {"open", "paid"}:
            slot = mention.slots[0]
            return Reason("closed_named", (slot.item.number or slot.item.id, slot.item.status))
    return None


def _paid_named(look: Look, hypothesis: Hypothesis, desk: Desk) -> Reason | None:
    """The text names a settled document of just this amount: the same debt paid twice, rather than a slip."""
    if hypothesis.kind == "named":
        return None
    for mention in look.mentions:
        for slot in mention.slots:
            settled = not slot.left and slot.item.status in {"open", "paid"}
            if mention.strength >= HINTED and settled and slot.item.total_minor == look.receipt.amount_minor:
                return Reason("paid_named", (slot.item.number or slot.item.id,))
    return None


def _settled_beside(look: Look, hypothesis: Hypothesis, desk: Desk) -> Reason | None:
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
    if any(slot.signed == amount for slot in desk.universe(look, look.receipt.currency)):
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


def _contested(look: Look, hypothesis: Hypothesis, desk: Desk) -> Reason | None:
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
    for customer in look.customers:
        for slot in desk.index.of_customer(customer, look.receipt.currency):
            if (
                slot not in hypothesis.slots
                and slot.claims
                and slot.since <= day
                and slot.left_on(day) == look.receipt.amount_minor
            ):
                return Reason("contested", (slot.item.number or slot.item.id,))
    return None


def _other_exact(look: Look, hypothesis: Hypothesis, desk: Desk) -> Reason | None:
    """A number with a difference, while another open item of the payer has exactly this amount: the number may be the slip."""
    if hypothesis.kind != "named" or hypothesis.difference is None or hypothesis.difference.kind == "fx":
        return None
    customers = {*look.customers, *(slot.item.customer_id for slot in hypothesis.slots)}
    for slot in desk.index.open_of(sorted(customers), look.receipt.currency, look.receipt.received_on):
        if slot.signed == look.receipt.amount_minor and slot not in hypothesis.slots:
            return Reason("other_exact", (slot.item.number or slot.item.id,))
    return None


def _completed_by_chance(look: Look, hypothesis: Hypothesis, desk: Desk) -> Reason | None:
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


def _names_another(look: Look, hypothesis: Hypothesis, desk: Desk) -> Reason | None:
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


def _cap(look: Look, hypothesis: Hypothesis, desk: Desk) -> Reason | None:
    most = desk.policy.unattended_max
    if most is not None and look.receipt.amount_minor > most * desk.unit(look.receipt.currency):
        return Reason("cap", (str(most),))
    return None


GUARDS: tuple[Guard, ...] = (
    _order_text,
    _no_rate,
    _issued_later,
    _unrelated,
    _closed_named,
    _paid_named,
    _settled_beside,
    _amount_only,
    _weak_number,
    _payer_disagrees,
    _likely_payer,
    _other_account,
    _other_name,
    _learnt_once,
    _said_no,
    _unnamed_difference,
    _difference_size,
    _contested,
    _other_exact,
    _completed_by_chance,
    _names_another,
    _cap,
)
