"""Sample statements that lie in the home, so that a newcomer can try an import: the demo puts its bank's there."""

from __future__ import annotations

from pathlib import Path

from ledger.faults import NotFound

FOLDER = "samples"


def sample_names(home: Path) -> list[str]:
    folder = home / FOLDER
    return sorted(path.name for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []


def sample_of(home: Path, name: str) -> bytes:
    """Only a name that is listed is ever opened."""
    if name not in sample_names(home):
        raise NotFound("There is no such sample; choose a file instead.")
    return (home / FOLDER / name).read_bytes()
