"""Scores a matcher's files against the truth of a set."""

from dataclasses import asdict, dataclass, field
from math import exp, lgamma, log, log1p
from pathlib import Path
from typing import Any

from bench.matching import files
from bench.matching.amounts import to_minor, unit
from bench.matching.cases import CASES, Kind
from bench.matching.files import Truth
from bench.matching.invariants import Checker, RateTable
from bench.matching.prices import per_euro_hundredths
from bench.matching.results import Document, Output, Proposal, Receipt, read_documents, read_output, read_receipts

_BINS = 10


@dataclass(slots=True)
class Tally:
    """Counts over some receipts. `taken`: automatic, whatever was right; `right`: automatic and wholly right."""

    receipts: int = 0
    one_answer: int = 0
    taken: int = 0
    right: int = 0
    best_right: int = 0
    top3_right: int = 0
    proposed: int = 0
    flagged: int = 0

    @property
    def precision(self) -> float | None:
        return self.right / self.taken if self.taken else None

    @property
    def recall(self) -> float | None:
        return self.right / self.one_answer if self.one_answer else None


@dataclass(slots=True)
class Score:
    """Money in euro cents at round rates, so that currencies can be added."""

    total: Tally = field(default_factory=Tally)
    kinds: dict[str, Tally] = field(default_factory=lambda: {kind.value: Tally() for kind in Kind})
    cases: dict[int, Tally] = field(default_factory=lambda: {number: Tally() for number in CASES})
    auto_cash: int = 0
    wrong_cash: int = 0
    wrong_rate_bound: float = 1.0
    ece: float | None = None
    ece_auto: float | None = None
    broken: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """For JSON: the counts, and the shares that follow from them."""
        ones = self.kinds[Kind.ONE]
        return {
            "receipts": self.total.receipts,
            "precision": self.total.precision,
            "recall": ones.recall,
            "auto_rate": ones.taken / ones.one_answer if ones.one_answer else None,
            "best_right": ones.best_right / ones.one_answer if ones.one_answer else None,
            "top3_right": ones.top3_right / ones.one_answer if ones.one_answer else None,
            "wrong_rate_bound_95": self.wrong_rate_bound,
            "auto_cash_eur_cents": self.auto_cash,
            "wrong_cash_eur_cents": self.wrong_cash,
            "ece": self.ece,
            "ece_auto": self.ece_auto,
            "invariants_broken": len(self.broken),
            "invariants_first": self.broken[:20],
            "kinds": {kind: asdict(tally) for kind, tally in self.kinds.items()},
            "cases": {
                str(number): {"name": CASES[number].name} | asdict(tally) for number, tally in self.cases.items()
            },
        }


def upper_bound(wrong: int, trials: int) -> float:
    """Clopper-Pearson, one-sided 95 %: how high the true rate of wrong ones may still be."""
    if trials == 0 or wrong >= trials:
        return 1.0

    def at_most(rate: float) -> float:
        return sum(
            exp(
                lgamma(trials + 1) - lgamma(hits + 1) - lgamma(trials - hits + 1)
                + hits * log(rate) + (trials - hits) * log1p(-rate)
            )
            for hits in range(wrong + 1)
        )  # fmt: skip

    low, high = wrong / trials or 1e-12, 1 - 1e-12
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if at_most(middle) > 0.05 else (low, middle)
    return high


