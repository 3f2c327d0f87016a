"""Made-up rows of books, in the order of their update stamps: what the stand-ins of both ledgers answer from."""

from __future__ import annotations

import json
import random
from bisect import bisect_left
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

NEWEST = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
_STEP = timedelta(seconds=40)

Counts = dict[str, int]
Maker = Callable[[random.Random, int, datetime, Counts], dict[str, Any]]


class Stamped:
    """Rows by kind, ready to send; a whole second lies between the stamps of two."""

    def __init__(self, rows: int, seed: int, shares: Mapping[str, int], makers: Mapping[str, Maker], most: str) -> None:
        """`shares`: of a hundred rows, by kind; what division leaves over is of the kind `most`."""
        rng = random.Random(seed)
        self._rows: dict[str, list[bytes]] = {}
        self._stamps: dict[str, list[datetime]] = {}
        counts = {kind: rows * share // 100 for kind, share in shares.items()}
        counts[most] += rows - sum(counts.values())
        for kind, count in counts.items():
            stamps = [NEWEST - _STEP * (count - number) for number in range(count)]
            made = [makers[kind](rng, number, stamp, counts) for number, stamp in enumerate(stamps)]
            self._rows[kind] = [json.dumps(row, separators=(",", ":")).encode() for row in made]
            self._stamps[kind] = stamps

    def hold(self, kind: str, row: Mapping[str, Any]) -> None:
        """One row without a stamp: a company, its settings, an account."""
        self._rows[kind] = [json.dumps(row).encode()]

    def since(self, kind: str, moment: datetime | None) -> list[bytes]:
        """Rows of a kind, oldest first; those stamped at the moment or later."""
        rows = self._rows.get(kind, [])
        if moment is None or kind not in self._stamps:
            return rows
        return rows[bisect_left(self._stamps[kind], moment) :]
