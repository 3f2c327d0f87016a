"""Which lines of a file are known already. Pure; docs/decisions/bank-lines.md has the rule and why.

Lines are only ever compared within one account, day and amount. One known line is one told line, never two.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sync.statements.words import agree, likeness

_UNSTABLE_FROM = 3  # so many equal lines with other references, and none with the same, and references say nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A line as one file tells it. balance_minor: the account's behind it, where opening balance or column tell.

    whole_day: the statement goes on before and behind this day, so that it tells all lines of it.
    """

    format: str
    booked_on: date
    amount_minor: int
    content: str
    bank_reference: str
    balance_minor: int | None
    words: str
    whole_day: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A line that is known, as one earlier file told it: a line that several files told is listed several times."""

    external_id: str
    told: Told


def recognise(told: Sequence[Told], known: Sequence[Listed]) -> list[str | None]:
    """For each line the known one that it is, or None where it is new."""
    listed = _by_place(known)
    unstable = _unstable_formats(told, listed)
    found: list[str | None] = [None] * len(told)
    groups: dict[tuple[date, int], list[int]] = defaultdict(list)
    for at, line in enumerate(told):
        groups[line.booked_on, line.amount_minor].append(at)
    for place, members in groups.items():
        if place in listed:
            _Group(told, members, listed[place], unstable, found).settle()
    return found


def _by_place(known: Sequence[Listed]) -> dict[tuple[date, int], list[Listed]]:
    listed: dict[tuple[date, int], list[Listed]] = defaultdict(list)
    for item in known:
        listed[item.told.booked_on, item.told.amount_minor].append(item)
    return listed


def _unstable_formats(told: Sequence[Told], listed: Mapping[tuple[date, int], Sequence[Listed]]) -> frozenset[str]:
    """Formats whose references are made anew with each download: equal lines abound, and none has its reference."""
    same: Counter[str] = Counter()
    other: Counter[str] = Counter()
    for line in told:
        equals = [
            item.told
            for item in listed.get((line.booked_on, line.amount_minor), ())
            if item.told.format == line.format and item.told.content == line.content and item.told.bank_reference
        ]
        if equals and line.bank_reference:
            agrees = any(one.bank_reference == line.bank_reference for one in equals)
            (same if agrees else other)[line.format] += 1
    return frozenset(form for form, count in other.items() if count >= _UNSTABLE_FROM and not same[form])


@dataclass(slots=True)
class _Group:
    """The lines of one day and amount: told ones by their place in the file, known ones by what is free of them."""

    told: Sequence[Told]
    members: list[int]
    known: Sequence[Listed]
    unstable: frozenset[str]
    found: list[str | None]

    def settle(self) -> None:
        """The surest sign first, over all lines, so that a weak sign never takes what a sure one would."""
        counted = Counter(self.told[at].bank_reference for at in self.members)
        self._take(lambda line, other: self._same_reference(line, other, counted))
        self._take(lambda line, other: self._equal(line, other) and _same_balance(line, other))
        self._take(lambda line, other: self._equal(line, other) and not _balances_part(line, other))
        self._take_likest()

    def _take(self, fits: Callable[[Told, Told], bool]) -> None:
        for at in self._open():
            free = self._free()
            chosen = next((item for item in free if fits(self.told[at], item.told)), None)
            if chosen is not None:
                self.found[at] = chosen.external_id

    def _take_likest(self) -> None:
        """Across formats: what they say has to agree, and the likest pair goes first."""
        pairs = sorted(
            (
                (-likeness(self.told[at].words, item.told.words), at, item.external_id)
                for at in self._open()
                for item in self._free()
                if item.told.format != self.told[at].format and agree(self.told[at].words, item.told.words)
            ),
        )
        taken: set[str] = set()
        for _, at, external_id in pairs:
            if self.found[at] is None and external_id not in taken:
                self.found[at] = external_id
                taken.add(external_id)

    def _open(self) -> Iterator[int]:
        return (at for at in self.members if self.found[at] is None)

    def _free(self) -> list[Listed]:
        taken = {self.found[at] for at in self.members}
        return [item for item in self.known if item.external_id not in taken]

    def _same_reference(self, line: Told, other: Told, counted: Counter[str]) -> bool:
        """A reference that two lines of the day share is no name of one."""
        own = line.bank_reference
        return bool(own) and own == other.bank_reference and counted[own] == 1 and self._is_once(own)

    def _is_once(self, reference: str) -> bool:
        return len({item.external_id for item in self.known if item.told.bank_reference == reference}) == 1

    def _equal(self, line: Told, other: Told) -> bool:
        """All that one format tells is equal; different references of the bank part two lines, if they are stable."""
        if line.format != other.format or line.content != other.content:
            return False
        both = bool(line.bank_reference) and bool(other.bank_reference)
        return not both or line.bank_reference == other.bank_reference or line.format in self.unstable


def _same_balance(line: Told, other: Told) -> bool:
    return line.balance_minor is not None and line.balance_minor == other.balance_minor


def _balances_part(line: Told, other: Told) -> bool:
    """On a day that the file may have cut, two equal lines with different balances behind them are two lines."""
    if line.whole_day or line.balance_minor is None or other.balance_minor is None:
        return False
    return line.balance_minor != other.balance_minor
