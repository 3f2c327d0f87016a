"""Rows in bulk are what statements of single rows would have written, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from store import bulk
from store.database import Database
from store.tables.intake import findings, listed_ids, records
from tests.store.place import NOW

ORGANISATION, CONNECTION = UUID(int=1), UUID(int=2)
_NAMES = tuple(column.name for column in records.columns)
_ODD = [
    "plain",
    "tab\there",
    "line\nbreak",
    "back\\slash",
    "\\N",
    "carriage\rreturn",
    "ünïcödé 😀",
    "'quoted'",
    "a,b",
    "x\x1fy",
]


def _row(
    external_id: str, *, version: str = "1", body: bytes = b"\x00\xff\\x", updated: datetime | None = NOW
) -> bulk.Row:
    return (
        ORGANISATION.hex, CONNECTION.hex, "Thing", external_id, version, updated, NOW, False, "d" * 32, "zstd1", body,
        "invoices", None, NOW,
    )  # fmt: skip


def _stored(database: Database) -> dict[str, Any]:
    with database.read() as connection:
        return {row.external_id: row for row in connection.execute(select(records))}


@pytest.mark.parametrize("write", [bulk.insert, bulk.merge, bulk.add])
@pytest.mark.parametrize("count", [1, 30])
def test_every_character_and_byte_comes_back(database: Database, write: Any, count: int) -> None:
    rows = [_row(text) for text in _ODD] + [_row(f"n{number}", updated=None) for number in range(count)]
    with database.write() as connection:
        write(connection, records, _NAMES, rows)
    found = _stored(database)
    assert set(found) == {*_ODD, *(f"n{number}" for number in range(count))}
    row = found["back\\slash"]
    assert (row.organisation_id, row.connection_id, row.body) == (ORGANISATION, CONNECTION, b"\x00\xff\\x")
    assert (row.updated_at, row.deleted, row.customer_external_id) == (NOW, False, None)
    assert found["n0"].updated_at is None


@pytest.mark.parametrize("count", [2, 60])
def test_merging_replaces_and_adding_leaves(database: Database, count: int) -> None:
    ids = [f"n{number}" for number in range(count)]
    with database.write() as connection:
        bulk.insert(connection, records, _NAMES, [_row(one) for one in ids])
        bulk.add(connection, records, _NAMES, [_row(one, version="2") for one in [*ids, "new", "new"]])
        bulk.merge(connection, records, _NAMES, [_row(one, version="3") for one in [ids[0], "newer"]])
        bulk.merge(connection, records, _NAMES, [_row(one, version="4") for one in ids[1:]])
    versions = {own: row.version for own, row in _stored(database).items()}
    assert versions == {ids[0]: "3", "new": "2", "newer": "3", **dict.fromkeys(ids[1:], "4")}


@pytest.mark.parametrize("count", [1, 40])
def test_what_is_to_be_kept_is_kept(database: Database, count: int) -> None:
    names = tuple(column.name for column in findings.columns)
    later = NOW + timedelta(hours=1)

    def rows(at: datetime) -> list[bulk.Row]:
        head = (ORGANISATION, CONNECTION, "Thing")
        return [(*head, str(number), "odd", "", "note", "Odd.", at, at, None) for number in range(count)]

    with database.write() as connection:
        bulk.merge(connection, findings, names, rows(NOW), keep=("first_seen_at",))
        bulk.merge(connection, findings, names, rows(later), keep=("first_seen_at",))
        found = connection.execute(select(findings.c.first_seen_at, findings.c.last_seen_at)).all()
    assert set(found) == {(NOW, later)}


def test_ids_that_stand_are_told(database: Database) -> None:
    listed = ("organisation_id", "connection_id", "kind", "external_id")
    with database.write() as connection:
        bulk.insert(connection, listed_ids, listed, [(ORGANISATION, UUID(int=n), "k", "1") for n in range(5)])
        asked = [UUID(int=n).hex for n in (3, 4, 5, 6)]
        found = bulk.present(connection, listed_ids, "connection_id", ORGANISATION, asked)
        other = bulk.present(connection, listed_ids, "connection_id", UUID(int=9), asked)
    assert found == {UUID(int=3).hex, UUID(int=4).hex}
    assert other == set()


def test_many_texts_are_asked_for_at_once(database: Database) -> None:
    with database.write() as connection:
        bulk.insert(connection, records, _NAMES, [_row(text) for text in _ODD])
        for wanted in (_ODD[:3], _ODD, [f"none{number}" for number in range(3_000)]):
            where = bulk.among(connection, records.c.external_id, wanted)
            found = set(connection.execute(select(records.c.external_id).where(where)).scalars())
            assert found == set(wanted) & set(_ODD)


def test_plans_are_made_for_the_lists_that_are_given(postgres_database: Database) -> None:
    """Of a table that was never counted a plan kept for any list was a hundred times slower; this holds the setting alone."""
    mode = text("SELECT current_setting('plan_cache_mode')")
    with postgres_database.write() as connection:
        bulk.plan_afresh(connection)
        assert connection.execute(mode).scalar() == "force_custom_plan"
    with postgres_database.write() as connection:
        assert connection.execute(mode).scalar() == "auto"


def test_tables_are_counted(database: Database) -> None:
    with database.write() as connection:
        bulk.insert(connection, records, _NAMES, [_row(odd) for odd in _ODD])
    bulk.count_anew(database, [records, listed_ids])
    if not database.is_sqlite:
        with database.read() as connection:
            counted = connection.execute(text("SELECT reltuples FROM pg_class WHERE relname = 'records'")).scalar()
        assert counted == len(_ODD)


def test_instants_sort_as_texts(database: Database) -> None:
    moments = [datetime(2026, 1, 1, 0, 0, second, 5 * second, tzinfo=UTC) for second in range(3)]
    with database.write() as connection:
        bulk.insert(connection, records, _NAMES, [_row(str(n), updated=moment) for n, moment in enumerate(moments)])
        after = select(records.c.external_id).where(records.c.updated_at > moments[0])
        assert set(connection.execute(after).scalars()) == {"1", "2"}
