"""Tests keep their files in memory only where there is room for them and programs may run."""

from __future__ import annotations

import tempfile
from pathlib import Path

from runtime.settings import environment
from tests.rig.memory import ROOM_BYTES, folder_in_memory


def test_a_folder_with_room_is_taken(tmp_path: Path) -> None:
    assert folder_in_memory(tmp_path, room=1) == tmp_path


def test_a_small_one_or_none_is_not(tmp_path: Path) -> None:
    assert folder_in_memory(tmp_path, room=2**62) is None
    assert folder_in_memory(tmp_path / "absent", room=1) is None


def test_what_a_test_starts_puts_its_files_there_too(tmp_path: Path) -> None:
    chosen = environment().get("TMPDIR")
    assert chosen is not None or folder_in_memory(room=ROOM_BYTES) is None
    assert Path(tempfile.gettempdir()) == Path(chosen or tempfile.gettempdir())
