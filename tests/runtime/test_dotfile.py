"""The `.env` file."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.faults import BadInput
from runtime.dotfile import read_dotfile


def test_names_quotes_comments_and_a_mark_at_the_start(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_bytes("\ufeffA=1\n# note\nexport B='two words'\nC=${A}\nD=\n".encode())
    assert read_dotfile(path) == {"A": "1", "B": "two words", "C": "${A}", "D": ""}


def test_a_line_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("A=1\nB='never closed\n")
    with pytest.raises(BadInput, match=r"\.env, line 2 "):
        read_dotfile(path)


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="Cannot read the settings file"):
        read_dotfile(tmp_path / "none")
    (tmp_path / ".env").write_bytes(b"A=\xff\xfe")
    with pytest.raises(BadInput, match="not UTF-8"):
        read_dotfile(tmp_path / ".env")
