"""The truth of a set: what is right for each receipt. Any set may be scored, whoever made it; see the README's columns."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.matching import files
from bench.matching.cases import CASES, Kind


class SetFaultError(ValueError):
    """A set that cannot be scored as it stands."""


@dataclass(frozen=True, slots=True)
class Truth:
    """One row of truth.csv. An answer maps invoice ids to amounts as text in the invoice's currency."""

    receipt_id: str
    case: int | str
    kind: Kind
    answers: tuple[dict[str, str], ...]
    duplicate_of: str
    name: str = ""
    group: str = ""


def read_truth(path: Path) -> Iterator[Truth]:
    """Raise SetFaultError for a row that says nothing that can be judged."""
    seen: set[str] = set()
    for number, row in enumerate(files.read(path), 2):
        try:
            truth = _truth(row)
        except (KeyError, ValueError) as error:
            raise SetFaultError(f"{path} line {number}: {error}") from error
        if truth.receipt_id in seen:
            raise SetFaultError(f"{path} line {number}: {truth.receipt_id} stands twice")
        seen.add(truth.receipt_id)
        yield truth


def _truth(row: dict[str, str]) -> Truth:
    kind, text = Kind(row["kind"]), row.get("case") or ""
    case: int | str = int(text) if text.isascii() and text.isdigit() else text
    answers = tuple(_answer(one) for one in row["answers"].split("|") if one)
    if kind is Kind.ONE and len(answers) != 1:
        raise ValueError(f"kind one has {len(answers)} answers; give exactly one, or another kind")
    known = CASES.get(case) if isinstance(case, int) else None
    name = row.get("case_name") or (known.name if known else "")
    own = known is not None and known.name == name
    group = row.get("group") or (known.group if known and own else "")
    return Truth(row["receipt_id"], case, kind, answers, row.get("duplicate_of") or "", name, group)


def _answer(text: str) -> dict[str, str]:
    lines = [line.rsplit("=", 1) for line in text.split(";")]
    if any(len(line) != 2 for line in lines):
        raise ValueError(f"answer {text!r} is not invoice=amount, joined by ;")
    return dict(lines)
