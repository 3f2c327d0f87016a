"""How much is left of each list of a full pass, as far as it can be guessed: the longest one has to be under way all the time.

Stripe tells no counts. How many seconds a page covers is seen, and the account is taken to begin where its oldest object
that was seen does.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf

from connectors.stripe.spans import Lane, Span

NEAR_THE_END = 15  # pages


class Pace:
    """Of one pass in this process; nothing of it is kept. lanes: where the lists stand when it begins."""

    def __init__(self, lanes: Mapping[str, Lane]) -> None:
        spans = [span for lane in lanes.values() for span in lane["spans"].values()]
        self._oldest = min((span[name] for span in spans for name in ("at", "lo", "hi") if span[name]), default=None)
        self._seconds_a_page: dict[str, int] = {}

    def note(self, kind: str, newest: int | None, oldest: int | None) -> None:
        """A page came, with objects made between these two seconds."""
        if newest is None or oldest is None:
            return
        self._seconds_a_page[kind] = max(1, newest - oldest)
        self._oldest = oldest if self._oldest is None else min(self._oldest, oldest)

    def pages_left(self, kind: str, lane: Lane) -> float:
        """Pages that are still to come; infinite of a list of which nothing was seen yet."""
        return sum(self._left(kind, span) for span in lane["spans"].values())

    def is_worth_dividing(self, kind: str, lane: Lane, number: str, span: Span) -> bool:
        """Whether no other span of the list has more left, or the list is so near its end that every wait counts."""
        others = [self._left(kind, other) for name, other in lane["spans"].items() if name != number]
        own = self._left(kind, span)
        return own >= max(others, default=0.0) or own + sum(others) < NEAR_THE_END

    def _left(self, kind: str, span: Span) -> float:
        if span["listed"]:
            return 1.0  # what its last page makes us read besides
        top = span["at"] or span["hi"]
        if top is None or self._oldest is None or kind not in self._seconds_a_page:
            return inf
        bottom = self._oldest if span["lo"] is None else span["lo"]
        seconds: int = max(0, top - bottom)
        return 1.0 + seconds / self._seconds_a_page[kind]
