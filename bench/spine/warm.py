"""Commands that start at once: a process that has loaded what they need forks itself for each of them.

Each is a process of its own all the same, with its own words, settings, folder and exit status. What is not loaded
before is loaded by each anew: with LIBRARIES alone, all that is ours.
"""

from __future__ import annotations

import gc
import importlib
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import msgspec

from runtime.names import PREFIX
from runtime.settings import ROOT, environment

LIBRARIES: Final = (
    "PIL.Image", "babel.dates", "cryptography.fernet", "flask", "flask_limiter", "flask_wtf", "openpyxl", "pydantic",
    "psycopg", "rapidfuzz", "redis", "reportlab.platypus", "requests", "rich.console", "rq", "typer", "typer.rich_utils",
    "sqlalchemy.dialects.postgresql", "sqlalchemy.dialects.sqlite", "waitress",
)  # fmt: skip
COMMANDS: Final = (
    "cli.audit", "cli.close", "cli.connect", "cli.db", "cli.export", "cli.sync", "cli.users", "cli.verify",
    "runtime.providers.quickbooks", "runtime.providers.stripe", "runtime.providers.xero",
)  # fmt: skip


class Wanted(msgspec.Struct):
    words: list[str]
    folder: str
    environ: dict[str, str]
    out: str
    err: str


class Warm:
    """Runs one command at a time."""

    def __init__(self, modules: Sequence[str] = (*LIBRARIES, *COMMANDS)) -> None:
        own = {name: value for name, value in environment().items() if not name.startswith(PREFIX)}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.spine.warm", *modules], cwd=ROOT, env={**own, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        self._turn = threading.Lock()

    def run(
        self, words: Sequence[str], folder: Path, environ: Mapping[str, str], seconds: float
    ) -> subprocess.CompletedProcess[str]:
        """A command to its end. Raises TimeoutExpired; nothing can be run afterwards."""
        with self._turn, TemporaryDirectory(prefix="tieout-said-") as said:
            out, err = Path(said) / "out", Path(said) / "err"
            self._ask(Wanted(list(words), str(folder), dict(environ), str(out), str(err)))
            status = self._answer(words, seconds)
            return subprocess.CompletedProcess(
                ["tieout", *words], status, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8")
            )

    def close(self) -> None:
        """Ends it, with what it may be running."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        with self._process:
            self._process.wait()

    def _ask(self, wanted: Wanted) -> None:
        assert self._process.stdin is not None, "it was started with a pipe"
        self._process.stdin.write(msgspec.json.encode(wanted) + b"\n")
        self._process.stdin.flush()

    def _answer(self, words: Sequence[str], seconds: float) -> int:
        assert self._process.stdout is not None, "it was started with a pipe"
        if not select.select([self._process.stdout], [], [], seconds)[0]:
            self.close()
            raise subprocess.TimeoutExpired(["tieout", *words], seconds)
        line = self._process.stdout.readline()
        assert line, "the process that forks ended"
        return int(line)


def main() -> int:
    """Forks for each line of its input, and writes the exit status of each; in the fork, the command's own."""
    for name in sys.argv[1:]:
        importlib.import_module(name)
    gc.freeze()
    for line in sys.stdin.buffer:
        wanted = msgspec.json.decode(line, type=Wanted)
        child = os.fork()
        if not child:
            return _become(wanted)
        _, status = os.waitpid(child, 0)
        os.write(1, b"%d\n" % os.waitstatus_to_exitcode(status))
    return 0


def _become(wanted: Wanted) -> int:
    os.chdir(wanted.folder)
    os.environ.clear()
    os.environ.update(wanted.environ)
    for number, path in enumerate((os.devnull, wanted.out, wanted.err)):
        opened = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    sys.argv = ["tieout", *wanted.words]
    from cli import main as commands

    return commands.run(wanted.words)


if __name__ == "__main__":
    sys.exit(main())
