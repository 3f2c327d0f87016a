"""Which line of a journal was meant, where a payment names the journal alone. Pure.

QuickBooks may link a payment to a journal without saying to which line. The line is told by the customer of the payment,
by the side (a payment pays a debit, a credit pays), and among several of these by the amount.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

UNNAMED = "?"
"""What stands for the line in the id of one that is not named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a journal on AR, in the order of the journal: minor > 0 for a debit."""

    external_id: str
    customer: str | None
    currency: str
    minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """An amount applied to some line of a journal. sign: 1 to a debit, -1 out of a credit. lines: all of the journal."""

    lines: Sequence[Line]
    customer: str | None
    currency: str
    sign: int
    minor: int


Part = tuple[str, int]
"""(line, amount)."""


def lines_of(uses: Sequence[Use], used: Mapping[str, int], parent_of: Mapping[str, str]) -> list[list[Part] | None]:
    """For each use the lines that it goes to, which come to its amount; None where nothing tells.

    used: what is applied to lines that are named. What only one line can be goes first, so that a part of some amount
    never takes the line that another pays in full; the rest fills what is open, in order.
    """
    taken = dict(used)
    found: list[list[Part] | None] = [None] * len(uses)
    rest = []
    for place, use in enumerate(uses):
        near, kin = _candidates(use, parent_of)
        one = _only(use, near, kin, taken)
        if one is not None:
            found[place] = _take([(one.external_id, use.minor)], taken)
        elif near:
            rest.append((place, use, [*near, *kin]))
    for place, use, lines in rest:
        found[place] = _take(_spread(use.minor, lines, taken), taken)
    return found


def is_sure(use: Use, parent_of: Mapping[str, str]) -> bool:
    """Whether but one line can be meant: the only one that fits, or the only one of that amount."""
    near, kin = _candidates(use, parent_of)
    fit = [*near, *kin]
    return len(fit) == 1 or sum(abs(line.minor) == use.minor for line in fit) == 1


def _candidates(use: Use, parent_of: Mapping[str, str]) -> tuple[list[Line], list[Line]]:
    """The lines of the customer, and those of its parents and children, who pay for one another."""
    if len(use.lines) == 1:
        return list(use.lines), []
    return _fitting(use, use.sign, parent_of)


def turned(source: Use, target: Use, parent_of: Mapping[str, str]) -> bool:
    """Whether the journals fit only the other way round: an amount has no sign, so which of two is the credit is a guess."""
    ends = (source, target)
    told = all(_fitting(end, end.sign, parent_of)[0] for end in ends)
    return not told and all(_fitting(end, -end.sign, parent_of)[0] for end in ends)


def _fitting(use: Use, sign: int, parent_of: Mapping[str, str]) -> tuple[list[Line], list[Line]]:
    fit = [line for line in use.lines if line.minor * sign > 0 and line.currency == use.currency and line.customer]
    own = [line for line in fit if line.customer == use.customer]
    above = _above(use.customer, parent_of)
    kin = [line for line in fit if line.customer in above or use.customer in _above(line.customer, parent_of)]
    return (own, kin) if own else (kin, [])


def _above(customer: str | None, parent_of: Mapping[str, str]) -> list[str]:
    """Parents up to the top, without the customer itself."""
    found: list[str] = []
    at = parent_of.get(customer or "")
    while at is not None and at != customer and at not in found:
        found.append(at)
        at = parent_of.get(at)
    return found


def _only(use: Use, near: Sequence[Line], kin: Sequence[Line], taken: Mapping[str, int]) -> Line | None:
    """The one line that there is, or the first with that amount left."""
    if len(near) == 1 and (not kin or use.minor <= _left(near[0], taken)):
        return near[0]
    return _exact(use.minor, near, taken)


def _exact(minor: int, lines: Iterable[Line], taken: Mapping[str, int]) -> Line | None:
    return next((line for line in lines if _left(line, taken) == minor), None)


def _left(line: Line, taken: Mapping[str, int]) -> int:
    return max(0, abs(line.minor) - taken.get(line.external_id, 0))


def _spread(minor: int, lines: Sequence[Line], taken: Mapping[str, int]) -> list[Part]:
    """The line with just that left, else one after the other; what is more than all is the last one's."""
    exact = _exact(minor, lines, taken)
    if exact is not None:
        return [(exact.external_id, minor)]
    parts = []
    for line in lines:
        part = min(minor, _left(line, taken))
        if part:
            parts.append((line.external_id, part))
            minor -= part
    if minor:
        last, most = parts.pop() if parts else (lines[-1].external_id, 0)
        parts.append((last, most + minor))
    return parts


def _take(parts: list[Part], taken: dict[str, int]) -> list[Part]:
    for name, minor in parts:
        taken[name] = taken.get(name, 0) + minor
    return parts
