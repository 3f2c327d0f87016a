"""Files that a command writes for people: made beside and put in place whole, never through a link that stands there."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

MODE = 0o600  # figures and names: whoever made it decides who else reads it


@contextmanager
def kept(path: Path) -> Iterator[IO[bytes]]:
    """A file to write to; it takes its name when the block ends well. Raises OSError."""
    if path.exists() and not path.is_file():  # a device or a pipe is no file that could be replaced
        with path.open("wb") as file:
            yield file
        return
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
        Path(name).chmod(MODE)
        Path(name).replace(path)
    finally:
        with suppress(FileNotFoundError):
            Path(name).unlink()
