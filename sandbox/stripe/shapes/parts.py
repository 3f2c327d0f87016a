"""Small pieces that several resources share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Record = dict[str, Any]
API_VERSION = "2026-10-28.endive"
EMBEDDED = 10  # rows of a list inside a record; the rest is under its url


def address() -> Record:
    return {"city": None, "country": None, "line1": None, "line2": None, "postal_code": None, "state": None}


def listing(rows: Sequence[Record], url: str, *, has_more: bool = False) -> Record:
    return {"object": "list", "data": list(rows), "has_more": has_more, "url": url}


def first_rows(rows: Sequence[Record], url: str) -> Record:
    """A list as it stands inside another record: its first rows only."""
    return listing(rows[:EMBEDDED], url, has_more=len(rows) > EMBEDDED)
