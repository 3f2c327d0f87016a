"""From a judged receipt to the values that leave the engine."""

import msgspec

from reconcile.classes import class_of
from reconcile.contest import rivals_of
from reconcile.hypothesis import Hypothesis
from reconcile.look import Look
from reconcile.payers import PayerHit
from reconcile.values import (
    Decision,
    Line,
    Proposal,
    Reason,
    Receipt,
    ReceiptOutcome,
    ReceiptStatus,
    ResidualKind,
    Rival,
    plain_reason,
)
from reconcile.verdict import Verdict

_CONFIDENCE_DIGITS = 4


def plain_outcome(receipt: Receipt, status: ReceiptStatus, *reasons: Reason) -> ReceiptOutcome:
    """An outcome without proposals: nothing of the receipt is applied."""
    return ReceiptOutcome(receipt.id, status, receipt.amount_minor, reasons)


def reversal_of(back: ReceiptOutcome, first: ReceiptOutcome) -> ReceiptOutcome:
    """Money that went back, with what the payment was applied to taken back."""
    lines = tuple(
        [Line(line.item_id, -line.applied_minor, line.currency) for one in first.proposals[:1] for line in one.lines]
    )
    return msgspec.structs.replace(back, takes_back=lines)


def automatic_outcome(
    look: Look, hypothesis: Hypothesis, confidence: float, verdict: Verdict | None = None
) -> ReceiptOutcome:
    """The receipt with its one certain answer. `verdict`: what else was weighed, if anything was."""
    rivals = rivals_of(look, hypothesis, verdict.hypotheses, verdict.confidences) if verdict is not None else ()
    runner_up = rivals[0].item_ids if rivals else ()
    proposal = _proposal(look, hypothesis, "auto", 1, confidence, runner_up, rivals=rivals)
    status: ReceiptStatus = "partly_matched" if hypothesis.unapplied > 0 else "matched"
    return ReceiptOutcome(look.receipt.id, status, hypothesis.unapplied, proposal.reasons, (proposal,))


def suggested_outcome(
    look: Look, verdict: Verdict, missing: list[Reason], reserved: dict[str, int], most: int
) -> ReceiptOutcome:
    """What a person could choose from; the first one spends nothing that another receipt's first one spends."""
    receipt = look.receipt
    pairs = list(zip(verdict.hypotheses, verdict.confidences, strict=True))
    first = next((place for place, (one, _) in enumerate(pairs) if _is_free(one, reserved)), None)
    if first is None:
        reasons = (Reason("suggested_elsewhere"),) if pairs else ()
        return plain_outcome(receipt, "unmatched", *reasons, *missing)
    ordered = [pairs[first], *pairs[:first], *pairs[first + 1 :]][:most]
    for slot, minor in zip(ordered[0][0].slots, ordered[0][0].applied, strict=True):
        reserved[slot.item.id] += minor
    rivals = ordered[1][0].ids if len(ordered) > 1 else ()
    proposals = tuple(
        _proposal(
            look,
            one,
            "suggest",
            rank,
            confidence,
            rivals if rank == 1 else ordered[0][0].ids,
            tuple(missing) if rank == 1 else (),
            rivals_of(look, one, verdict.hypotheses, verdict.confidences) if rank == 1 else (),
        )
        for rank, (one, confidence) in enumerate(ordered, 1)
    )
    return ReceiptOutcome(receipt.id, "suggested", receipt.amount_minor, tuple(missing), proposals)


def _is_free(hypothesis: Hypothesis, reserved: dict[str, int]) -> bool:
    return all(
        minor + reserved.get(slot.item.id, 0) <= slot.left
        for slot, minor in zip(hypothesis.slots, hypothesis.applied, strict=True)
    )


def _proposal(
    look: Look,
    hypothesis: Hypothesis,
    decision: Decision,
    rank: int,
    confidence: float,
    runner_up: tuple[str, ...],
    missing: tuple[Reason, ...] = (),
    rivals: tuple[Rival, ...] = (),
) -> Proposal:
    return Proposal(
        look.receipt.id,
        _lines(hypothesis),
        decision,
        rank,
        round(confidence, _CONFIDENCE_DIGITS),
        _reasons(look, hypothesis),
        _against(look, hypothesis),
        missing,
        runner_up,
        hypothesis.unapplied,
        class_of(look, hypothesis)._value_,
        rivals,
    )


def _lines(hypothesis: Hypothesis) -> tuple[Line, ...]:
    difference = hypothesis.difference
    over = difference is not None and difference.minor < 0
    if difference is None and len(hypothesis.slots) == 1:
        slot, minor = hypothesis.slots[0], hypothesis.applied[0]
        return (Line(slot.item.id, slot.sign * minor, hypothesis.currency),) if minor else ()
    last = max(range(len(hypothesis.slots)), key=lambda place: hypothesis.slots[place].sign)
    out = []
    for place, (slot, minor) in enumerate(zip(hypothesis.slots, hypothesis.applied, strict=True)):
        residual, kind = 0, ""
        if difference is not None and over and place == last:
            residual, kind = -difference.minor, difference.kind
        elif difference is not None and not over and hypothesis.left[place] > minor and slot.sign > 0:
            residual, kind = hypothesis.left[place] - minor, difference.kind
        if minor:
            out.append(_line(slot.item.id, slot.sign * minor, hypothesis.currency, residual, kind))
    return tuple(sorted(out, key=lambda line: line.item_id))


def _line(item_id: str, minor: int, currency: str, residual: int, kind: str) -> Line:
    known: ResidualKind = kind  # type: ignore[assignment]
    return Line(item_id, minor, currency, residual, known)


def _against(look: Look, hypothesis: Hypothesis) -> tuple[Reason, ...]:
    """What speaks against the answer: other documents that the text names, a payer who is not known or somebody else."""
    doubtful = hypothesis.agrees in {"unknown", "stranger"}
    beside = [mention for mention in look.mentions if mention.slots != hypothesis.slots]
    if not beside and not doubtful:
        return ()
    others = [
        mention.slots[0].item for mention in beside if not any(slot.item.id in hypothesis.ids for slot in mention.slots)
    ]
    if not others and not doubtful:
        return ()
    out = [Reason("also_names", (item.number or item.id,)) for item in others[:3]]
    if doubtful:
        out.append(Reason(f"agrees_{hypothesis.agrees}"))
    return tuple(out)


def _reasons(look: Look, hypothesis: Hypothesis) -> tuple[Reason, ...]:
    """Evidence in the order that a bookkeeper would say it: number, amount, payer."""
    out = list(hypothesis.reasons)
    difference = hypothesis.difference
    if difference is not None:
        out.append(Reason(difference.note, (str(abs(difference.minor)), hypothesis.currency)))
    elif hypothesis.no_rate:
        out.append(Reason("other_currency", (hypothesis.currency,)))
    elif hypothesis.kind == "named":
        out.append(plain_reason("sum_exact" if len(hypothesis.slots) > 1 else "amount_exact"))
    owners = {slot.item.customer_id for slot in hypothesis.slots}
    hits = [hit for hit in look.payers if hit.customer_id in owners]
    if not hits:
        out.append(plain_reason(f"agrees_{hypothesis.agrees}" if hypothesis.agrees else "agrees_unknown"))
    elif len(hits) == 1:
        out.append(hits[0].reason)
    else:
        out += [hit.reason for hit in sorted(hits, key=_ground)[:2]]
    return tuple(out)


def _ground(hit: PayerHit) -> tuple[str, str, str]:
    return hit.ground, hit.customer_id, hit.called
