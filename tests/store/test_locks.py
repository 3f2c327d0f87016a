"""Locks: one holder at a time, and a holder that dies lets go at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from sqlalchemy import text

from store.database import Database
from store.locks import exclusive, serialise

ROOT = Path(__file__).resolve().parents[2]
_HOLD = """
import sys
from store.database import Database
from store.locks import exclusive
with exclusive(Database(sys.argv[1]), "pass", wait=True) as held:
    print(bool(held), flush=True)
    sys.stdin.read()
"""


def test_one_holder_at_a_time(database: Database) -> None:
    with exclusive(database, "pass", wait=False) as held:
        assert held
        with exclusive(database, "pass", wait=False) as second:
            assert not second
        with exclusive(database, "other", wait=False) as other:
            assert other
    with exclusive(database, "pass", wait=False) as again:
        assert again


def test_a_fault_inside_lets_go(database: Database) -> None:
    try:
        with exclusive(database, "pass", wait=True):
            raise KeyError
    except KeyError:
        pass
    with exclusive(database, "pass", wait=False) as again:
        assert again


def test_who_waits_gets_it_when_the_holder_is_killed(database: Database) -> None:
    command = [sys.executable, "-c", _HOLD, database.url.render_as_string(hide_password=False)]
    holder = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdin is not None
    try:
        assert holder.stdout.readline() == b"True\n"
        with exclusive(database, "pass", wait=False) as held:
            assert not held
        threading.Timer(0.1, os.kill, (holder.pid, signal.SIGKILL)).start()
        with exclusive(database, "pass", wait=True) as held:
            assert held
    finally:
        holder.kill()
        holder.wait()
        holder.stdin.close()
        holder.stdout.close()


def test_acts_in_transactions_come_one_after_the_other(database: Database) -> None:
    order: list[str] = []
    inside, seen = threading.Event(), threading.Event()

    def second() -> None:
        inside.wait(180)
        seen.set()
        with database.write() as connection:
            serialise(connection, "acts")
            order.append("second")

    other = threading.Thread(target=second)
    other.start()
    with database.write() as connection:
        serialise(connection, "acts")
        inside.set()
        seen.wait(180)
        other.join(0.15)
        order.append("first")
    other.join(180)
    assert order == ["first", "second"]


def test_a_session_that_the_server_ended_holds_nothing_and_comes_back_to_nobody(postgres_database: Database) -> None:
    with exclusive(postgres_database, "pass", wait=False) as held:
        assert held.stands()
        with postgres_database.write() as connection:
            ended = text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
            connection.execute(ended)
        assert not held.stands()
        with exclusive(postgres_database, "pass", wait=True) as other:
            assert other.stands()
    with exclusive(postgres_database, "pass", wait=False) as again:
        assert again
