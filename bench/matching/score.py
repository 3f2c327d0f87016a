"""Scores a matcher's files against the truth of a set."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bench.matching.amounts import to_minor, unit
from bench.matching.cases import Kind
from bench.matching.invariants import Checker, RateTable
from bench.matching.prices import per_euro_hundredths
from bench.matching.results import Document, Output, Proposal, Receipt, read_documents, read_output, read_receipts
from bench.matching.tally import Calibration, Tally, share
from bench.matching.truth import SetFaultError, Truth, read_truth
from reconcile.bounds import upper_bound


@dataclass(frozen=True, slots=True)
class Label:
    """What a case is called, and the family it belongs to."""

    name: str
    group: str


@dataclass(slots=True)
class Score:
    """Money in euro cents at round rates, so that currencies can be added."""

    total: Tally = field(default_factory=Tally)
    kinds: dict[str, Tally] = field(default_factory=lambda: {kind.value: Tally() for kind in Kind})
    groups: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    cases: dict[int | str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    labels: dict[int | str, Label] = field(default_factory=dict)
    automatic: Calibration = field(default_factory=Calibration)
    wrong: list[str] = field(default_factory=list)
    """Receipts taken automatically that are not wholly right."""
    broken: list[str] = field(default_factory=list)

    @property
    def wrong_rate_bound(self) -> float:
        """Clopper-Pearson, one-sided 95 %: how high the true rate of wrong automatic matches may still be."""
        return upper_bound(self.total.taken - self.total.right, self.total.taken)

    @property
    def wrong_cash(self) -> int:
        return self.total.wrong_cash

    @property
    def ece(self) -> float | None:
        return self.total.calibration.error

    @property
    def ece_auto(self) -> float | None:
        return self.automatic.error

    def merge(self, other: "Score") -> None:
        """Add another set's figures."""
        self.total.merge(other.total)
        for mine, theirs in ((self.kinds, other.kinds), (self.groups, other.groups)):
            for name, tally in theirs.items():
                mine[name].merge(tally)
        for number, tally in other.cases.items():
            self.cases[number].merge(tally)
        self.labels |= other.labels
        self.automatic.merge(other.automatic)
        self.wrong += other.wrong
        self.broken += other.broken

    def in_order(self) -> list[tuple[int | str, Tally]]:
        """The cases: numbers first, then words."""
        return sorted(self.cases.items(), key=lambda pair: (isinstance(pair[0], str), pair[0]))

    def as_dict(self) -> dict[str, Any]:
        """For JSON: the counts, and the shares that follow from them."""
        ones = self.kinds[Kind.ONE]
        return {
            "receipts": self.total.receipts,
            "precision": self.total.precision,
            "recall": ones.recall,
            "auto_rate": share(ones.taken, ones.one_answer),
            "best_right": share(ones.best_right, ones.one_answer),
            "top3_right": share(ones.top3_right, ones.one_answer),
            "wrong_rate_bound_95": self.wrong_rate_bound,
            "auto_cash_eur_cents": self.total.auto_cash,
            "wrong_cash_eur_cents": self.wrong_cash,
            "ece": self.ece,
            "ece_auto": self.ece_auto,
            "wrong_receipts": self.wrong[:100],
            "invariants_broken": len(self.broken),
            "invariants_first": self.broken[:20],
            "total": self.total.as_dict(),
            "kinds": {kind: tally.as_dict() for kind, tally in self.kinds.items()},
            "groups": {group: tally.as_dict() for group, tally in sorted(self.groups.items())},
            "cases": {
                str(number): {"name": self.labels[number].name, "group": self.labels[number].group} | tally.as_dict()
                for number, tally in self.in_order()
            },
        }


