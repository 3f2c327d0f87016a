"""The answers of `tieout match` as two CSV files: the same bytes for the same decisions."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from reconcile.explain import in_words, plain_amount
from reconcile.values import Proposal, Receipt, Result

MATCHES = (
    "receipt_id", "invoice_id", "applied_amount", "decision", "rank", "confidence", "reason", "residual_amount", "residual_kind", "evidence_class",
)  # fmt: skip
RECEIPTS = ("receipt_id", "status", "unapplied_amount", "reason")


def matches_csv(result: Result) -> str:
    """One row for each line of each proposal."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(MATCHES)
    for outcome in result.outcomes:
        for proposal in outcome.proposals:
            writer.writerows(_lines(proposal))
    return out.getvalue()


def _lines(proposal: Proposal) -> list[tuple[str, ...]]:
    reason = in_words(proposal.reasons)
    if proposal.missing:
        reason = f"{reason}. For a person: {in_words(proposal.missing)}"
    confidence = f"{proposal.confidence:.4f}"
    return [
        (
            proposal.receipt_id,
            line.item_id,
            plain_amount(line.applied_minor, line.currency),
            proposal.decision,
            str(proposal.rank),
            confidence,
            reason,
            plain_amount(line.residual_minor, line.currency) if line.residual_kind else "",
            line.residual_kind,
            proposal.evidence,
        )
        for line in proposal.lines
    ]


def receipts_csv(result: Result, receipts: Mapping[str, Receipt]) -> str:
    """One row for each receipt."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(RECEIPTS)
    writer.writerows(
        (
            outcome.receipt_id,
            outcome.status,
            plain_amount(outcome.unapplied_minor, receipts[outcome.receipt_id].currency),
            in_words(outcome.reasons),
        )
        for outcome in result.outcomes
    )
    return out.getvalue()


def write_answers(directory: Path, result: Result, receipts: Mapping[str, Receipt]) -> None:
    """Both files, each put in place whole; made first in memory, so that a fault leaves nothing behind."""
    texts = {"matches.csv": matches_csv(result), "receipts.csv": receipts_csv(result, receipts)}
    directory.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        part = directory / f".{name}.part"
        part.write_text(text, encoding="utf-8", newline="")
        part.replace(directory / name)
