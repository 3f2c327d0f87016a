"""What a transport has sent and received: calls by kind, bytes, refusals, the provider's last word on what is left."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

CLOCKS_EQUAL_SECONDS = 2  # less is the way of the answer and the header's whole seconds
_HALF_A_SECOND = 0.5  # what a whole second hides on average
TOKEN_KIND = "token"  # noqa: S105 - the kind of a call, not a secret


@dataclass(frozen=True, slots=True)
class Spent:
    """Data calls and refusals since the last look; left: the provider's newest word, by scope."""

    calls: int = 0
    refused: int = 0
    left: Mapping[str, int] = field(default_factory=dict)


class Meter:
    """Counts every try that went out, repeated ones too: that is what a provider counts. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: Counter[str] = Counter()
        self._statuses: Counter[int] = Counter()
        self._left: dict[str, int] = {}
        self._refusals = 0
        self._looked = Spent()
        self.bytes_sent = 0
        self.bytes_received = 0
        self.clock_ahead = timedelta()
        """How far our clock is ahead of the provider's, in whole seconds; nothing where they are as good as equal."""
        self.clock_told = False
        """Whether an answer to this meter's calls has told the provider's time."""

    def sent(self, kind: str, size: int) -> None:
        with self._lock:
            self._calls[kind] += 1
            self.bytes_sent += size

    def answered(self, status: int, size: int, left: Mapping[str, int]) -> None:
        with self._lock:
            self._statuses[status] += 1
            self.bytes_received += size
            self._left.update(left)

    def dated(self, date: str, now: datetime) -> None:
        """The Date header of an answer that has just come: the provider's clock."""
        try:
            theirs = parsedate_to_datetime(date)
        except ValueError:
            return
        theirs = theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC)
        apart = round((now - theirs).total_seconds() - _HALF_A_SECOND)
        self.clock_ahead = timedelta(seconds=apart) if abs(apart) >= CLOCKS_EQUAL_SECONDS else timedelta()
        self.clock_told = True

    def refused(self) -> None:
        """A call was refused for a limit, whatever status said so."""
        with self._lock:
            self._refusals += 1

    @property
    def calls(self) -> int:
        """Data calls: all but token calls."""
        with self._lock:
            return self._data_calls()

    @property
    def refusals(self) -> int:
        with self._lock:
            return self._refusals

    @property
    def by_kind(self) -> dict[str, int]:
        with self._lock:
            return dict(self._calls)

    @property
    def by_status(self) -> dict[int, int]:
        with self._lock:
            return dict(self._statuses)

    @property
    def left(self) -> dict[str, int]:
        """What may still be sent, as the provider last said, by scope."""
        with self._lock:
            return dict(self._left)

    def since_last_look(self) -> Spent:
        """What was spent since this was last asked: each call is told once."""
        with self._lock:
            before, now = self._looked, Spent(self._data_calls(), self._refusals, dict(self._left))
            self._looked = now
            return Spent(now.calls - before.calls, now.refused - before.refused, now.left)

    def _data_calls(self) -> int:
        return sum(count for kind, count in self._calls.items() if kind != TOKEN_KIND)
