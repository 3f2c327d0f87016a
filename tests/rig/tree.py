"""The files of the project, as a clone of it would hold them."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from runtime.settings import ROOT

_NOT_OURS: Final = frozenset({".git", ".venv", "__pycache__", "build", "dist"})


@cache
def project_files() -> tuple[Path, ...]:
    """Committed files and those about to be; where git does not answer (an unpacked archive), all that lie there."""
    names = _known_to_git()
    if names is None:
        found = (path for path in ROOT.rglob("*") if not _is_foreign(path.relative_to(ROOT)))
    else:
        found = (ROOT / name for name in names)
    return tuple(sorted(path for path in found if path.is_file()))


def python_files() -> Iterator[Path]:
    return (path for path in project_files() if path.suffix == ".py")


def _known_to_git() -> list[str] | None:
    """None without git, outside a clone, or in a clone of another user, which git refuses to look into."""
    command = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        return None
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    return [name for name in done.stdout.split("\0") if name] if done.returncode == 0 else None


def _is_foreign(path: Path) -> bool:
    return any(part in _NOT_OURS or part.endswith(("_cache", ".egg-info")) for part in path.parts)
