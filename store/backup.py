"""A copy of the embedded database, taken while it is in use, and the way back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from ledger.faults import BadInput
from store.database import Database


def backup(database: Database, path: Path) -> None:
    """Writes a whole copy; an existing file is never overwritten."""
    if path.exists():
        raise BadInput(f"{path} exists already; name another file.")
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(str(database.url.database))) as source, closing(sqlite3.connect(path)) as target:
        source.backup(target)
    path.chmod(0o600)


def restore(database: Database, source: Path, *, now: datetime) -> Path | None:
    """Replaces the database's content by the copy's; gives where the old content was kept, if there was any."""
    _check(source)
    own = Path(str(database.url.database))
    kept: Path | None = None
    if own.exists():
        kept = own.with_name(f"{own.name}.before-restore-{now:%Y%m%dT%H%M%SZ}")
        backup(database, kept)
    own.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(own)) as target:
        _put(source, target, own.parent)
        # what was read and posted since the copy was made is read again before anything more is posted
        target.execute("UPDATE connections SET last_synced_at = NULL WHERE role IN ('books', 'processor')")
        target.commit()
    return kept


def _put(source: Path, target: sqlite3.Connection, folder: Path) -> None:
    """A database in use takes a copy of its own page size alone: one of another is written anew first."""
    with closing(sqlite3.connect(source)) as copy, TemporaryDirectory(dir=folder, prefix=".restore-") as beside:
        pages = _pragma(target, "page_size")
        if _pragma(target, "page_count") == 0 or pages == _pragma(copy, "page_size"):
            copy.backup(target)
            return
        written = Path(beside) / "copy.db"
        copy.execute(f"PRAGMA page_size={pages}")
        copy.execute("VACUUM INTO ?", (str(written),))
        with closing(sqlite3.connect(written)) as paged:
            paged.backup(target)


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    number: int = connection.execute(f"PRAGMA {name}").fetchone()[0]
    return number


def _check(source: Path) -> None:
    if not source.is_file():
        raise BadInput(f"{source} does not exist; give a file that `tieout db backup` wrote.")
    try:
        with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as copy:
            copy.execute("SELECT count(*) FROM organisations").fetchone()
    except sqlite3.DatabaseError:
        raise BadInput(
            f"{source} is no copy of a Tieout database; give a file that `tieout db backup` wrote."
        ) from None
