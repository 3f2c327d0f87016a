"""The product's clock is the stand-ins' clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sandbox.core.clock import SandboxClock


@dataclass(frozen=True, slots=True)
class MonthClock:
    """runtime.clock.Clock over a sandbox clock."""

    clock: SandboxClock

    def now(self) -> datetime:
        return self.clock.now()

    def sleep(self, seconds: float) -> None:
        """Who waits moves the month's clock."""
        self.clock.advance(seconds)

    def today(self, zone: ZoneInfo) -> date:
        return self.now().astimezone(zone).date()
