"""Runs the matcher on a world, as a user would: by its command."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path
from typing import Final

from bench.matching_second.write import shuffled

ROOT: Final = Path(__file__).resolve().parents[2]


def matched(folder: Path, out: Path) -> float:
    """CPU seconds of one run, start of the interpreter and reading included."""
    command = [sys.executable, "-m", "cli.main", "match", "--out", str(out)]
    for name in ("invoices", "receipts", "customers", "history", "rates"):
        if (folder / f"{name}.csv").exists():
            command += [f"--{name}", str(folder / f"{name}.csv")]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def same_when_shuffled(folder: Path, out: Path, seed: int) -> bool:
    other = folder / "shuffled"
    shuffled(folder, other, seed)
    matched(other, other / "out")
    return all(
        (out / name).read_bytes() == (other / "out" / name).read_bytes() for name in ("matches.csv", "receipts.csv")
    )
