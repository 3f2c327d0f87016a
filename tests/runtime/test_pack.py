"""Several processes of one work: all start, one that ends is replaced, and they end together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from runtime.clock import sleep
from runtime.settings import ROOT, environment

SCRIPT = """
    import os, sys, time
    from pathlib import Path
    from runtime.pack import Pack

    def work():
        (Path(sys.argv[1]) / str(os.getpid())).touch()
        while True:
            time.sleep(0.05)

    Pack(2, work, rest=lambda seconds: None).run()
"""


@pytest.fixture
def parent(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-c", textwrap.dedent(SCRIPT), str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, env=environment(PYTHONPATH=str(ROOT))) as process:
        yield process
        if process.poll() is None:
            process.kill()


def _pids(folder: Path) -> set[int]:
    return {int(path.name) for path in folder.iterdir()}


def _alive(pid: int) -> bool:
    """A process of the pack that was ended may stay as a shadow until its parent looks."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


def _until(holds: Callable[[], bool]) -> None:
    for _ in range(500):
        if holds():
            return
        sleep(0.02)
    raise AssertionError("it did not happen in ten seconds")


def test_one_that_ends_is_replaced_and_all_end_together(parent: subprocess.Popen[bytes], tmp_path: Path) -> None:
    _until(lambda: len(_pids(tmp_path)) == 2)
    first = min(_pids(tmp_path))
    os.kill(first, signal.SIGKILL)
    _until(lambda: len(_pids(tmp_path)) == 3)
    assert not _alive(first)
    parent.send_signal(signal.SIGTERM)
    assert parent.wait(180) == 0
    assert not any(_alive(pid) for pid in _pids(tmp_path))


def test_ctrl_c_ends_them(parent: subprocess.Popen[bytes], tmp_path: Path) -> None:
    _until(lambda: len(_pids(tmp_path)) == 2)
    parent.send_signal(signal.SIGINT)
    assert parent.wait(180) == 0
    assert not any(_alive(pid) for pid in _pids(tmp_path))
