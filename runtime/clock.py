"""Time as an argument: what the rest takes for `now` and for waiting, and the real ones."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    def now(self) -> datetime:
        """The moment, aware, in UTC."""
        ...

    def today(self, zone: ZoneInfo) -> date:
        """The calendar day in a company's zone: books are kept by days, and those begin at different moments."""
        ...


class Sleep(Protocol):
    def __call__(self, seconds: float) -> None: ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def today(self, zone: ZoneInfo) -> date:
        return self.now().astimezone(zone).date()


class FixedClock:
    """Stands where it is put: for work as of a given moment, and for tests."""

    def __init__(self, moment: datetime) -> None:
        if moment.tzinfo is None:
            raise ValueError("give an aware time; a naive one could mean any moment of a day")
        self._moment = moment.astimezone(UTC)

    def now(self) -> datetime:
        return self._moment

    def today(self, zone: ZoneInfo) -> date:
        return self._moment.astimezone(zone).date()

    def set(self, moment: datetime) -> None:
        self._moment = moment.astimezone(UTC)


def sleep(seconds: float) -> None:
    """The real wait, for the places that take a Sleep; waits on an event that nobody sets."""
    threading.Event().wait(max(0.0, seconds))
