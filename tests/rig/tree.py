"""The files of the project, as a clone of it would hold them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from runtime.settings import ROOT

_NOT_OURS: Final = frozenset({".git", ".venv", "__pycache__", "build", "dist"})


@cache
def project_files() -> tuple[Path, ...]:
    """Committed files and those about to be; without git (an unpacked archive), all that lie there."""
    if (ROOT / ".git").exists():
        command = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
        names = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\0")
        found = (ROOT / name for name in names if name)
    else:
        found = (path for path in ROOT.rglob("*") if not _is_foreign(path.relative_to(ROOT)))
    return tuple(sorted(path for path in found if path.is_file()))


def python_files() -> Iterator[Path]:
    return (path for path in project_files() if path.suffix == ".py")


def _is_foreign(path: Path) -> bool:
    return any(part in _NOT_OURS or part.endswith(("_cache", ".egg-info")) for part in path.parts)
