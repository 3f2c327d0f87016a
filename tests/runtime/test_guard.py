"""What a process leaves behind that is killed: nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from runtime.guard import Guard
from runtime.settings import ROOT

_PARENT = """
import subprocess, sys, threading
from runtime.guard import Guard
guard = Guard()
child = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"], start_new_session=True)
ended = subprocess.Popen([sys.executable, "-c", ""])
ended.wait()
guard.started(child.pid)
guard.started(ended.pid)
guard.ended(ended.pid)
print(child.pid, guard.pid, flush=True)
threading.Event().wait()
"""


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"


def gone(pid: int) -> bool:
    pause = threading.Event()
    for _ in range(200):
        try:
            if not is_there(pid):
                return True
        except FileNotFoundError:
            return True
        pause.wait(0.05)
    return False


def test_a_killed_process_s_children_end_with_it() -> None:
    parent = subprocess.Popen([sys.executable, "-c", _PARENT], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child, guard = (int(word) for word in parent.stdout.readline().split())
    assert is_there(child)
    parent.send_signal(signal.SIGKILL)
    parent.communicate()
    assert gone(child)
    assert gone(guard)


def test_a_process_that_ends_well_leaves_its_children_alone() -> None:
    guard = Guard()
    guard.started(os.getpid())
    guard.close()
    assert not is_there(guard.pid) or gone(guard.pid)