class Scorer:
    """Compares receipt by receipt. One scorer may judge several outputs for its set."""

    def __init__(self, folder: Path) -> None:
        self.documents: dict[str, Document] = read_documents(folder)
        self.receipts: dict[str, Receipt] = read_receipts(folder)
        self._given: dict[str, Truth] = {one.receipt_id: one for one in read_truth(folder / "truth.csv")}
        self._rates = RateTable(folder / "rates.csv")
        self._check()
        self._truth: dict[str, Truth] = {}
        self._output = Output({}, {}, [])

    def _check(self) -> None:
        for truth in self._given.values():
            if truth.receipt_id not in self.receipts:
                raise SetFaultError(f"truth.csv: {truth.receipt_id} is not in receipts.csv")
            strange = [key for answer in truth.answers for key in answer if key not in self.documents]
            if strange:
                raise SetFaultError(f"truth.csv: {truth.receipt_id} names {strange[0]}, which is not in invoices.csv")
        for receipt_id in self.receipts:
            if receipt_id not in self._given:
                raise SetFaultError(f"receipts.csv: {receipt_id} is not in truth.csv")

    def judge_files(self, folder: Path) -> Score:
        """Judge matches.csv and receipts.csv of a matcher."""
        return self.judge(read_output(folder, self.documents, self.receipts))

    def judge(self, output: Output) -> Score:
        self._truth, self._output = dict(self._given), output
        score = Score()
        self._swap_equal_lines()
        for truth in self._truth.values():
            self._one(truth, score)
        score.broken = Checker(self.documents, self.receipts, output, self._rates).run()
        return score

    def _swap_equal_lines(self) -> None:
        """Of two equal lines of one day either may be called the duplicate: follow the matcher's choice."""
        for second in list(self._truth.values()):
            first = self._truth.get(second.duplicate_of)
            if first is None or second.kind is not Kind.DUPLICATE or not self._equal(first, second):
                continue
            chosen, verdict = self._output.best(second.receipt_id), self._output.verdicts.get(first.receipt_id)
            if verdict is not None and verdict.status == "duplicate" and chosen is not None:
                self._truth[first.receipt_id] = replace(
                    second, receipt_id=first.receipt_id, duplicate_of=second.receipt_id
                )
                self._truth[second.receipt_id] = replace(first, receipt_id=second.receipt_id)

    def _equal(self, first: Truth, second: Truth) -> bool:
        """The same line under two ids: nothing tells which came first."""
        one, two = self.receipts[first.receipt_id], self.receipts[second.receipt_id]
        return replace(one, id="") == replace(two, id="")

    def _one(self, truth: Truth, score: Score) -> None:
        proposals = self._output.proposals.get(truth.receipt_id, [])
        verdict = self._output.verdicts.get(truth.receipt_id)
        best = self._output.best(truth.receipt_id)
        rate = self._share_right(truth, best) if best else 0.0
        taken = any(one.automatic for one in proposals) and not self._is_plain_reversal(truth, best)
        own = Tally(receipts=1, one_answer=int(truth.kind is Kind.ONE), taken=int(taken), proposed=int(bool(proposals)))
        own.right = int(taken and truth.kind is Kind.ONE and rate == 1.0)
        three = any(self._share_right(truth, one) for one in proposals[:3])
        own.best_right = int(truth.kind is Kind.ONE and rate == 1.0)
        own.top3_right = int(truth.kind is Kind.ONE and three)
        own.flagged = int(verdict is not None and self._is_flagged(truth, verdict.status))
        if not taken:
            own.nothing = int(not proposals)
            own.suggested_first = int(rate > 0)
            own.suggested_three = int(three and not rate)
            own.suggested_other = int(bool(proposals) and not three)
        if best is not None:
            own.calibration.add(best.confidence, rate)
            if best.automatic:
                score.automatic.add(best.confidence, rate)
            if taken:
                self._count_cash(truth, best, own)
        if taken and not own.right:
            score.wrong.append(truth.receipt_id)
        for tally in (score.total, score.kinds[truth.kind], score.groups[truth.group], score.cases[truth.case]):
            tally.merge(own)
        score.labels.setdefault(truth.case, Label(truth.name, truth.group))

    def _is_plain_reversal(self, truth: Truth, best: Proposal | None) -> bool:
        return truth.kind is Kind.REVERSAL and best is not None and self._share_right(truth, best) == 1.0

    def _is_flagged(self, truth: Truth, status: str) -> bool:
        """A payout below zero is money going back as well: either word is right."""
        if truth.kind is Kind.PAYOUT and self.receipts[truth.receipt_id].amount < 0:
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
        money = self.receipts[receipt_id].currency
        for key, text in answer.items():
            currency = self.documents[key].currency
            wanted, got = to_minor(text, currency), proposal.lines[key]
            slack = 0 if currency == money else 1 + abs(wanted) // 100
            if abs(wanted - got) > slack:
                return False
        return True

    def _count_cash(self, truth: Truth, best: Proposal, own: Tally) -> None:
        answer = truth.answers[0] if truth.kind is Kind.ONE else {}
        for key, applied in best.lines.items():
            currency = self.documents[key].currency
            good = min(abs(applied), abs(to_minor(answer.get(key, "0"), currency)))
            in_euro = 10_000 / (per_euro_hundredths(currency) * unit(currency))
            own.auto_cash += round(abs(applied) * in_euro)
            if not self._same(truth.receipt_id, answer, best):
                own.wrong_cash += round((abs(applied) - good) * in_euro)


def score(folder: Path, output_folder: Path) -> Score:
    return Scorer(folder).judge_files(output_folder)
