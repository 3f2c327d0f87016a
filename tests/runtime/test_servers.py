"""The embedded queue: started, shared, taken over, stopped."""

from __future__ import annotations

import os
import signal
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from ledger.faults import BadInput, Unreachable
from runtime.servers import SOCKET_PATH_BYTES_MAX, EmbeddedValkey


@pytest.fixture
def home() -> Iterator[Path]:
    """A short one: pytest's own folders are too long for a socket's path."""
    with tempfile.TemporaryDirectory(prefix="tieout-h-") as folder:
        yield Path(folder)


def test_it_answers_on_a_socket_of_its_owner_and_on_no_port(home: Path) -> None:
    with EmbeddedValkey(home) as server, redis.Redis.from_url(server.url) as link:
        assert link.set("a", "1")
        assert link.config_get("port") == {"port": "0"}
        assert stat.S_IMODE(server.socket.parent.stat().st_mode) == 0o700
        assert stat.S_IMODE(server.socket.stat().st_mode) == 0o700


def test_it_ends_with_its_owner(home: Path) -> None:
    with EmbeddedValkey(home) as server:
        pid = server.pid
    assert pid is not None
    assert server.pid is None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_second_one_uses_the_first_and_leaves_it_running(home: Path) -> None:
    with EmbeddedValkey(home) as first:
        with EmbeddedValkey(home) as second:
            assert second.pid == first.pid
        assert first.pid is not None


def test_jobs_outlive_a_restart(home: Path) -> None:
    with EmbeddedValkey(home) as server, redis.Redis.from_url(server.url) as link:
        link.set("job", "waiting")
    with EmbeddedValkey(home) as server, redis.Redis.from_url(server.url, decode_responses=True) as link:
        assert link.get("job") == "waiting"


def test_one_that_a_killed_process_left_behind_is_taken_over(home: Path) -> None:
    orphaned = EmbeddedValkey(home).start()
    pid = orphaned.pid
    assert orphaned._lock is not None
    orphaned._lock.close()  # what the kernel does for a killed process
    with EmbeddedValkey(home) as heir:
        assert heir.pid == pid
    assert orphaned.pid is None
    assert orphaned._started is not None
    orphaned._started.wait(timeout=180)


def test_one_that_was_killed_is_started_again(home: Path) -> None:
    with EmbeddedValkey(home) as server:
        assert server.pid is not None
        os.kill(server.pid, signal.SIGKILL)
        assert server._started is not None
        server._started.wait(timeout=180)
    with EmbeddedValkey(home) as again:
        assert again.pid is not None


def test_a_long_home_gets_a_short_socket(home: Path) -> None:
    deep = home / ("long" * 30)
    with EmbeddedValkey(deep) as server:
        assert len(os.fsencode(server.socket)) <= SOCKET_PATH_BYTES_MAX
        assert server.pid is not None
        assert EmbeddedValkey(deep).socket == server.socket
    server.socket.parent.rmdir()


def test_a_folder_that_cannot_be_made_is_refused(home: Path) -> None:
    (home / "file").touch()
    with pytest.raises(BadInput, match="TIEOUT_HOME"):
        EmbeddedValkey(home / "file").start()


def test_a_server_that_does_not_come_up_is_told_with_its_log(home: Path) -> None:
    (home / "queue" / "appendonlydir").mkdir(parents=True)
    (home / "queue" / "appendonlydir" / "appendonly.aof.manifest").write_text("nonsense")
    with pytest.raises(Unreachable, match="did not start; see .*valkey.log"):
        EmbeddedValkey(home).start()


def test_clearing_forgets_every_job(home: Path) -> None:
    with EmbeddedValkey(home) as server, redis.Redis.from_url(server.url) as link:
        link.set("job", "waiting")
        server.clear()
        assert link.dbsize() == 0
