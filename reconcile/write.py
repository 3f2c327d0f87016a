"""The answers of `tieout match` as two CSV files: the same bytes for the same decisions."""

import io
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from reconcile.csv_lines import CsvLines
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
    lines = CsvLines(out, MATCHES)
    again = _paid_again(result)
    for outcome in result.outcomes:
        lines.write(_of_outcome(outcome, in_words(outcome.reasons), again))
    return out.getvalue()


def _paid_again(result: Result) -> set[str]:
    """Of the items that a return gave back, those that two or more receipts' first answers pay: there it has to be counted."""
    back = {line.item_id for outcome in result.outcomes for line in outcome.takes_back}
    if not back:
        return back
    paid = Counter(
        line.item_id
        for outcome in result.outcomes
        for proposal in outcome.proposals[:1]
        for line in proposal.lines
        if line.item_id in back
    )
    return {item for item, times in paid.items() if times > 1}


def _of_outcome(outcome: ReceiptOutcome, reason: str, again: set[str]) -> list[tuple[str, ...]]:
    """`reason`: the outcome's in words, which are mostly its proposal's too. A return pays nothing, so it has lines only
    where the same document is paid `again` and its balance would be spent twice.
    """
    rows = []
    if outcome.takes_back and any(line.item_id in again for line in outcome.takes_back):
        rows += _taken_back(outcome, reason)
    for proposal in outcome.proposals:
        same = proposal.reasons is outcome.reasons
        rows += _lines(proposal, reason if same else in_words(proposal.reasons))
    return rows


def _lines(proposal: Proposal, reason: str) -> list[tuple[str, ...]]:
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


def _taken_back(outcome: ReceiptOutcome, reason: str) -> list[tuple[str, ...]]:
    """What a return undoes, for a person: the ledger may have done it already."""
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
    lines = CsvLines(out, RECEIPTS)
    lines.write(_receipt(outcome, receipts, in_words(outcome.reasons)) for outcome in result.outcomes)
    return out.getvalue()


def _receipt(outcome: ReceiptOutcome, receipts: Mapping[str, Receipt], reason: str) -> tuple[str, ...]:
    unapplied = plain_amount(outcome.unapplied_minor, receipts[outcome.receipt_id].currency)
    return outcome.receipt_id, outcome.status, unapplied, reason


def _write_both(matches: TextIO, receipts: TextIO, result: Result, known: Mapping[str, Receipt]) -> None:
    """In one pass, since most sentences stand in both."""
    one, two = CsvLines(matches, MATCHES), CsvLines(receipts, RECEIPTS)
    again = _paid_again(result)
    for outcome in result.outcomes:
        reason = in_words(outcome.reasons)
        one.write(_of_outcome(outcome, reason, again))
        two.write((_receipt(outcome, known, reason),))


def write_answers(directory: Path, result: Result, receipts: Mapping[str, Receipt]) -> None:
    """Both files, each put in place whole once both are written; a fault leaves nothing behind."""
    directory.mkdir(parents=True, exist_ok=True)
    parts = {name: directory / f".{name}.part" for name in ("matches.csv", "receipts.csv")}
    try:
        with (
            parts["matches.csv"].open("w", encoding="utf-8", newline="") as matches,
            parts["receipts.csv"].open("w", encoding="utf-8", newline="") as answers,
        ):
            _write_both(matches, answers, result, receipts)
        for name, part in parts.items():
            part.replace(directory / name)
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)
