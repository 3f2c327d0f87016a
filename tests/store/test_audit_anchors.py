"""Anchors: a log that was cut off, or written anew, does not hold against them; who has the database alone makes none."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, update

from ledger.faults import BadInput
from runtime.keys import new_encryption_key
from store.audit import Act, record
from store.audit_anchors import Anchor, Keyring, anchors, drop, last, read
from store.database import Database
from store.tables.history import audit, audit_details
from tests.store.place import NOW, make_place

KEY = new_encryption_key()
KEYS = Keyring([KEY])


def write(database: Database, organisation_id: UUID, acts: int) -> None:
    with database.write() as connection:
        for number in range(acts):
            act = Act(
                actor="ann",
                verb="match.accept",
                object_kind="match",
                object_id=str(number),
                summary="An act.",
                detail={},
            )
            record(connection, organisation_id, act, NOW)


def cut(database: Database, organisation_id: UUID, after: int) -> None:
    """As somebody with the database alone would."""
    with database.write() as connection:
        for table in (audit_details, audit):
            connection.execute(
                delete(table).where(table.c.organisation_id == organisation_id, table.c.sequence > after)
            )


def dropped(database: Database, organisation_id: UUID, keys: Keyring = KEYS) -> Anchor:
    made = drop(database, keys, organisation_id, "schedule", NOW)
    assert made is not None
    return made


@pytest.fixture
def own(database: Database) -> UUID:
    found = make_place(database).organisation_id
    write(database, found, 5)  # seven with the organisation and its entity
    return found


def test_an_anchor_says_how_long_the_log_is_and_stays_until_it_grows(database: Database, own: UUID) -> None:
    made = dropped(database, own)
    assert (made.number, made.entries) == (1, 7)
    assert dropped(database, own) == made
    write(database, own, 2)
    second = dropped(database, own)
    assert (second.number, second.entries, second.previous) == (2, 9, made.digest)
    again = drop(database, KEYS, own, "rotating", NOW + timedelta(hours=1), again=True)
    assert again is not None
    assert (again.number, again.entries) == (3, 9)
    with database.read() as connection:
        assert anchors(connection, own) == [made, second, again]
        assert last(connection, own) == again
    assert read(made.told()) == made


def test_a_seal_is_made_by_the_key_alone_and_outlives_a_new_key(database: Database, own: UUID) -> None:
    made = dropped(database, own)
    other = Keyring([new_encryption_key()])
    assert KEYS.made(made)
    assert not other.knows(made)
    assert not other.made(made)
    for forged in (read({**made.told(), "entries": 3}), read({**made.told(), "mac": "0" * 64})):
        assert KEYS.knows(forged)
        assert not KEYS.made(forged)
    rotated = Keyring([new_encryption_key(), KEY])
    assert rotated.made(made)
    write(database, own, 1)
    assert dropped(database, own, rotated).key == rotated.newest != made.key


def test_nothing_is_anchored_on_a_log_that_does_not_hold(database: Database, own: UUID) -> None:
    made = dropped(database, own)
    cut(database, own, 4)
    assert drop(database, KEYS, own, "schedule", NOW) is None  # shorter
    write(database, own, 6)
    assert drop(database, KEYS, own, "schedule", NOW) is None  # long enough again, and another
    with database.read() as connection:
        assert anchors(connection, own) == [made]


def test_what_came_after_the_last_anchor_is_checked_before_the_next(database: Database, own: UUID) -> None:
    dropped(database, own)
    write(database, own, 3)
    with database.write() as connection:
        connection.execute(
            update(audit).where(audit.c.organisation_id == own, audit.c.sequence == 9).values(actor="eve")
        )
    assert drop(database, KEYS, own, "schedule", NOW) is None


def test_an_anchor_that_is_kept_elsewhere_counts_too(database: Database, own: UUID) -> None:
    dropped(database, own)
    write(database, own, 2)
    known = dropped(database, own)
    cut(database, own, 7)
    with database.write() as connection:
        connection.exec_driver_sql("DELETE FROM audit_anchors WHERE number = 2")
    assert drop(database, KEYS, own, "schedule", NOW) is not None  # the database alone agrees with itself
    assert drop(database, KEYS, own, "schedule", NOW, known=known) is None


def test_writers_and_anchors_at_once_agree(database: Database, own: UUID) -> None:
    ready = threading.Barrier(3)

    def writing() -> None:
        ready.wait()
        for _ in range(12):
            write(database, own, 1)

    def anchoring() -> None:
        ready.wait()
        for _ in range(8):
            dropped(database, own)

    with ThreadPoolExecutor(3) as pool:
        for done in [pool.submit(writing), pool.submit(anchoring), pool.submit(anchoring)]:
            done.result()
    assert dropped(database, own).entries == 19
    with database.read() as connection:
        made = anchors(connection, own)
    assert [one.number for one in made] == list(range(1, len(made) + 1))
    assert [one.entries for one in made] == sorted(one.entries for one in made)


def test_what_is_no_anchor_is_said(database: Database, own: UUID) -> None:
    contents: tuple[Any, ...] = (None, [], {}, {**dropped(database, own).told(), "at": "soon"})
    for content in contents:
        with pytest.raises(BadInput):
            read(content)
