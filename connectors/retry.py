"""Whether, and after how long, a call is sent again. Pure: randomness and the present come in as arguments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How patient a call is before the job parks.

    tries: times that one call is sent at most. first_seconds doubles up to longest_seconds, each with jitter.
    wait_ceiling_seconds: a longer wait that a provider asks for is not slept through; the job parks instead.
    """

    tries: int = 4
    first_seconds: float = 0.5
    longest_seconds: float = 8.0
    wait_ceiling_seconds: float = 5.0

    def delay_seconds(self, attempt: int, random: Callable[[], float]) -> float:
        """The pause after failed try number `attempt` (from 1): between half of the step and all of it."""
        step: float = min(self.first_seconds * 2 ** (attempt - 1), self.longest_seconds)
        return step * (0.5 + random() / 2)


def retry_after_seconds(headers: Mapping[str, str], now: datetime) -> float | None:
    """What the Retry-After header asks for (seconds, or a date), never negative; None where it says nothing.

    `headers` has lower-case names.
    """
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
