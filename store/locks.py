"""Locks that die with their holder: a file lock on one machine, a session's advisory lock on PostgreSQL."""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError

from store.database import Database


@dataclass(frozen=True, slots=True)
class Held:
    """Whether the lock was got; `stands` looks whether it is held still: a server that restarts forgets its sessions."""

    got: bool
    stands: Callable[[], bool] = lambda: True

    def __bool__(self) -> bool:
        return self.got


@contextmanager
def exclusive(database: Database, name: str, *, wait: bool) -> Iterator[Held]:
    """Holds the lock `name` for the block. Gives what is false where somebody holds it and `wait` is False."""
    if database.is_sqlite:
        with _file_lock(database, name, wait=wait) as held:
            yield held
    else:
        with _advisory_lock(database, name, wait=wait) as held:
            yield held


@contextmanager
def _file_lock(database: Database, name: str, *, wait: bool) -> Iterator[Held]:
    folder = Path(f"{database.url.database}.locks")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / hashlib.blake2b(name.encode(), digest_size=12).hexdigest()).open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield Held(False)
            return
        try:
            yield Held(True)
        finally:
            fcntl.flock(handle, fcntl.LOCK_UN)


@contextmanager
def _advisory_lock(database: Database, name: str, *, wait: bool) -> Iterator[Held]:
    key = _key(name)
    with database.engine.connect() as connection:
        autocommit = connection.execution_options(isolation_level="AUTOCOMMIT")
        if wait:
            autocommit.execute(select(func.pg_advisory_lock(key)))
            held = True
        else:
            held = bool(autocommit.execute(select(func.pg_try_advisory_lock(key))).scalar_one())
        try:
            yield Held(held, lambda: _answers(autocommit))
        finally:
            if held:
                _unlock(autocommit, key)


def _answers(session: Connection) -> bool:
    """A session that lives has its locks."""
    try:
        session.execute(select(1))
    except SQLAlchemyError:
        return False
    return True


def _unlock(session: Connection, key: int) -> None:
    """A session that does not answer is thrown away, so that it cannot come back from the pool with its lock."""
    try:
        session.execute(select(func.pg_advisory_unlock(key)))
    except SQLAlchemyError:
        session.invalidate()


def serialise(connection: Connection, name: str) -> None:
    """Until the transaction ends, nobody else is past this line with the same name (SQLite's writers are alone anyway)."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_key(name))))


def _key(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)
