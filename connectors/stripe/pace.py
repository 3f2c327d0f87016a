"""How much is left of each list of a full pass, as far as it can be guessed: the longest one has to be under way all the time.

Stripe tells no counts. How many seconds a page covers is seen, and the account is taken to begin where its oldest object
that was seen does.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, inf

from connectors.stripe.spans import PAGES_WORTH_HALVING, Lane, Span


class Pace:
    """Of one pass in this process; nothing of it is kept. lanes: where the lists stand when it begins."""

    def __init__(self, lanes: Mapping[str, Lane]) -> None:
        spans = [span for lane in lanes.values() for span in lane["spans"].values()]
        self._oldest = min((span[name] for span in spans for name in ("at", "lo", "hi") if span[name]), default=None)
        self._newest: dict[str, int] = {}
        self._seconds_a_page: dict[str, int] = {}

    def note(self, kind: str, newest: int | None, oldest: int | None, *, whole: bool) -> None:
        """A page came, with objects made between these two seconds. whole: it was full, so that it tells of the others."""
        if newest is None or oldest is None:
            return
        if whole:
            self._seconds_a_page[kind] = max(1, newest - oldest)
        self._newest[kind] = max(newest, self._newest.get(kind, newest))
        self._oldest = oldest if self._oldest is None else min(self._oldest, oldest)

    def pages_left(self, kind: str, lane: Lane) -> float:
        """Pages that are still to come; infinite of a list of which nothing was seen yet."""
        return sum(self.left_of(kind, span) for span in lane["spans"].values())

    def left_of(self, kind: str, span: Span) -> float:
        """Pages of one span that are still to come."""
        if span["listed"]:
            return 1.0  # what its last page makes us read besides
        top = span["at"] or span["hi"]
        if top is None or self._oldest is None or kind not in self._seconds_a_page:
            return inf
        bottom = self._oldest if span["lo"] is None else span["lo"]
        seconds: int = max(0, top - bottom)
        return 1.0 + seconds / self._seconds_a_page[kind]

    def parts(self, kind: str, lane: Lane, span: Span, places: int) -> int:
        """In how many a span should be divided, so that none of them has more left than one of so many places can read in
        the time of all."""
        own = self.left_of(kind, span) - 1
        fair = max(1.0, self.pages_left(kind, lane) / places)
        return max(1, min(ceil(own / fair), int(own / PAGES_WORTH_HALVING) + 1))

    def reached(self, kind: str, at: int) -> int:
        """How many seconds of a list are known, down to this one."""
        return max(0, self._newest.get(kind, at) - at)
