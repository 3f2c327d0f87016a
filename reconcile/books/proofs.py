"""What the benchmark has proved, class by class, as the pages say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from reconcile import proofs as shipped
from reconcile.classes import SENTENCES, EvidenceClass

NEVER = frozenset({EvidenceClass.AMOUNT})  # by its own meaning: nothing but the amount speaks for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """How often a class was right on the benchmark. upper: the rate of wrong answers that it is under, at 95 %."""

    code: str
    words: str
    decisions: int
    wrong: int
    upper: float
    proved: bool


@cache
def proofs() -> Mapping[str, Proof]:
    """Every class by its code, those that were never measured too."""
    measured = shipped.proofs()
    return {code.value: _proof(code, words, measured.get(code.value)) for code, words in SENTENCES.items()}


def _proof(code: EvidenceClass, words: str, found: shipped.Proof | None) -> Proof:
    return Proof(
        code=code.value,
        words=words,
        decisions=found.n if found else 0,
        wrong=found.wrong if found else 0,
        upper=found.upper if found else 1.0,
        proved=bool(found and found.proved) and code not in NEVER,
    )
