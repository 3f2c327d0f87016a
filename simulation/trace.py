"""What happened, line by line, and a digest of it: two replays of a seed have the same."""

from __future__ import annotations

import hashlib
from collections import deque

LINES_KEPT = 40


class Trace:
    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self.last: deque[str] = deque(maxlen=LINES_KEPT)
        self.whole: list[str] | None = None

    def keep_all(self) -> None:
        self.whole = []

    def add(self, line: str) -> None:
        self._digest.update(line.encode() + b"\n")
        self.last.append(line)
        if self.whole is not None:
            self.whole.append(line)

    @property
    def digest(self) -> str:
        return self._digest.hexdigest()[:16]
