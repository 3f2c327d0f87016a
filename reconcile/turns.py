"""Whose turn it is among receipts that wait: those that may well have paid what they want before those that only might."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from reconcile.desk import Desk
from reconcile.look import Look
from reconcile.repeats import like_name
from reconcile.values import ReceiptOutcome
from reconcile.verdict import Verdict

_DOUBTFUL = frozenset({"issued_later", "unrelated", "paid_named", "order_text"})
"""Objections that make it likely that the receipt pays something else altogether."""
_LIKE = 0.7

Waiting = tuple[Look, Verdict]
Place = tuple[bool, bool, float, int]


def probable(judged: Sequence[Waiting], desk: Desk) -> set[str]:
    """Receipts that may well have paid what they want, and those that want the same under nearly the same name."""
    judged = [pair for pair in judged if not _doubtful(pair[1])]
    plain = {look.receipt.id for look, verdict in judged if _may_well(look, verdict, desk)}
    for looks in _by_wish(judged).values():
        sure = [look for look in looks if look.receipt.id in plain]
        if len(sure) < len(looks):
            plain.update(one.receipt.id for one in looks if any(_one_name(one, other) for other in sure))
    return plain


class Spoken:
    """What first suggestions have taken so far, as turn follows turn."""

    __slots__ = ("first", "reopened", "reserved")

    def __init__(self, reopened: Mapping[str, str]) -> None:
        """`reopened`: by item, who had paid it with money that went back."""
        self.reopened = reopened
        self.reserved: dict[str, int] = defaultdict(int)
        self.first: dict[str, Look] = {}
        """Item id -> the receipt whose first suggestion pays it alone and in full."""

    def note_first(self, look: Look, outcome: ReceiptOutcome) -> None:
        """A receipt that may well have paid what it wants has been suggested so."""
        if outcome.proposals and len(outcome.proposals[0].lines) == 1:
            self.first[outcome.proposals[0].lines[0].item_id] = look


def in_turn(
    judged: Sequence[Waiting], plain: set[str], order: Mapping[str, int], says_it_all: Callable[[Look, Verdict], bool]
) -> list[Waiting]:
    """Who says it all, then who is `plain`, each by confidence; of those that want the same item the earliest in `order` first."""
    found = places(judged, plain, order, says_it_all)
    return sorted(judged, key=lambda pair: found[pair[0].receipt.id])


def places(
    judged: Sequence[Waiting],
    plain: set[str],
    order: Mapping[str, int],
    says_it_all: Callable[[Look, Verdict], bool],
    beside: Sequence[Waiting] = (),
) -> dict[str, Place]:
    """By receipt, what its turn is told by. `beside`: others that want the same items; their own turns are not asked for."""
    leads = {look.receipt.id: _confidence(verdict) for look, verdict in (*judged, *beside)}
    for looks in _by_wish([pair for pair in (*judged, *beside) if pair[0].receipt.id in plain]).values():
        most = max(leads[look.receipt.id] for look in looks)
        leads.update(dict.fromkeys([look.receipt.id for look in looks], most))
    found = {}
    for look, verdict in judged:
        own = look.receipt.id
        found[own] = (not says_it_all(look, verdict), own not in plain, -leads[own], order[own])
    return found


def _doubtful(verdict: Verdict) -> bool:
    """Whether there is no answer, or one that the receipt's own text or day speaks against."""
    best = verdict.hypotheses[0] if verdict.hypotheses else None
    return best is None or best.no_rate or any(reason.code in _DOUBTFUL for reason in verdict.missing)


def _may_well(look: Look, verdict: Verdict, desk: Desk) -> bool:
    """Whether a receipt's best answer is one that somebody may well have paid."""
    best = verdict.hypotheses[0]
    if best.kind != "amount":
        return True
    names, said = desk.index.payers.names, look.receipt.payer_name
    owners = [slot.item.customer_id for slot in best.slots]
    return bool(said) and any(
        names.resembles(said, owner) or names.likeness(said, owner) >= _LIKE or names.begins_like(said, owner)
        for owner in owners
    )


def _by_wish(judged: Sequence[Waiting]) -> dict[tuple[str, ...], list[Look]]:
    """Receipts by the items that their best answer takes to the cent."""
    wanted: dict[tuple[str, ...], list[Look]] = defaultdict(list)
    for look, verdict in judged:
        if verdict.hypotheses and verdict.hypotheses[0].difference is None:
            wanted[verdict.hypotheses[0].ids].append(look)
    return wanted


def _confidence(verdict: Verdict) -> float:
    return verdict.confidences[0] if verdict.confidences else 0.0


def _one_name(one: Look, two: Look) -> bool:
    return bool(one.receipt.payer_name and two.receipt.payer_name) and like_name(one, two)
