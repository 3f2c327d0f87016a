"""Counts over some receipts, and the shares that follow from them."""

from dataclasses import dataclass, field
from typing import Any

_BINS = 10
_COUNTS = (
    "receipts", "one_answer", "taken", "right", "best_right", "top3_right", "proposed", "flagged",
    "suggested_first", "suggested_three", "suggested_other", "nothing", "auto_cash", "wrong_cash",
)  # fmt: skip


def share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


@dataclass(slots=True)
class Calibration:
    """How far confidence is from the share that is right, over ten equal bins."""

    count: int = 0
    gaps: list[float] = field(default_factory=lambda: [0.0] * _BINS)

    def add(self, trust: float, hit: float) -> None:
        self.count += 1
        self.gaps[min(int(trust * _BINS), _BINS - 1)] += trust - hit

    def merge(self, other: "Calibration") -> None:
        self.count += other.count
        self.gaps = [one + two for one, two in zip(self.gaps, other.gaps, strict=True)]

    @property
    def error(self) -> float | None:
        """The expected calibration error; None without a proposal."""
        return sum(map(abs, self.gaps)) / self.count if self.count else None


@dataclass(slots=True)
class Tally:
    """Counts over some receipts. `taken`: automatic, whatever was right; `right`: automatic and wholly right.

    Every receipt is either taken, or suggested with a right answer first, or with one among the first three, or with none
    of them right, or nothing is proposed for it. Money is in euro cents at round rates.
    """

    receipts: int = 0
    one_answer: int = 0
    taken: int = 0
    right: int = 0
    best_right: int = 0
    top3_right: int = 0
    proposed: int = 0
    flagged: int = 0
    suggested_first: int = 0
    suggested_three: int = 0
    suggested_other: int = 0
    nothing: int = 0
    auto_cash: int = 0
    wrong_cash: int = 0
    calibration: Calibration = field(default_factory=Calibration)

    @property
    def precision(self) -> float | None:
        return share(self.right, self.taken)

    @property
    def recall(self) -> float | None:
        return share(self.right, self.one_answer)

    def merge(self, other: "Tally") -> None:
        for name in _COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.calibration.merge(other.calibration)

    def as_dict(self) -> dict[str, Any]:
        counts: dict[str, Any] = {name: getattr(self, name) for name in _COUNTS}
        return counts | {
            "precision": self.precision,
            "recall": self.recall,
            "auto_share": share(self.taken, self.receipts),
            "suggested_first_share": share(self.suggested_first, self.receipts),
            "suggested_three_share": share(self.suggested_first + self.suggested_three, self.receipts),
            "suggested_other_share": share(self.suggested_other, self.receipts),
            "nothing_share": share(self.nothing, self.receipts),
            "ece": self.calibration.error,
        }
