"""How far an import is, over all its turns: counted by feed, as a share, and how long it may still take.

What is kept with the connection: {"feeds": {feed: {came, total, share, done}}, "of": how many feeds, "behind": those of its
history, "seconds": spent, "told_at": when the pass last told of itself}.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sync.pull import Progress

SHARE_MIN = 0.02  # below it a guess at the time left would only amuse
BEHIND_WEIGHT = 0.9  # of an import with a start date: how much of it the history is taken for
NEARLY = 0.99  # what is not done never shows as whole


@dataclass(slots=True)
class Standing:
    """The figures of one pass. They go on where an earlier turn, or a run that was cut off, left them."""

    content: dict[str, Any]
    before: dict[str, int]
    ended: dict[str, bool]

    @classmethod
    def of(cls, row: Any, feeds: int, *, full: bool, behind: Sequence[str] = ()) -> Standing:
        """From the connection's row: empty for a new pass, what stood for one that goes on. behind: feeds of its history."""
        kept = {} if full else dict(row.progress)
        told = dict(kept.get("feeds", {}))
        before = {name: one["came"] for name, one in told.items() if not one["done"]}
        ended = {name: one["done"] for name, one in told.items()}
        first = row.since is not None and row.last_synced_at is None and not full
        content = {
            "feeds": told,
            "of": feeds,
            "seconds": kept.get("seconds", 0.0),
            "behind": list(behind if first else ()),
        }
        return cls(content, before, ended)

    @property
    def done(self) -> frozenset[str]:
        """Feeds that an earlier turn of this pass has read to their end: a limit of few calls would else be spent on them."""
        names = frozenset(name for name, one in self.ended.items() if one)
        return names if len(names) < self.content["of"] else frozenset()  # all read: what went wrong came later

    def note(self, progress: Progress) -> None:
        """After a page. A total never shrinks: some lists only say how many are still to come."""
        was = self.content["feeds"].get(progress.feed, {})
        came = self.before.get(progress.feed, 0) + progress.came
        totals = [total for total in (was.get("total"), progress.total) if total is not None]
        total = max(*totals, came) if totals else None
        self.content["feeds"][progress.feed] = {
            "came": came, "total": total, "share": progress.share, "done": progress.done,
        }  # fmt: skip

    def tell(self, now: datetime) -> None:
        """A pass that was killed is known by its silence."""
        self.content["told_at"] = now.isoformat()

    def spend(self, seconds: float) -> None:
        self.content["seconds"] = round(self.content["seconds"] + seconds, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class HowFar:
    """share: 0 to 1. seconds_left: at the pace so far, waiting for limits left out; None where nothing can be said yet."""

    came: int
    total: int | None
    share: float
    seconds_left: int | None


def how_far(progress: dict[str, Any]) -> HowFar | None:
    """None where no import is under way."""
    feeds = list(progress.get("feeds", {}).values())
    if not feeds:
        return None
    share = _share(progress)
    seconds = float(progress.get("seconds", 0.0))
    left = round(seconds * (1 - share) / share) if share >= SHARE_MIN else None
    totals = [feed["total"] for feed in feeds]
    known = [total for total in totals if total is not None]
    return HowFar(
        came=sum(feed["came"] for feed in feeds),
        total=sum(known) if len(known) == len(totals) else None,
        share=share,
        seconds_left=left,
    )


def _share(progress: dict[str, Any]) -> float:
    """Every feed counts alike, but for a history: that is most of an import."""
    behind = set(progress.get("behind", ()))
    shares = {name: share_of(feed) for name, feed in progress["feeds"].items()}
    ahead = [share for name, share in shares.items() if name not in behind]
    share = min(1.0, sum(ahead) / max(int(progress.get("of", 0)) - len(behind), len(ahead), 1))
    if not behind:
        return share
    return (1 - BEHIND_WEIGHT) * share + BEHIND_WEIGHT * sum(shares.get(name, 0.0) for name in behind) / len(behind)


def share_of(feed: dict[str, Any]) -> float:
    """Of one feed: by its count where that is known, else by what the feed itself can tell."""
    if feed["done"]:
        return 1.0
    if feed["total"]:
        return min(NEARLY, float(feed["came"] / feed["total"]))
    return min(NEARLY, feed.get("share") or 0.0)
