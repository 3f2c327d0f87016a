"""What takes the webhooks in: our web (and worker) over PostgreSQL and a queue, or the bare receiver beside it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from bench.hooks import bare
from bench.postgres import Server
from bench.spine.house import House, wait_until
from bench.spine.served import free_port
from runtime.servers import EmbeddedValkey
from runtime.settings import ROOT
from sandbox.run import Sandbox

START_SECONDS = 60.0
STOP_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Taking:
    """A receiver that runs. dsn: where it keeps; table: in which."""

    port: int
    path: str
    secret: str
    dsn: str
    table: str

    def kept(self, where: str = "true") -> int:
        with psycopg.connect(self.dsn) as link:
            row = link.execute(f"SELECT count(*) FROM {self.table} WHERE {where}".encode()).fetchone()  # noqa: S608 - both parts are ours
        return int(row[0]) if row else 0


@contextmanager
def ours(server: Server, processes: int, *, worker: bool) -> Iterator[Taking]:
    """`tieout web --processes N`, and `tieout worker` beside it, for a Stripe account that is connected and synced."""
    server.create("ours")
    with (
        tempfile.TemporaryDirectory(prefix="tieout-h-") as folder,
        Sandbox("small", providers=("stripe",)) as sandbox,
        EmbeddedValkey(Path(folder)) as valkey,
    ):
        house = House(
            sandbox, Path(folder), {"TIEOUT_DATABASE_URL": server.url("ours"), "TIEOUT_REDIS_URL": valkey.url}
        )
        made = house.run("db", "upgrade")
        if made.returncode:
            raise RuntimeError(made.stderr)
        house.connect(sandbox.connections()[0])
        house.asked("sync")
        port = free_port()
        running = [house.start("web", "--port", str(port), "--processes", str(processes))]
        if worker:
            running.append(house.start("worker"))
        secret = sandbox.stripe.config()["webhook_secret"]
        try:
            _wait(port)
            yield Taking(port, "/hooks/stripe", secret, server.dsn("ours"), "inbox")
        finally:
            _end(running)


@contextmanager
def floor(server: Server, processes: int) -> Iterator[Taking]:
    """The bare receiver under the same server as ours, with as many processes and threads."""
    server.create("bare")
    with psycopg.connect(server.dsn("bare"), autocommit=True) as link:
        link.execute(bare.TABLE.encode())
    port, secret = free_port(), "whsec_floor"
    command = [sys.executable, "-m", "bench.hooks.bare", str(port), str(processes)]
    own = {"BARE_SECRET": secret, "BARE_DATABASE": server.dsn("bare"), "PYTHONPATH": str(ROOT)}
    running = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **own})
    try:
        _wait(port)
        yield Taking(port, "/", secret, server.dsn("bare"), "bare")
    finally:
        _end([running])


def _wait(port: int) -> None:
    import http.client

    def answers() -> bool:
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            link.request("GET", "/healthz")
            link.getresponse().read()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            link.close()
        return True

    wait_until("the receiver", answers, START_SECONDS)


def _end(running: list[subprocess.Popen[bytes]]) -> None:
    for process in running:
        process.terminate()
    for process in running:
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
