"""Whether an account's statements fit: each in itself, and each to the one before. What does not is a finding. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from uuid import UUID

from ledger.finding import Finding, Severity
from ledger.money import Money

RECORD_KIND = "statement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One statement with both of its balances. key: names it in findings, the same at each look. total: of its lines.

    source: the import and the statement's place in it.
    """

    key: str
    source: tuple[UUID, int]
    number: str
    first_on: date
    last_on: date
    opening: Money
    closing: Money
    total: Money

    @property
    def words(self) -> str:
        number = f"{self.number} " if self.number else ""
        return f"statement {number}of {_days(self.first_on, self.last_on)}"


def unchained(sheets: Sequence[Sheet], listed_by: Callable[[Sheet, Sheet], Money]) -> Iterator[Finding]:
    """`listed_by`: sum of the lines that either of two statements lists, each once."""
    for sheet in sheets:
        left = sheet.closing - sheet.opening - sheet.total
        if left:
            yield _finding(
                "statement_sum",
                sheet.key,
                f"The lines of {sheet.words} do not lead from its opening to its closing balance: {sheet.opening} and "
                f"lines of {sheet.total} are not {sheet.closing}; {left} is missing. Download that statement again.",
            )
    in_order = sorted(_once(sheets), key=lambda sheet: (sheet.first_on, sheet.last_on, sheet.key))
    for before, after in pairwise(in_order):
        found = _between(before, after, listed_by)
        if found is not None:
            yield found


def _once(sheets: Sequence[Sheet]) -> list[Sheet]:
    """Statements that were imported twice count once, and one that lies within another says nothing more."""
    distinct = {(one.first_on, one.last_on, one.opening, one.closing): one for one in sheets}
    return [
        one
        for one in distinct.values()
        if not any(other is not one and _holds(other, one) for other in distinct.values())
    ]


def _holds(outer: Sheet, inner: Sheet) -> bool:
    return outer.first_on < inner.first_on and inner.last_on < outer.last_on


def _between(before: Sheet, after: Sheet, listed_by: Callable[[Sheet, Sheet], Money]) -> Finding | None:
    if after.opening == before.closing:
        return None
    if after.first_on > before.last_on:
        left = after.opening - before.closing
        return _finding(
            "statement_gap",
            after.key,
            f"Between {_day(before.last_on)}, closed with {before.closing}, and {_day(after.first_on)}, opened with "
            f"{after.opening}, {left} is not explained: import the statements of the days between.",
        )
    if not (before.first_on < after.first_on and before.last_on < after.last_on):
        return None  # both begin or end on one day, and which is the longer one cannot be told from the days
    left = after.closing - before.opening - listed_by(before, after)
    if not left:
        return None
    return _finding(
        "statement_overlap",
        after.key,
        f"The statements of {_days(before.first_on, before.last_on)} and of {_days(after.first_on, after.last_on)} "
        f"overlap, and their lines, each taken once, leave {left} between {before.opening} and {after.closing}: a line "
        "of those days is missing or stands twice. Compare them with the bank.",
    )


def _finding(code: str, key: str, sentence: str) -> Finding:
    return Finding(
        code=code,
        sentence=sentence,
        severity=Severity.WARNING,
        record_kind=RECORD_KIND,
        external_id=key,
        field="balance",
    )


def _days(first: date, last: date) -> str:
    return _day(first) if first == last else f"{_day(first)} to {_day(last)}"


def _day(on: date) -> str:
    return f"{on.day} {on:%b %Y}"
