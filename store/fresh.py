"""Records of which nothing stands yet, as the rows that their database takes (store/forms.py), made where they are mapped.

Only the moment of writing is left open: it is the last column of every row. Rows are made while what they are made of is
still in the processor's cache, wait as bytes, and are joined and sent by the transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from ledger.finding import Finding
from store.content import content_of, fingerprint
from store.dictionary import Dictionary, packer_with
from store.forms import form_of, packed_cell
from store.plain import Unheld
from store.ready import CODEC, WITH_DICTIONARY, customer_of, named_after, nouns_of, packer, ready_values, unheld
from store.shapes import FRONT, HELD, Cell

LAST = "recorded_at"
_FRONT = tuple(cell for cell in FRONT if cell.name != LAST)


def open_cells(table: str) -> tuple[Cell, ...]:
    """The columns of `records` that are made here."""
    return tuple(cell for cell in HELD.tables[table] if cell.name != LAST)


class FreshValue(NamedTuple):
    """row: of the noun's table."""

    noun: str
    row: bytes


class Fresh(NamedTuple):
    """One record: its own row, those of its values, and what was odd about it."""

    row: bytes
    values: tuple[FreshValue, ...]
    findings: tuple[Finding, ...]

    @property
    def weight(self) -> int:
        """Bytes."""
        return len(self.row) + sum([len(value.row) for value in self.values])


class Came(Protocol):
    """A record as it came, that is not deleted."""

    @property
    def kind(self) -> str: ...
    @property
    def external_id(self) -> str: ...
    @property
    def raw(self) -> bytes: ...
    @property
    def seen_at(self) -> datetime: ...
    @property
    def updated_at(self) -> datetime | None: ...
    @property
    def version(self) -> str: ...


def body_of(fresh: Fresh, dialect: str) -> bytes:
    """What the provider sent, as it was packed (store/payloads.py opens it), out of its row."""
    names = [cell.name for cell in open_cells("records")]
    body: bytes = packed_cell(dialect)(fresh.row, names.index("body"), len(names))
    return body


_Packer = tuple[str, Callable[[bytes], bytes]]
"""A codec, and what packs so."""


class Place(Protocol):
    """Whose the rows are: a store.scope.Scope, or its like."""

    @property
    def organisation_id(self) -> UUID: ...
    @property
    def connection_id(self) -> UUID: ...


class FreshMaker:
    """Makes rows of one connection for a database of the dialect; one thread's own."""

    def __init__(self, place: Place, dialect: str) -> None:
        self._place, self._dialect = place, dialect
        self._organisation, self._of = place.organisation_id.hex, place.connection_id.hex
        self._plain: _Packer = (CODEC, packer())
        self._made: dict[int, _Packer] = {}
        self._packers: dict[str, _Packer] = {}
        cells = open_cells("records")
        self._row = form_of(dialect, cells).packer(cells)

    def use(self, dictionaries: Sequence[Dictionary]) -> None:
        """From now on payloads of their kinds are packed with these, and those of other kinds with none."""
        for one in dictionaries:
            if one.number not in self._made:
                self._made[one.number] = (WITH_DICTIONARY, packer_with(one))
        self._packers = {one.kind: self._made[one.number] for one in dictionaries}

    def make(self, item: Came, values: tuple[Any, ...], findings: tuple[Finding, ...]) -> Fresh | None:
        """None where it cannot be known before the transaction how the rows are written: a value that does not bear its
        record's id may stand already, and of two values with one id the last is written.

        Raises ValueError where a row would be in two currencies.
        """
        try:
            ready = ready_values(self._place.connection_id, item.kind, values)
        except Unheld as fault:
            return self.make(item, (), (*findings, unheld(fault, item.kind, item.external_id)))
        if len(ready) > 1 and len({value.value_id for value in ready}) < len(ready):
            return None
        made = []
        organisation, of = self._organisation, self._of
        for noun, value_id, (columns, _, _), digest in ready:
            table = table_of(noun, self._dialect)
            if not named_after(item.external_id, columns[table.own]):
                return None
            row = table.row((organisation, value_id, of, item.kind, item.external_id, 1, digest, None, *columns))
            made.append(FreshValue(noun, row))
        codec, pack = self._packers.get(item.kind, self._plain)
        row = self._row((
            organisation, of, item.kind, item.external_id, item.version, item.updated_at, item.seen_at,
            False, fingerprint(item.raw), codec, pack(item.raw), nouns_of(values), customer_of(values),
        ))  # fmt: skip
        return Fresh(row, tuple(made), findings)


class Table(NamedTuple):
    """row: packs the columns of a value."""

    own: int
    names: tuple[str, ...]
    row: Callable[[Sequence[Any]], bytes]


@cache
def table_of(noun: str, dialect: str) -> Table:
    """How values of a noun are written."""
    content, shape = content_of(noun), HELD.nouns[noun]
    cells = (*_FRONT, *shape.columns)
    names = (*(cell.name for cell in cells), LAST)
    return Table(content.at["external_id"], names, form_of(dialect, cells).packer(cells))
