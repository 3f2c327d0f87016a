"""Allocations with the line of the journal that each goes to, where QuickBooks names the journal alone.

It is told here and not kept: so it holds whichever of the two comes first and whatever changes later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from ledger.unnamed_lines import UNNAMED, Line, Part, Use, is_sure, lines_of, turned
from store.queries.exports.parts import Reader

_UNNAMED = f"/{UNNAMED}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """An allocation, or a part of it where it goes to several lines. part: 1 for the first."""

    row: Any
    part: int
    source: str
    target: str
    minor: int
    source_minor: int


class _Ends(NamedTuple):
    """None where nothing tells, or the allocation names it. sure: no other lines can be meant."""

    sources: list[Part] | None
    targets: list[Part] | None
    sure: bool = False


_NOT_TOLD = _Ends(None, None)


class Guessed(NamedTuple):
    """An allocation that names a journal alone, and the lines that it was taken for: none where none fits."""

    row: Any
    lines: Sequence[str]


def applied(reader: Reader) -> Iterator[Applied]:
    """All allocations that stand, each with its ends."""
    rows = reader.rows("allocations")
    told = _told(reader, rows)
    for row in rows:
        ends = told.get(row.id, _NOT_TOLD)
        sources = ends.sources or [(row.source_external_id, row.source_amount_minor)]
        targets = ends.targets or [(row.target_external_id, row.amount_minor)]
        parts = [(sources[0], targets[0])] if len(sources) == len(targets) == 1 else _crossed(sources, targets)
        for number, ((source, source_minor), (target, minor)) in enumerate(parts, start=1):
            yield Applied(row=row, part=number, source=source, target=target, minor=minor, source_minor=source_minor)


def guessed(reader: Reader, connection_id: UUID) -> list[Guessed]:
    """Those of a connection whose line is not sure."""
    rows = [row for row in reader.rows("allocations") if row.connection_id == connection_id]
    told = _told(reader, rows)
    parts = [(row, [*(told[row.id].sources or ()), *(told[row.id].targets or ())]) for row in rows if row.id in told]
    return [Guessed(row, [name for name, _ in lines]) for row, lines in parts if not told[row.id].sure]


def _crossed(sources: Sequence[Part], targets: Sequence[Part]) -> Iterator[tuple[Part, Part]]:
    """One after the other; both come to the same, as a ledger that names no line applies in one currency."""
    gives, takes = list(sources), list(targets)
    while gives and takes:
        (source, has), (target, owes) = gives.pop(0), takes.pop(0)
        minor = min(has, owes)
        yield (source, minor), (target, minor)
        if has > minor:
            gives.insert(0, (source, has - minor))
        if owes > minor:
            takes.insert(0, (target, owes - minor))


def _told(reader: Reader, rows: Sequence[Any]) -> dict[UUID, _Ends]:
    """Allocation -> the lines meant, for each that names a journal alone."""
    standing = [row for row in rows if row.reversed_on is None]
    asked = sorted((row for row in standing if any(_unnamed(row))), key=_order)
    if not asked:
        return {}
    journals, customers = _journals(reader), _customers(reader)
    found: dict[UUID, _Ends] = {}
    for connection_id in {row.connection_id for row in asked}:
        parents = _parents(reader, connection_id)
        own = [row for row in asked if row.connection_id == connection_id]
        used = _used(row for row in standing if row.connection_id == connection_id)
        uses = [use for row in own for use in _uses(row, journals, customers, parents)]
        lines = iter(lines_of([use for use in uses if use is not None], used, parents))
        placed = [next(lines) if use is not None else None for use in uses]
        sure = [use is None or is_sure(use, parents) for use in uses]
        for place, row in enumerate(own):
            at = slice(2 * place, 2 * place + 2)
            sources, targets = placed[at]
            found[row.id] = _Ends(sources, targets, all(sure[at]))
    return found


def _uses(
    row: Any,
    journals: Mapping[tuple[UUID, str], Sequence[Line]],
    customers: Mapping[tuple[UUID, str], str | None],
    parents: Mapping[str, str],
) -> tuple[Use | None, Use | None]:
    """What is asked for its source and its target; None where that is named."""

    def use(name: str, sign: int) -> Use:
        return Use(
            lines=journals.get((row.connection_id, name.removesuffix(_UNNAMED)), ()),
            customer=customers.get((row.connection_id, row.record_id)),
            currency=row.currency,
            sign=sign,
            minor=row.amount_minor,
        )

    asked = _unnamed(row)
    source, target = use(row.source_external_id, -1), use(row.target_external_id, 1)
    if all(asked) and turned(source, target, parents):
        return use(row.target_external_id, -1), use(row.source_external_id, 1)
    return (source if asked[0] else None, target if asked[1] else None)


def _unnamed(row: Any) -> tuple[bool, bool]:
    """Whether its source, its target is a journal without a line."""
    return (
        row.source_kind == "journal" and row.source_external_id.endswith(_UNNAMED),
        row.target_kind == "journal" and row.target_external_id.endswith(_UNNAMED),
    )


def _order(row: Any) -> tuple[Any, ...]:
    """By day, and as entered."""
    return (row.applied_on or date.min, *_counted(row.record_id), row.external_id)


def _counted(name: str) -> tuple[int, str]:
    """Numbers by their value, before everything else."""
    return (int(name), "") if name.isdecimal() else (1 << 62, name)


def _used(rows: Iterable[Any]) -> Mapping[str, int]:
    """What is applied to lines that are named."""
    used: dict[str, int] = defaultdict(int)
    for row in rows:
        if row.target_kind == "journal":
            used[row.target_external_id] += row.amount_minor
        if row.source_kind == "journal":
            used[row.source_external_id] += row.source_amount_minor
    return used


def _journals(reader: Reader) -> dict[tuple[UUID, str], list[Line]]:
    """(connection, "KIND/TXN") -> its lines on AR, in their order."""
    found: dict[tuple[UUID, str], list[Line]] = defaultdict(list)
    rows = reader.rows("journal_lines")
    for row in sorted(rows, key=lambda row: _counted(row.external_id.rsplit("/", 1)[-1].removeprefix("n"))):
        line = Line(
            external_id=row.external_id, customer=reader.customer(row), currency=row.currency, minor=row.amount_minor
        )
        found[(row.connection_id, f"{row.transaction_kind}/{row.transaction_external_id}")].append(line)
    return found


def _customers(reader: Reader) -> dict[tuple[UUID, str], str | None]:
    """(connection, payment) -> whose it is."""
    return {(row.connection_id, row.external_id): reader.customer(row) for row in reader.rows("payments")}


def _parents(reader: Reader, connection_id: UUID) -> dict[str, str]:
    """Customer -> its parent, merged ones by whom they are now."""
    into = reader.merged()
    return {
        row.external_id: into.get((connection_id, row.parent_external_id), row.parent_external_id)
        for row in reader.rows("customers", live=False)
        if row.connection_id == connection_id and row.parent_external_id is not None
    }
