"""Records of which nothing stands yet, as the rows that PostgreSQL's COPY takes, made where they are mapped.

Only the moment of writing is left open: it is the last column of every row. Rows are made while what they are made of is
still in the processor's cache, wait as bytes, and are joined and sent by the transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, Protocol
from uuid import UUID

import zstandard

from ledger.finding import Finding
from store import packed
from store.content import content_of, fingerprint, with_stamp
from store.lines import escaped, liner
from store.ready import CODEC, customer_of, named_after, nouns_of, packer, ready_values
from store.shapes import COMMON, HELD, Cell

LAST = "recorded_at"
_FRONT = tuple(name for name in COMMON if name != LAST)


def open_cells(table: str) -> tuple[Cell, ...]:
    """The columns of `records` or `versions` that are made here."""
    return tuple(cell for cell in HELD.tables[table] if cell.name != LAST)


class FreshValue(NamedTuple):
    """row: of the noun's table; version: of the versions, where the noun has such."""

    noun: str
    row: bytes
    version: bytes | None


class Fresh(NamedTuple):
    """One record: its own row, those of its values, and what was odd about it."""

    row: bytes
    values: tuple[FreshValue, ...]
    findings: tuple[Finding, ...]

    @property
    def weight(self) -> int:
        """Bytes."""
        return len(self.row) + sum(len(value.row) + len(value.version or b"") for value in self.values)


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


def payload_of(fresh: Fresh) -> bytes:
    """What the provider sent, out of the row that it was packed into."""
    place = [cell.name for cell in open_cells("records")].index("body")
    return zstandard.ZstdDecompressor().decompress(packed.cell(fresh.row, place))


class Place(Protocol):
    """Whose the rows are: a store.scope.Scope, or its like."""

    @property
    def organisation_id(self) -> UUID: ...
    @property
    def connection_id(self) -> UUID: ...


class FreshMaker:
    """Makes rows of one connection; one thread's own."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._organisation, self._of = place.organisation_id.hex, place.connection_id.hex
        self._compress = packer()
        self._row = packed.packer(open_cells("records"), later=1)

    def make(self, item: Came, values: tuple[Any, ...], findings: tuple[Finding, ...]) -> Fresh | None:
        """None where it cannot be known before the transaction how the rows are written: a value that does not bear its
        record's id may stand already, and of two values with one id the last is written.

        Raises ValueError where a row would be in two currencies.
        """
        ready = ready_values(self._place.connection_id, item.kind, values)
        if len(ready) > 1 and len({value.value_id for value in ready}) < len(ready):
            return None
        made = []
        front = f"\t{self._of}\t{item.kind}\t{escaped(item.external_id)}\t1\t"
        for noun, value_id, (columns, body, stamp), digest in ready:
            table = table_of(noun)
            if not named_after(item.external_id, columns[table.own]):
                return None
            row = f"{self._organisation}\t{value_id}{front}{digest}\t\\N\t{table.line(columns)}\t".encode()
            version = None
            if table.version is not None:
                told = table.version((value_id, 1, self._of, noun, item.version), columns)
                version = f"{self._organisation}\t{told}\t".encode() + _json(with_stamp(body, stamp)) + b"\t"
            made.append(FreshValue(noun, row, version))
        row = self._row((
            self._organisation, self._of, item.kind, item.external_id, item.version, item.updated_at, item.seen_at,
            False, fingerprint(item.raw), CODEC, self._compress(item.raw), nouns_of(values), customer_of(values),
        ))  # fmt: skip
        return Fresh(row, tuple(made), findings)


class Table(NamedTuple):
    """line: the content's columns; version: those of a version but its body, from what is told of it and the content's."""

    own: int
    names: tuple[str, ...]
    line: Callable[[tuple[Any, ...]], str]
    version: Callable[[tuple[Any, ...], tuple[Any, ...]], str] | None


@cache
def table_of(noun: str) -> Table:
    """How values of a noun are written."""
    content, shape = content_of(noun), HELD.nouns[noun]
    names = (*_FRONT, *content.names, LAST)
    return Table(
        content.at["external_id"], names, liner(shape.columns), _version(noun) if shape.valid_on is not None else None
    )


def _version(noun: str) -> Callable[[tuple[Any, ...], tuple[Any, ...]], str]:
    told = content_of(noun).told
    line = liner(open_cells("versions")[1:-1])

    def version(given: tuple[Any, ...], columns: tuple[Any, ...]) -> str:
        value_id, revision, of, name, provider_version = given
        own, valid_on, *rest = told(columns)
        return line((value_id, revision, of, name, own, provider_version, valid_on, False, *rest))

    return version


def _json(text: bytes) -> bytes:
    """JSON holds no other character that COPY minds."""
    return text.replace(b"\\", b"\\\\") if b"\\" in text else text
