"""What two homes say of the same business, compared: every exported kind, all columns but our own ids and clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import sqlalchemy

from bench.spine.house import House
from store.queries.exports.kinds import COLUMNS, EXPORTS
from store.queries.exports.parts import Reader
from store.tables.matching import receipts
from store.tables.pulled import NOUN_NAMED

# When we learnt or decided something, and ids that each home makes anew.
_OWN = {
    "receipts": {"id"},
    "invoices": {"receivable_id", "entity"},
    "matches": {"receipt_id", "decided_at"},
    "allocations": {"recorded_at"},
}
Line = tuple[tuple[str, Any], ...]


def exported(
    house: House, kinds: tuple[str, ...] = tuple(EXPORTS), *, without: frozenset[str] = frozenset()
) -> dict[str, Counter[Line]]:
    """kind -> its rows as others see them. A match names its receipt by where that was first seen."""
    found = {}
    with house.place.app.database.read() as connection:
        reader = Reader(connection, house.place.organisation_id)
        own = {row["id"]: (row["connection"], row["external_id"]) for row in EXPORTS["receipts"](reader)}
        for kind in kinds:
            left_out = _OWN.get(kind, set()) | without
            lines: Counter[Line] = Counter()
            for row in EXPORTS[kind](reader):
                values = [(name, row.get(name)) for name in COLUMNS[kind] if name not in left_out]
                if kind == "matches":
                    values.append(("receipt", own[row["receipt_id"]]))
                lines[tuple(values)] += 1
            found[kind] = lines
    return found


def unequal(one: dict[str, Counter[Line]], other: dict[str, Counter[Line]]) -> list[str]:
    """Every row that only one side has, as a sentence. Empty is what is wanted."""
    found = []
    for kind, lines in one.items():
        found += [f"{kind}: only in the first: {_told(line)}" for line in (lines - other[kind]).elements()]
        found += [f"{kind}: only in the second: {_told(line)}" for line in (other[kind] - lines).elements()]
    return found


def _told(line: Line) -> str:
    return ", ".join(f"{name}={value}" for name, value in line if value is not None)


def stamps(house: House) -> dict[tuple[str, str], tuple[Any, ...]]:
    """(table, id) -> revision and when it was written, of every pulled value and receipt. Equal where nothing was touched."""
    return dict(_stamps(house))


def _stamps(house: House) -> Iterator[tuple[tuple[str, str], tuple[Any, ...]]]:
    with house.place.app.database.read() as connection:
        for name, noun in NOUN_NAMED.items():
            columns = noun.table.c
            query = sqlalchemy.select(
                columns.id, columns.revision, columns.digest, columns.recorded_at, columns.gone_at
            )
            for row in connection.execute(query):
                yield (name, str(row.id)), tuple(row[1:])
        for own, revision in connection.execute(sqlalchemy.select(receipts.c.id, receipts.c.revision)):
            yield ("receipts", str(own)), (revision,)
