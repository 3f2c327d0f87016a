"""Ends what a killed process left behind: runs beside it, holds a pipe from it, and acts when the pipe closes unsaid.

The program end is this file run alone, by `python -S -E`, so that it needs next to no memory. It reads lines: `+PID` a
child was started, `-PID` it has ended, `done` all is well. When the pipe ends without `done`, the children that are left
get SIGTERM, and after a while SIGKILL.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

TERM_SECONDS = 10.0
_LOOK_SECONDS = 0.1


class Guard:
    """The side of the process that is guarded. Without a guard nothing is lost but the tidying after a SIGKILL."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-S", "-E", str(Path(__file__).resolve())], stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True, cwd="/",
        )  # fmt: skip

    def started(self, pid: int | None) -> None:
        self._say(f"+{pid}")

    def ended(self, pid: int | None) -> None:
        self._say(f"-{pid}")

    def close(self) -> None:
        """All children have ended as they should."""
        self._say("done")
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=TERM_SECONDS)

    @property
    def pid(self) -> int:
        return self._process.pid

    def _say(self, line: str) -> None:
        if self._process.stdin is not None:
            with contextlib.suppress(OSError, ValueError):  # it was killed, which is no reason to stop working
                self._process.stdin.write(f"{line}\n".encode())
                self._process.stdin.flush()


def main() -> None:
    left: set[int] = set()
    for line in sys.stdin:
        word = line.strip()
        if word == "done":
            return
        if word[1:].isdecimal():
            (left.add if word[0] == "+" else left.discard)(int(word[1:]))
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in left:
            _send(pid, number)
        for _ in range(int(TERM_SECONDS / _LOOK_SECONDS)):
            left = {pid for pid in left if _send(pid, 0)}
            if not left:
                return
            select.select([], [], [], _LOOK_SECONDS)


def _send(pid: int, number: int) -> bool:
    """False where there is no such process any more."""
    try:
        os.kill(pid, number)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main()
