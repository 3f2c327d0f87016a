"""How good an answer is, per case and for a whole world."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bench.matching_second.book import FLAGS
from bench.matching_second.invariants import broken
from bench.matching_second.read import Answer, Proposal, Told, answers, rows, truths

BINS: Final = 10


@dataclass
class Tally:
    """Counts of receipts."""

    unique: int = 0
    automatic: int = 0
    """Automatic answers to receipts of any kind but `unsure`."""
    right: int = 0
    """Automatic and right, to receipts with one answer."""
    explained_away: int = 0
    """Automatic, the cash on the right invoice, and what is still owed called tax, discount or fee; not in `right`."""
    best_right: int = 0
    traps: int = 0
    taken: int = 0
    flags: int = 0
    found: int = 0

    def add(self, told: Told, answer: Answer) -> str:
        """Counts one receipt; says what went wrong, or nothing."""
        auto, best = answer.automatic, answer.proposals.get(1)
        if told.kind == "unsure":
            return ""
        self.automatic += auto is not None
        if told.kind == "unique":
            self.unique += 1
            self.best_right += best is not None and _is_true(best, told)
            hit = auto is not None and _is_true(auto, told) and not _closed_wrongly(told, auto)
            self.right += hit
            self.explained_away += auto is not None and not hit and _is_true(auto, told)
            return "" if hit else self._lost(told, auto, best)
        return self._trap(told, answer)

    def _trap(self, told: Told, answer: Answer) -> str:
        auto = answer.automatic
        self.traps += 1
        self.taken += auto is not None
        if told.kind in FLAGS:
            self.flags += 1
            self.found += answer.status == told.kind
            if auto is None and answer.status != told.kind:
                return "flag missed"
        if told.kind not in FLAGS and answer.status in FLAGS:
            return f"wrongly called {answer.status}"
        return "trap taken" if auto is not None else ""

    @staticmethod
    def _lost(told: Told, auto: Proposal | None, best: Proposal | None) -> str:
        if auto is not None:
            return "difference explained wrongly" if _is_true(auto, told) else "wrong automatic"
        if best is None:
            return "nothing proposed"
        return "right, not automatic" if _is_true(best, told) else "wrong best"


@dataclass
class Score:
    family: str
    whole: Tally = field(default_factory=Tally)
    cases: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    faults: list[tuple[str, str, str]] = field(default_factory=list)
    """(receipt, case, what went wrong)"""
    broken: list[str] = field(default_factory=list)
    calibration_error: float = 0.0
    receipts: int = 0
    unsure: int = 0
    seconds: float = 0.0


def score(folder: Path, out: Path) -> Score:
    invoices = {row["invoice_id"]: row for row in rows(folder / "invoices.csv")}
    receipts = {row["receipt_id"]: row for row in rows(folder / "receipts.csv")}
    currency = {key: row["currency"] for key, row in invoices.items()}
    told = truths(folder, currency, {key: row["currency"] for key, row in receipts.items()})
    given = _named_alike(told, answers(out, receipts, currency))
    result = Score(folder.name, receipts=len(receipts))
    sure: list[tuple[float, float]] = []
    for receipt, truth in sorted(told.items()):
        answer = given.get(receipt) or Answer("missing", 0, "", {})
        result.unsure += truth.kind == "unsure"
        result.cases[truth.case].add(truth, answer)
        fault = result.whole.add(truth, answer)
        if fault:
            result.faults.append((receipt, truth.case, fault))
        if truth.kind != "unsure" and 1 in answer.proposals:
            best = answer.proposals[1]
            sure.append((best.confidence, _share(truth, best)))
    result.calibration_error = expected_error(sure)
    result.broken = broken(invoices, receipts, answers(out, receipts, currency))
    return result


CLOSING: Final = frozenset({"fee", "discount", "withholding", "fx", "rounding"})
"""Kinds of difference after which nobody asks the customer for the rest."""


def _is_true(given: Proposal, told: Told) -> bool:
    """The same documents and amounts; a minor unit of rounding is free where a rate stands between."""
    if not told.converted:
        return given.parts in told.options
    return any(
        [each[0] for each in option] == [each[0] for each in given.parts]
        and all(abs(one[1] - other[1]) <= 1 for one, other in zip(option, given.parts, strict=True))
        for option in told.options
    )


def _closed_wrongly(told: Told, auto: Proposal) -> bool:
    """Money that is still owed was explained away."""
    return told.residual == "open" and bool(CLOSING & set(auto.residual.split(",")))


def _named_alike(told: dict[str, Told], given: dict[str, Answer]) -> dict[str, Answer]:
    """Of two equal lines, the one that the answer calls the duplicate is the one that truth calls so."""
    swapped = dict(given)
    for receipt, truth in told.items():
        first = truth.equal_to
        if first and {first, receipt} <= given.keys() and given[first].status == truth.kind:
            swapped[first], swapped[receipt] = given[receipt], given[first]
    return swapped


def _share(truth: Told, best: Proposal) -> float:
    """How right a proposal is: one of three alike answers is right one time in three."""
    return 1 / len(truth.options) if _is_true(best, truth) else 0.0


def expected_error(pairs: list[tuple[float, float]]) -> float:
    """Expected calibration error over ten equal bins of confidence."""
    bins: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for confidence, right in pairs:
        bins[min(int(confidence * BINS), BINS - 1)].append((confidence, right))
    gaps = (abs(sum(each[0] for each in one) - sum(each[1] for each in one)) for one in bins.values())
    return sum(gaps) / len(pairs) if pairs else 0.0
