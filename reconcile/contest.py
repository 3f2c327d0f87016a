"""Why an answer lost against the one that leads, in reasons that a person reads."""

from collections.abc import Sequence

from reconcile.desk import issued_by
from reconcile.hypothesis import Hypothesis
from reconcile.look import Look
from reconcile.values import Reason, Rival

RIVALS_MAX = 3
_CONFIDENCE_DIGITS = 4


def rivals_of(look: Look, best: Hypothesis, found: Sequence[Hypothesis], shares: Sequence[float]) -> tuple[Rival, ...]:
    """The strongest other answers, best first, each with what it lacks."""
    others = [(one, share) for one, share in zip(found, shares, strict=True) if one is not best][:RIVALS_MAX]
    return tuple([Rival(one.ids, round(share, _CONFIDENCE_DIGITS), _why(look, one, best)) for one, share in others])


def _why(look: Look, rival: Hypothesis, best: Hypothesis) -> tuple[Reason, ...]:
    """Everything that the rival lacks beside the best answer; where nothing tells them apart, that."""
    found: list[Reason] = []
    if rival.no_rate:
        found.append(Reason("no_rate", (rival.currency,)))
    if not issued_by(rival.slots, look.receipt.received_on):
        found.append(Reason("issued_later"))
    if rival.difference is not None:
        found.append(Reason(rival.difference.note, (str(abs(rival.difference.minor)), rival.currency)))
    if best.kind == "named" and rival.kind != "named":
        found.append(Reason("rival_unnamed"))
    elif rival.kind == "named" and rival.strength < best.strength:
        found.append(Reason("rival_weaker_number"))
    elif best.strength and not rival.strength:
        found.append(Reason("rival_not_near"))
    if rival.agrees != best.agrees and rival.agrees in {"unknown", "stranger", "family"}:
        found.append(Reason(f"agrees_{rival.agrees}"))
    if len(rival.slots) > len(best.slots):
        found.append(Reason("rival_larger_set", (str(len(rival.slots)), str(len(best.slots)))))
    elif not found and len(rival.slots) < len(best.slots):
        found.append(Reason("rival_less_usual"))
    return tuple(found) or (Reason("rival_equal"),)
