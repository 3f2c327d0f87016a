"""Locks that die with their holder: a file lock on one machine, a session's advisory lock on PostgreSQL."""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, func, select

from store.database import Database


@contextmanager
def exclusive(database: Database, name: str, *, wait: bool) -> Iterator[bool]:
    """Holds the lock `name` for the block. Gives False, without it, where somebody holds it and `wait` is False."""
    if database.is_sqlite:
        with _file_lock(database, name, wait=wait) as held:
            yield held
    else:
        with _advisory_lock(database, name, wait=wait) as held:
            yield held


@contextmanager
def _file_lock(database: Database, name: str, *, wait: bool) -> Iterator[bool]:
    folder = Path(f"{database.url.database}.locks")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / hashlib.blake2b(name.encode(), digest_size=12).hexdigest()).open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        try:
            yield True
        finally:
            fcntl.flock(handle, fcntl.LOCK_UN)


@contextmanager
def _advisory_lock(database: Database, name: str, *, wait: bool) -> Iterator[bool]:
    key = _key(name)
    with database.engine.connect() as connection:
        autocommit = connection.execution_options(isolation_level="AUTOCOMMIT")
        if wait:
            autocommit.execute(select(func.pg_advisory_lock(key)))
            held = True
        else:
            held = bool(autocommit.execute(select(func.pg_try_advisory_lock(key))).scalar_one())
        try:
            yield held
        finally:
            if held:
                autocommit.execute(select(func.pg_advisory_unlock(key)))


def serialise(connection: Connection, name: str) -> None:
    """Until the transaction ends, nobody else is past this line with the same name (SQLite's writers are alone anyway)."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_key(name))))


def _key(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)
