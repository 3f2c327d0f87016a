"""`tieout test`: the whole suite, with its servers and its browser."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from typing import Final

import typer

from cli.chromium import demand_chromium
from runtime.settings import ROOT, environment

HYPOTHESIS_PROFILE: Final = "--hypothesis-profile"
PROCESSES_MAX: Final = 4
PROCESSES: Final = ("-n", "--numprocesses", "--dist", "-p", "--pdb")


def test(context: typer.Context) -> int:
    """The whole test suite; what follows goes to pytest.

    Format, lint, types and imports are tests of it. PostgreSQL and Valkey come with the packages; the browser is
    Chromium, which is installed where that may be done.
    """
    return run_suite(context.args)


def run_suite(arguments: Sequence[str]) -> int:
    """Runs pytest at the root and gives its exit status."""
    demand_chromium()
    command = [sys.executable, "-m", "pytest"]
    if not any(argument.startswith(HYPOTHESIS_PROFILE) for argument in arguments):
        command.append(f"{HYPOTHESIS_PROFILE}=gate")
    if not any(argument.startswith(PROCESSES) or not argument.startswith("-") for argument in arguments):
        # A chosen test keeps to one process, where its output is seen as it comes.
        command += [f"--numprocesses={_processes()}", "--dist=loadscope"]
    # Compiled modules are kept whatever the machine says: tests start a hundred processes that import the same.
    own = environment(PYTHONPATH=str(ROOT), PYTHONDONTWRITEBYTECODE="")
    return subprocess.run([*command, *arguments], cwd=ROOT, env=own, check=False).returncode


def _processes() -> int:
    """One more than there are cores, up to four: some tests wait for a real service to do its work."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(PROCESSES_MAX, cores + 1)
