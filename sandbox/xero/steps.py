"""What is to be entered into the books, and when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Step:
    """One thing to enter: when, in which order on that day, under which key, and how."""

    on: date
    rank: int
    key: str
    enter: Callable[[], None]
