"""Where tests keep their files: in memory, where the machine has room for them there.

A PostgreSQL database is some 800 files, and a test has one of its own: on a disk, making them takes ten times as long
as all else that such a test does. Nothing of a test has to outlive it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

import pytest

from runtime.settings import environment

SHARED_MEMORY: Final = Path("/dev/shm")
ROOM_BYTES: Final = 4 * 2**30
_CHOSEN: Final = "TMPDIR"


def folder_in_memory(place: Path = SHARED_MEMORY, room: int = ROOM_BYTES) -> Path | None:
    """None where there is none, where too little is free (a container's has 64 MB), or where no program may run in it."""
    if not (place.is_dir() and os.access(place, os.W_OK | os.X_OK)):
        return None
    if shutil.disk_usage(place).free < room or os.statvfs(place).f_flag & os.ST_NOEXEC:
        return None
    return place


def keep_files_in_memory(config: pytest.Config) -> None:
    """For this process and those it starts, until the end; a TMPDIR that somebody chose stands."""
    folder = folder_in_memory()
    if folder is None or environment().get(_CHOSEN):
        return
    patch = pytest.MonkeyPatch()
    patch.setenv(_CHOSEN, str(folder))
    patch.setattr(tempfile, "tempdir", None)  # it is looked up anew
    config.add_cleanup(patch.undo)