class Scorer:
    """Compares receipt by receipt."""

    def __init__(self, folder: Path, output_folder: Path) -> None:
        self._documents: dict[str, Document] = read_documents(folder)
        self._receipts: dict[str, Receipt] = read_receipts(folder)
        self._truth: dict[str, Truth] = {one.receipt_id: one for one in files.read_truth(folder / "truth.csv")}
        self._output: Output = read_output(output_folder, self._documents, self._receipts)
        self._rates = RateTable(folder / "rates.csv")
        self._trust: list[tuple[float, float, bool]] = []

    def run(self) -> Score:
        score = Score()
        self._swap_equal_lines()
        for truth in self._truth.values():
            self._one(truth, score)
        score.wrong_rate_bound = upper_bound(score.total.taken - score.total.right, score.total.taken)
        score.ece = _calibration([(trust, hit) for trust, hit, _ in self._trust])
        score.ece_auto = _calibration([(trust, hit) for trust, hit, automatic in self._trust if automatic])
        score.broken = Checker(self._documents, self._receipts, self._output, self._rates).run()
        return score

    def _swap_equal_lines(self) -> None:
        """Of two equal lines of one day either may be called the duplicate: follow the matcher's choice."""
        for truth in list(self._truth.values()):
            first, second = self._truth.get(truth.duplicate_of), truth
            if first is None or truth.case != 51 or truth.kind is not Kind.DUPLICATE:
                continue
            chosen, verdict = self._output.best(second.receipt_id), self._output.verdicts.get(first.receipt_id)
            if verdict is not None and verdict.status == "duplicate" and chosen is not None:
                self._truth[first.receipt_id] = Truth(
                    first.receipt_id, 51, second.kind, second.answers, second.receipt_id
                )
                self._truth[second.receipt_id] = Truth(second.receipt_id, first.case, first.kind, first.answers, "")

    def _one(self, truth: Truth, score: Score) -> None:
        proposals = self._output.proposals.get(truth.receipt_id, [])
        verdict = self._output.verdicts.get(truth.receipt_id)
        best = self._output.best(truth.receipt_id)
        share = self._share_right(truth, best) if best else 0.0
        taken = any(one.automatic for one in proposals) and not self._is_plain_reversal(truth, best)
        right = taken and truth.kind is Kind.ONE and share == 1.0
        top3 = truth.kind is Kind.ONE and any(self._share_right(truth, one) == 1.0 for one in proposals[:3])
        for tally in (score.total, score.kinds[truth.kind], score.cases[truth.case]):
            tally.receipts += 1
            tally.one_answer += truth.kind is Kind.ONE
            tally.taken += taken
            tally.right += right
            tally.best_right += truth.kind is Kind.ONE and share == 1.0
            tally.top3_right += top3
            tally.proposed += bool(proposals)
            tally.flagged += verdict is not None and self._is_flagged(truth, verdict.status)
        if best is not None:
            self._trust.append((best.confidence, share, best.automatic))
            if taken:
                self._count_cash(truth, best, score)

    def _is_plain_reversal(self, truth: Truth, best: Proposal | None) -> bool:
        return truth.kind is Kind.REVERSAL and best is not None and self._share_right(truth, best) == 1.0

    def _is_flagged(self, truth: Truth, status: str) -> bool:
        """A payout below zero is money going back as well: either word is right."""
        if truth.kind is Kind.PAYOUT and self._receipts[truth.receipt_id].amount < 0:
            return status in {"payout", "reversal"}
        return status == truth.kind.value

    def _share_right(self, truth: Truth, proposal: Proposal) -> float:
        """1 for the one right answer, 1/n for one of n equally right ones, else 0."""
        hit = any(self._same(truth.receipt_id, answer, proposal) for answer in truth.answers)
        if not hit or truth.kind in {Kind.DUPLICATE, Kind.PAYOUT}:
            return 0.0
        return 1 / len(truth.answers)

    def _same(self, receipt_id: str, answer: dict[str, str], proposal: Proposal) -> bool:
        if answer.keys() != proposal.lines.keys():
            return False
        money = self._receipts[receipt_id].currency
        for key, text in answer.items():
            currency = self._documents[key].currency
            wanted, got = to_minor(text, currency), proposal.lines[key]
            slack = 0 if currency == money else 1 + abs(wanted) // 100
            if abs(wanted - got) > slack:
                return False
        return True

    def _count_cash(self, truth: Truth, best: Proposal, score: Score) -> None:
        answer = truth.answers[0] if truth.kind is Kind.ONE else {}
        for key, applied in best.lines.items():
            currency = self._documents[key].currency
            good = min(abs(applied), abs(to_minor(answer.get(key, "0"), currency)))
            in_euro = 10_000 / (per_euro_hundredths(currency) * unit(currency))
            score.auto_cash += round(abs(applied) * in_euro)
            if not self._same(truth.receipt_id, answer, best):
                score.wrong_cash += round((abs(applied) - good) * in_euro)


def _calibration(pairs: list[tuple[float, float]]) -> float | None:
    """Expected calibration error over ten equal bins."""
    if not pairs:
        return None
    bins: list[list[tuple[float, float]]] = [[] for _ in range(_BINS)]
    for trust, hit in pairs:
        bins[min(int(trust * _BINS), _BINS - 1)].append((trust, hit))
    return sum(abs(sum(trust - hit for trust, hit in one)) for one in bins) / len(pairs)


def score(folder: Path, output_folder: Path) -> Score:
    return Scorer(folder, output_folder).run()
