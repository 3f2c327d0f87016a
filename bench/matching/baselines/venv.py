"""A throw-away environment for rivals that are libraries too heavy for this project's own lock."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PACKAGES = ("splink==5.0.0", "recordlinkage==0.16", "rapidfuzz")
_SECONDS_MAX = 600
_LAST_WORDS = 200


@dataclass(frozen=True, slots=True)
class Place:
    """Where they are installed; `fault` says in a sentence why they are not."""

    python: Path
    fault: str = ""


def installed(folder: Path) -> Place:
    """Make the environment in `folder`, or take the one that stands there."""
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    if _works(python):
        return Place(python)
    steps = (
        [sys.executable, "-m", "venv", "--clear", str(folder)],
        [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES],
    )
    for step in steps:
        fault = _fault(step)
        if fault:
            return Place(python, f"not measured: {' and '.join(PACKAGES[:2])} could not be installed: {fault}")
    return Place(python)


def _works(python: Path) -> bool:
    if not python.exists():
        return False
    return not _fault([str(python), "-c", "import splink, recordlinkage"])


def _fault(step: list[str]) -> str:
    """Run one step; what it last said if it failed, empty if it went well."""
    try:
        done = subprocess.run(step, check=False, capture_output=True, text=True, timeout=_SECONDS_MAX)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)[:_LAST_WORDS]
    said = (done.stderr or done.stdout).strip().splitlines()
    return "" if done.returncode == 0 else (said[-1] if said else f"exit status {done.returncode}")[:_LAST_WORDS]
