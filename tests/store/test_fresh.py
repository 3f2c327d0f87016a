"""Rows that were made before their transaction are those that the transaction itself would have made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Table, Uuid, select
from sqlalchemy.dialects import sqlite

from ledger.finding import Finding, Severity
from ledger.invoice import Invoice
from ledger.money import Money
from store import bound, bulk, intake
from store.content import content_of, fingerprint
from store.database import Database
from store.fresh import LAST, Fresh, FreshMaker, body_of
from store.incoming import Incoming
from store.lines import liner
from store.scope import Scope
from store.shapes import COMMON
from store.tables.intake import findings, records
from store.tables.pulled import NOUN_NAMED, NOUNS, Noun
from store.types import Json
from tests.store.place import NOW, make_place
from tests.store.strategies import TEXTS, values_of

SCOPE = Scope(UUID(int=7), UUID(int=8))
END = b"2026-11-22 12:00:00.123456+00:00\n"


@dataclass(frozen=True)
class Came:
    """A record as a connector gives it."""

    external_id: str
    kind: str = "Thing"
    raw: bytes = b'{"Id":"1"}'
    seen_at: datetime = NOW
    updated_at: datetime | None = None
    version: str = ""


def made(came: Came, *values: Any, dialect: str = "postgresql") -> Fresh | None:
    return FreshMaker(SCOPE, dialect).make(came, values, ())


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: noun.name)
@settings(max_examples=25)
@given(data=st.data())
def test_lines_are_those_of_the_whole_rows(noun: Noun, data: st.DataObject) -> None:
    value = data.draw(values_of(noun.value))
    came = Came(value.external_id, version=data.draw(TEXTS))
    fresh = made(came, value)
    assert fresh is not None
    assert zstandard.decompress(body_of(fresh, "postgresql")) == came.raw
    [row] = fresh.values
    content = content_of(noun.name)
    columns, body, _ = content.make(value)
    organisation, of = SCOPE.organisation_id.hex, SCOPE.connection_id.hex
    value_id = row.row.split(b"\t")[1].decode()
    names = (*(name for name in COMMON if name != LAST), *content.names, LAST)
    whole = (organisation, value_id, of, "Thing", came.external_id, 1, fingerprint(body), None, *columns, NOW)
    assert row.row + END == f"{liner(bulk.cells(noun.table, names))(whole)}\n".encode()
    other = made(came, value, dialect="sqlite")
    assert other is not None
    assert zstandard.decompress(body_of(other, "sqlite")) == came.raw
    twice = bound.values([other.values[0].row] * 2, bound.end(NOW), len(names))
    assert twice == [*_bound(noun.table, names, whole)] * 2


def _bound(table: Table, names: Sequence[str], row: tuple[Any, ...]) -> tuple[Any, ...]:
    """As the tables' types would have it; JSON is text already."""
    dialect = sqlite.dialect()
    found: list[Any] = []
    for name, value in zip(names, row, strict=True):
        kind = table.columns[name].type
        write = None if isinstance(kind, Json) else kind.dialect_impl(dialect).bind_processor(dialect)
        found.append(write(UUID(value) if isinstance(kind, Uuid) else value) if write else value)
    return tuple(found)


def invoice(external_id: str, **changed: Any) -> Invoice:
    content: dict[str, Any] = {
        "number": "A\\B\tC\n", "customer_external_id": "c", "issued_on": None, "due_on": None, "total": Money(1, "GBP"),
        "tax_total": Money(0, "GBP"), "open_amount": Money(1, "GBP"), "status": "open", "memo": 'ünïcödé 😀 "\\N" \r',
    }  # fmt: skip
    return Invoice(external_id=external_id, **{**content, **changed})


def test_what_only_the_transaction_can_tell_is_left_to_it() -> None:
    assert made(Came("1"), invoice("1"), invoice("1/2")) is not None
    assert made(Came("1"), invoice("12")) is None
    assert made(Came("1"), invoice("1"), invoice("1", status="paid")) is None


_MANY = tuple(f"n{number}" for number in range(60))  # more than a statement takes
_ODD = (*_MANY, "plain", "tab\there", "line\nbreak", "back\\slash", "\\N", "ünïcödé 😀", "a/b", "q'\"")
_WHOSE = {"organisation_id", "recorded_at"}


def _rows(database: Database, scope: Scope) -> list[list[tuple[Any, ...]]]:
    found = []
    for table in (records, NOUN_NAMED["invoices"].table, findings):
        columns = [column for column in table.columns if column.name not in _WHOSE]
        query = select(*columns).where(scope.where(table)).order_by(table.c.external_id)
        with database.read() as connection:
            found.append([tuple(row) for row in connection.execute(query)])
    return found


def test_they_read_back_as_what_is_written_record_by_record(database: Database) -> None:
    plain, fresh = (make_place(database, name).connect("xero") for name in ("Plain", "Fresh"))
    finding = Finding("odd", "Odd.", Severity.NOTE, "Thing", "plain")
    told = [Came(text, raw=text.encode() * 40, updated_at=datetime(2026, 1, 2, tzinfo=UTC)) for text in _ODD]
    given: list[tuple[Came, tuple[Any, ...], tuple[Finding, ...]]] = [(Came("nothing", version="7"), (), ())]
    given += [(came, (invoice(came.external_id),), (finding,) if came.external_id == "plain" else ()) for came in told]
    make = FreshMaker(fresh, database.dialect).make
    ready = {("Thing", came.external_id): make(came, values, found) for came, values, found in given}
    incoming = [
        Incoming(
            kind=came.kind, external_id=came.external_id, version=came.version, updated_at=came.updated_at,
            seen_at=came.seen_at, deleted=False, raw=came.raw, values=values, findings=found,
        )
        for came, values, found in given
    ]  # fmt: skip
    with database.write() as connection:
        written = intake.write_records(connection, plain, incoming, {}, NOW)
        kept = {key: one for key, one in ready.items() if one is not None}
        assert intake.write_fresh_records(connection, fresh, kept, NOW) == written == len(_ODD)
    assert [len(rows) for rows in _rows(database, fresh)] == [len(_ODD) + 1, len(_ODD), 1]
    assert _rows(database, fresh) == _rows(database, plain)


def test_one_that_stands_is_told_and_nothing_is_written(database: Database) -> None:
    """Neither beside it nor after it: what was written by then goes with its transaction."""
    scope = make_place(database, "Acme").connect("xero")
    make = FreshMaker(scope, database.dialect).make
    ready = {("Thing", name): make(Came(name), (invoice(name),), ()) for name in _MANY}
    kept = {key: one for key, one in ready.items() if one is not None}
    assert len(kept) == len(_MANY)
    with database.write() as connection:
        intake.write_fresh_records(connection, scope, {("Thing", "n40"): kept["Thing", "n40"]}, NOW)
    with pytest.raises(intake.Stands), database.write() as connection:
        intake.write_fresh_records(connection, scope, kept, NOW)
    assert [len(rows) for rows in _rows(database, scope)] == [1, 1, 0]
    del kept["Thing", "n40"]
    with database.write() as connection:
        assert intake.write_fresh_records(connection, scope, kept, NOW) == len(_MANY) - 1
    assert [len(rows) for rows in _rows(database, scope)] == [len(_MANY), len(_MANY), 0]
