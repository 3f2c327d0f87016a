"""The other answers beside a proposal, and why each lost, as they are kept with it: replayable when the rest has moved on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from reconcile.explain import sentence
from reconcile.values import Proposal, Reason

RIVALS_MAX = 3


def rivals_of(
    proposal: Proposal, others: Sequence[Proposal], named: Callable[[Reason], Reason], names: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The best of the others first: {"names", "ids", "behind" (share of certainty), "why" (sentences)}."""
    given = [
        _rival(proposal, tuple(one.item_ids), one.confidence, [sentence(named(reason)) for reason in one.why], names)
        for one in proposal.rivals
    ]
    if given:
        return given[:RIVALS_MAX]
    own = {line.item_id for line in proposal.lines}
    found = [
        _rival(proposal, ids, other.confidence, _lacking(proposal, other, named), names)
        for other in others
        if (ids := tuple(line.item_id for line in other.lines)) and set(ids) != own
    ]
    return found[:RIVALS_MAX]


def _rival(
    proposal: Proposal, ids: tuple[str, ...], confidence: float, why: list[str], names: Mapping[str, str]
) -> dict[str, Any]:
    return {
        "ids": list(ids),
        "names": " + ".join(names.get(own, own) for own in ids),
        "behind": round(proposal.confidence - confidence, 4),
        "why": why,
    }


def _lacking(proposal: Proposal, other: Proposal, named: Callable[[Reason], Reason]) -> list[str]:
    """What speaks against the other, and what speaks for the first that the other has not."""
    against = [sentence(named(reason)) for reason in other.against]
    has = {sentence(named(reason)) for reason in other.reasons}
    lacks = [words for reason in proposal.reasons if (words := sentence(named(reason))) not in has]
    return [*against, *(f"lacks: {words}" for words in lacks)] or ["nothing tells them apart"]
