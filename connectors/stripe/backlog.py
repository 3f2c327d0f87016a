"""What an incremental pass still has to read, kept in its state: single objects, and lists of those made lately.

An account whose events are rendered in another version than ours can apply none of them. What was made since the last
pass is then listed, a hundred a call; only what changed later than that is read one by one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from connectors.stripe.events import Target
from connectors.stripe.kinds import LISTED

_WORTH_A_LIST = 2  # one call either way for a single object


def new_backlog() -> dict[str, Any]:
    return {"queue": [], "young": {}, "listing": None}


class Backlog:
    """Works on the JSON of `new_backlog`; `write` brings the queue back into it."""

    def __init__(self, place: dict[str, Any]) -> None:
        self._place = place
        self._known: dict[Target, None] = dict.fromkeys((kind, name) for kind, name in place["queue"])

    def add(self, target: Target, *, young: bool = False) -> None:
        """Once each. young: made since the last pass, so that a list by `created` brings it."""
        if target in self._known:
            return
        self._known[target] = None
        kind = target[0]
        if young and kind in LISTED:
            self._place["young"][kind] = self._place["young"].get(kind, 0) + 1

    def listing(self) -> dict[str, Any] | None:
        """The list to go on with (kind, after), or None when single objects are all that is left."""
        if self._place["listing"] is None:
            worth = [kind for kind, count in self._place["young"].items() if count >= _WORTH_A_LIST]
            self._place["listing"] = {"kind": worth[0], "after": None} if worth else None
        found: dict[str, Any] | None = self._place["listing"]
        return found

    def listed(self, kind: str, external_ids: Iterable[str], after: str | None) -> None:
        """A page of a list came; after: where it goes on, None when it is through."""
        for external_id in external_ids:
            self._known.pop((kind, external_id), None)
        if after is None:
            self._place["young"].pop(kind)
        self._place["listing"] = None if after is None else {"kind": kind, "after": after}

    def next_reads(self, count: int) -> list[Target]:
        """Some single objects; they count as read."""
        targets = list(self._known)[:count]
        for target in targets:
            del self._known[target]
        return targets

    def write(self) -> None:
        """Into the JSON; once a page, since the queue may be long."""
        self._place["queue"] = [list(target) for target in self._known]
