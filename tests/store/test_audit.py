"""The audit chain: whole as written; what was changed, taken out or swapped shows; an erased detail breaks nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, delete, select, update

from store.audit import GENESIS, Act, entries, first_broken, length, record
from store.database import Database
from store.tables.history import audit, audit_details
from tests.store.place import NOW, make_place


def _act(number: int) -> Act:
    return Act(
        actor="ann", verb="match.accept", object_kind="match", object_id=str(number), summary=f"Act {number}.",
        detail={"amount": 100 + number, "name": "Bob Ltd", "on": NOW.date()},
    )  # fmt: skip


def _chain(database: Database, acts: int = 5) -> UUID:
    place = make_place(database)
    with database.write() as connection:
        for number in range(acts):
            record(connection, place.organisation_id, _act(number), NOW + timedelta(seconds=number))
    return place.organisation_id


def test_a_chain_as_written_is_whole(database: Database) -> None:
    own = _chain(database)
    with database.read() as connection:
        assert first_broken(connection, own) is None
        assert length(connection, own) == 7  # organisation, entity, and five acts
        newest = entries(connection, own, limit=2)
        older = entries(connection, own, limit=2, before=newest[-1].sequence)
        assert connection.execute(select(audit.c.previous_hash).where(audit.c.sequence == 1)).scalar_one() == GENESIS
    assert [row.sequence for row in newest + older] == [7, 6, 5, 4]
    assert newest[0].detail == {"amount": 104, "name": "Bob Ltd", "on": "2026-11-22"}


def _change(table: Any, **values: Any) -> Callable[[Connection], None]:
    return lambda connection: _run(connection, update(table).where(table.c.sequence == 4).values(**values))


def _run(connection: Connection, statement: Any) -> None:
    connection.execute(statement)


def _remove(connection: Connection) -> None:
    connection.execute(delete(audit_details).where(audit_details.c.sequence == 4))
    connection.execute(delete(audit).where(audit.c.sequence == 4))


def _forget(connection: Connection) -> None:
    """The details are taken out: no list would show the entry any more."""
    connection.execute(delete(audit_details).where(audit_details.c.sequence == 4))


def _swap(connection: Connection) -> None:
    names = ("actor", "verb", "object_id", "fields", "detail_digest", "previous_hash", "hash", "at")
    rows = {row.sequence: row for row in connection.execute(select(audit).where(audit.c.sequence.in_((4, 5))))}
    for place, other in ((4, 5), (5, 4)):
        values = {name: rows[other]._mapping[name] for name in names}
        connection.execute(update(audit).where(audit.c.sequence == place).values(**values))


@pytest.mark.parametrize(
    ("tamper", "at"),
    [
        (_change(audit, actor="eve"), 4),
        (_change(audit, object_id="9"), 4),
        (_change(audit, at=NOW), 4),
        (_change(audit, fields=["amount"]), 4),
        (_change(audit, detail_digest="0" * 64), 4),
        (_change(audit_details, detail={"amount": 1}), 4),
        (_change(audit_details, summary="Something else."), 4),
        (_change(audit_details, detail={"amount": 1}, summary=""), 4),
        (_forget, 4),
        (_remove, 5),
        (_swap, 4),
    ],
    ids=[
        "actor",
        "object",
        "time",
        "fields",
        "digest",
        "detail",
        "summary",
        "forged erasure",
        "details gone",
        "removed",
        "swapped",
    ],
)
def test_what_was_tampered_with_is_found(database: Database, tamper: Callable[[Connection], None], at: int) -> None:
    own = _chain(database)
    with database.write() as connection:
        tamper(connection)
    with database.read() as connection:
        assert first_broken(connection, own) == at


def test_an_entry_rewritten_with_a_fitting_hash_breaks_the_next(database: Database) -> None:
    from store.audit import _hash

    own = _chain(database)
    with database.write() as connection:
        row = connection.execute(select(audit).where(audit.c.sequence == 4)).one()
        entry = {**row._mapping, "actor": "eve"}
        entry.pop("hash")
        connection.execute(update(audit).where(audit.c.sequence == 4).values(actor="eve", hash=_hash(entry)))
    with database.read() as connection:
        assert first_broken(connection, own) == 5


def test_an_erased_detail_leaves_the_chain_whole(database: Database) -> None:
    own = _chain(database)
    with database.write() as connection:
        connection.execute(update(audit_details).where(audit_details.c.sequence == 4).values(detail={}, summary=""))
    with database.read() as connection:
        assert first_broken(connection, own) is None


def test_two_writers_at_once_make_one_chain(database: Database) -> None:
    own = make_place(database).organisation_id
    ready = threading.Barrier(2)

    def write(offset: int) -> None:
        ready.wait()
        for number in range(10):
            with database.write() as connection:
                record(connection, own, _act(offset + number), NOW)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, (0, 100)))
    with database.read() as connection:
        assert first_broken(connection, own) is None
        assert length(connection, own) == 22


def test_each_organisation_has_its_own_chain(database: Database) -> None:
    own, other = _chain(database), _chain(database, 1)
    with database.write() as connection:
        connection.execute(update(audit).where(audit.c.organisation_id == own, audit.c.sequence == 2).values(actor="e"))
    with database.read() as connection:
        assert first_broken(connection, own) == 2
        assert first_broken(connection, other) is None
        assert {row.organisation_id for row in entries(connection, other, limit=50)} == {other}
