"""The engine and its transactions.

A writing transaction on SQLite starts with BEGIN IMMEDIATE: deferred ones fail at once when two writers meet.
No transaction stays open across a call to a provider.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from weakref import WeakSet

import msgspec
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import OperationalError

from ledger.faults import BadInput, Unreachable

BUSY_TIMEOUT_MS = 30_000
PAGE_BYTES = 8 * 1024  # SQLite's own 4 KB take twice as many writes; with more a short commit grows
CACHE_BYTES = 8 * 1024 * 1024  # of each connection to SQLite: about what one step of a first pass touches
LOG_BYTES = 16 * 1024 * 1024  # of SQLite's log, before it is brought over into the file: many pages are written often
OVERFLOW = 20  # beside the pool's five: the threads of a web process keep one each for webhooks

_SILENT = {
    "connect_timeout": "10", "keepalives_idle": "15", "keepalives_interval": "5", "keepalives_count": "3",
    "tcp_user_timeout": "20000",
}  # fmt: skip
"""A line over which nothing comes any more, with no word of its end, is given up after some seconds, not after hours."""

__all__ = ["BUSY_TIMEOUT_MS", "Connection", "Database", "is_busy", "wait_for"]


class Database:
    """One database. `write()` and `read()` give a connection in a transaction; leaving commits, an exception rolls back."""

    def __init__(self, url: str) -> None:
        try:
            parsed = make_url(url)
        except Exception as error:
            raise BadInput(
                "TIEOUT_DATABASE_URL is not an SQLAlchemy URL; write it like sqlite:////path/file.db."
            ) from error
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        self.url = parsed
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        if self.is_sqlite and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.engine: Engine = create_engine(
            parsed,
            pool_pre_ping=not self.is_sqlite,
            max_overflow=OVERFLOW,
            connect_args={k: v for k, v in _SILENT.items() if not self.is_sqlite and k not in parsed.query},
            json_serializer=_to_json,
            json_deserializer=msgspec.json.decode,
        )
        self.dialect: str = self.engine.dialect.name
        self._lent: WeakSet[Connection] = WeakSet()
        if self.is_sqlite:
            _prepare_sqlite(self.engine)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        with self._connect() as connection, connection.begin():
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        with self._connect() as connection, connection.begin():
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN")
            yield connection

    def autocommit(self) -> Connection:
        """A connection whose every statement commits by itself; closed by the caller, at the latest by `close`.

        Raises Unreachable.
        """
        try:
            connection = self.engine.connect()
        except OperationalError as error:
            raise self._unreachable() from error
        if not self.is_sqlite:  # whose driver is in that mode already: transactions are begun above, here none is
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        self._lent.add(connection)
        return connection

    @contextmanager
    def _connect(self) -> Iterator[Connection]:
        try:
            connection = self.engine.connect()
        except OperationalError as error:
            raise self._unreachable() from error
        with connection:
            yield connection

    def _unreachable(self) -> Unreachable:
        where = self.url.render_as_string(hide_password=True)
        return Unreachable(f"The database at {where} could not be reached; check TIEOUT_DATABASE_URL.")

    def close(self) -> None:
        for connection in list(self._lent):
            connection.close()
        self.engine.dispose()


def is_busy(error: BaseException) -> bool:
    """Whether the driver waited for a lock as long as it was to."""
    if getattr(error, "sqlstate", None) == "55P03":  # lock_not_available
        return True
    return str(getattr(error, "sqlite_errorname", "")).startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def wait_for(connection: Connection, milliseconds: int) -> None:
    """How long statements of this connection wait for a lock."""
    is_sqlite = connection.dialect.name == "sqlite"
    connection.exec_driver_sql(
        f"PRAGMA busy_timeout={milliseconds}" if is_sqlite else f"SET lock_timeout = {milliseconds}"
    )


def _to_json(content: Any) -> str:
    return msgspec.json.encode(content).decode()


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _connected(dbapi: Any, _record: Any) -> None:
        dbapi.isolation_level = None  # we begin transactions ourselves
        cursor = dbapi.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        cursor.execute(f"PRAGMA page_size={PAGE_BYTES}")  # of a database that is made now
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute(f"PRAGMA cache_size=-{CACHE_BYTES // 1024}")
        cursor.execute(f"PRAGMA wal_autocheckpoint={LOG_BYTES // PAGE_BYTES}")
        cursor.close()
