"""Keys that are made and kept."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from ledger.faults import BadInput
from runtime import keys


def test_a_made_key_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    _, path = keys.kept_or_made(tmp_path / "home", keys.SECRET_KEY_FILE, keys.new_secret_key)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_key_file_that_others_can_read_is_closed(tmp_path: Path) -> None:
    _, path = keys.kept_or_made(tmp_path, keys.SECRET_KEY_FILE, keys.new_secret_key)
    path.chmod(0o644)
    keys.kept_or_made(tmp_path, keys.SECRET_KEY_FILE, keys.new_secret_key)
    assert path.stat().st_mode & 0o777 == 0o600


def test_starts_at_once_agree_on_one_key(tmp_path: Path) -> None:
    gate, seen = threading.Barrier(8), []

    def start() -> None:
        gate.wait()
        seen.append(keys.kept_or_made(tmp_path, keys.SECRET_KEY_FILE, keys.new_secret_key)[0])

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 8
    assert len(set(seen)) == 1
    assert [path.name for path in (tmp_path / keys.FOLDER).iterdir()] == [keys.SECRET_KEY_FILE]


def test_an_added_key_comes_first_and_the_older_ones_stay(tmp_path: Path) -> None:
    first, path = keys.kept_or_made(tmp_path, keys.ENCRYPTION_KEYS_FILE, keys.new_encryption_key)
    added = keys.add_encryption_key(tmp_path)
    assert keys.parse_encryption_keys(path.read_text(), "file") == (added, first)
    assert path.stat().st_mode & 0o777 == 0o600


def test_an_empty_key_file_is_refused_not_replaced(tmp_path: Path) -> None:
    (tmp_path / keys.FOLDER).mkdir()
    (tmp_path / keys.FOLDER / keys.SECRET_KEY_FILE).touch(mode=0o600)
    with pytest.raises(BadInput, match="is empty; restore it"):
        keys.kept_or_made(tmp_path, keys.SECRET_KEY_FILE, keys.new_secret_key)


def test_a_home_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BadInput, match="Cannot keep keys in .*TIEOUT_HOME"):
        keys.kept_or_made(tmp_path / "file", keys.SECRET_KEY_FILE, keys.new_secret_key)


@pytest.mark.parametrize("text", ["", " , ", "c2hvcnQ=", "not base64!", "é" * 44])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="TIEOUT_ENCRYPTION_KEYS"):
        keys.parse_encryption_keys(text, "TIEOUT_ENCRYPTION_KEYS")
