"""The store as it stands, read by plain SQL: by other code than that which wrote it."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any


class Looks:
    """One run's reader. Sees what is committed, and holds no transaction between two looks."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.row_factory = sqlite3.Row

    def rows(self, query: str, *values: Any) -> list[sqlite3.Row]:
        return self._connection.execute(query, values).fetchall()

    def one(self, query: str, *values: Any) -> Any:
        """The only value of the only row."""
        return self._connection.execute(query, values).fetchone()[0]

    def close(self) -> None:
        self._connection.close()
