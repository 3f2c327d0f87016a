"""The answers of `tieout match` as two CSV files: the same bytes for the same decisions."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from reconcile.explain import in_words, plain_amount
from reconcile.values import Proposal, Receipt, ReceiptOutcome, Result

MATCHES = (
    "receipt_id", "invoice_id", "applied_amount", "decision", "rank", "confidence", "reason", "residual_amount", "residual_kind", "evidence_class",
)  # fmt: skip
_CERTAIN = "0.9999"
RECEIPTS = ("receipt_id", "status", "unapplied_amount", "reason")


def matches_csv(result: Result) -> str:
    """One row for each line of each proposal."""
    out = io.StringIO()
    _write_matches(out, result)
    return out.getvalue()


def _write_matches(out: TextIO, result: Result) -> None:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(MATCHES)
    for outcome in result.outcomes:
        for proposal in outcome.proposals:
            writer.writerows(_lines(proposal))
        writer.writerows(_taken_back(outcome))


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


def _taken_back(outcome: ReceiptOutcome) -> list[tuple[str, ...]]:
    """What a return undoes, for a person: the ledger may have done it already."""
    reason = in_words(outcome.reasons)
    return [
        (
            outcome.receipt_id,
            line.item_id,
            plain_amount(line.applied_minor, line.currency),
            "suggest",
            "1",
            _CERTAIN,
            reason,
            "",
            "",
            "",
        )
        for line in outcome.takes_back
    ]


def receipts_csv(result: Result, receipts: Mapping[str, Receipt]) -> str:
    """One row for each receipt."""
    out = io.StringIO()
    _write_receipts(out, result, receipts)
    return out.getvalue()


def _write_receipts(out: TextIO, result: Result, receipts: Mapping[str, Receipt]) -> None:
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


def write_answers(directory: Path, result: Result, receipts: Mapping[str, Receipt]) -> None:
    """Both files, each put in place whole once both are written; a fault leaves nothing behind."""
    directory.mkdir(parents=True, exist_ok=True)
    parts = {name: directory / f".{name}.part" for name in ("matches.csv", "receipts.csv")}
    try:
        with parts["matches.csv"].open("w", encoding="utf-8", newline="") as out:
            _write_matches(out, result)
        with parts["receipts.csv"].open("w", encoding="utf-8", newline="") as out:
            _write_receipts(out, result, receipts)
        for name, part in parts.items():
            part.replace(directory / name)
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)
