"""`tieout serve` as a real process on a free port: web, worker, schedule and queue."""

from __future__ import annotations

import http.client
import logging
import random
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bench.spine.house import House, NeverHappenedError, wait_until
from sandbox.run import Sandbox

_log = logging.getLogger(__name__)
STOP_SECONDS = 20.0
SAID_MAX = 20_000
START_SECONDS = 180.0
PORTS = (15_000, 32_000)


def free_port() -> int:
    """One to be bound some time later. None that the system lends to outgoing calls (on Linux 32768 and above): of these
    another process may hold it by then. Out of the system's chance: tests are each given the same seed, side by side.
    """
    chance = random.SystemRandom()
    while True:
        port = chance.randrange(*PORTS)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def house_to_serve(sandbox: Sandbox, home: Path) -> House:
    """A home that knows the address it will be served at."""
    return House(sandbox, home, {"TIEOUT_BASE_URL": f"http://127.0.0.1:{free_port()}"})


@contextmanager
def served(house: House) -> Iterator[str]:
    """Serves a home made by `house_to_serve` until the block ends; gives its address."""
    base = house.settings["TIEOUT_BASE_URL"]
    port = base.rsplit(":", 1)[1]
    running = house.start("serve", "--port", port)
    try:
        wait_until("the served app", lambda: _answers(int(port)) or running.poll() is not None, START_SECONDS)
        if running.poll() is not None:
            raise NeverHappenedError(f"The served app ended by itself with {running.returncode}.")
        yield base
    except BaseException:
        _log.error("what the served processes said:\n%s", house.said.read_text(errors="replace")[-SAID_MAX:])
        raise
    finally:
        _end(running)


def _answers(port: int) -> bool:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        link.request("GET", "/readyz")
        return link.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        link.close()


def _end(running: subprocess.Popen[bytes]) -> None:
    """As a service manager does it; the worker and the queue's server end with it."""
    running.send_signal(signal.SIGTERM)
    try:
        running.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        running.kill()
        running.wait()
