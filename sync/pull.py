"""One pass over a connection: every feed from where it stands to the present, page by page.

A pass may be killed at any moment and goes on where it was. Only one runs per connection; the lock dies with its holder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from connectors.port import Connector, Page
from ledger.faults import Conflict
from store import intake
from store.cursors import Cursor, forget_cursors, load_cursor
from store.locks import exclusive
from sync.apply import Applied, Target, apply_page, apply_records

REREAD_BATCH = 50
REREAD_ROUNDS = 5  # each one needs a writer that came between; after so many the next pass looks again

Now = Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a feed is; `total` where the provider tells how many it will be, `share` (0 to 1) where only that is known."""

    feed: str
    came: int
    total: int | None
    done: bool
    share: float | None = None


@dataclass(slots=True)
class PassResult:
    """What a pass did, over all feeds."""

    applied: Applied = field(default_factory=Applied)
    calls: int = 0
    feeds: list[str] = field(default_factory=list)
    kinds: tuple[str, ...] = ()


def run_pass(
    target: Target,
    connector: Connector,
    *,
    now: Now,
    since: date | None = None,
    full: bool = False,
    report: Callable[[Progress], None] = lambda _: None,
    begun: Callable[[], None] = lambda: None,
) -> PassResult:
    """Pulls all feeds. `begun` is called under the lock, before the first call; what `report` raises ends the pass where
    it stands. Raises Conflict where another pass is under way; the connector's faults pass through."""
    name = f"pass:{target.scope.organisation_id}:{target.scope.connection_id}"
    with exclusive(target.database, name, wait=False) as held:
        if not held:
            raise Conflict("This connection is being synced already; wait for that run to end.")
        begun()
        if full:
            with target.database.write() as connection:
                forget_cursors(connection, target.scope)
                intake.forget_listed(connection, target.scope)
        result = PassResult(kinds=connector.kinds)
        before = connector.calls
        for feed in connector.feeds():
            result.applied.add(_run_feed(target.fresh(), connector, feed, now, since, report))
            result.feeds.append(feed)
        result.calls = connector.calls - before
        return result


def _run_feed(
    target: Target,
    connector: Connector,
    feed: str,
    now: Now,
    since: date | None,
    report: Callable[[Progress], None],
) -> Applied:
    cursor = _resume(target, feed, now())
    stood = cursor.tracking  # records stood before the pass: one that a full listing leaves out is gone
    applied = Applied()
    for page in connector.pull(feed, cursor.state or None, since=since):
        cursor = Cursor(page.state, page.done, page.full, page.full and stood, cursor.started_at)
        applied.add(apply_page(target, connector, page, cursor, now()))
        _settle_ties(target, connector, applied, now)  # at once: a fault in the next page must not leave them unread
        report(Progress(feed=feed, came=applied.came, total=page.total, done=page.done, share=page.share))
    return applied


def _resume(target: Target, feed: str, now: datetime) -> Cursor:
    """Where the feed stands. A pass that was cut off keeps its start and whether records stood before it."""
    with target.database.read() as connection:
        cursor = load_cursor(connection, target.scope, feed)
        if cursor is not None and not cursor.done:
            return cursor
        stood = intake.has_records(connection, target.scope)
    return Cursor({} if cursor is None else cursor.state, False, False, stood, now)


def _settle_ties(target: Target, connector: Connector, applied: Applied, now: Now) -> None:
    """Reads again what could not be ordered; the answer was true later than both states.

    What was written by somebody else between the reading and the writing ties once more.
    """
    tied = set(applied.tied)
    applied.tied.clear()
    for _ in range(REREAD_ROUNDS):
        again = Applied()
        for kind in sorted({kind for kind, _ in tied}):
            ids = sorted(external_id for tied_kind, external_id in tied if tied_kind == kind)
            for page in read_again(connector, kind, ids):
                again.add(apply_records(target, connector, page.records, now()))
        applied.written += again.written
        applied.changed += again.changed
        tied = set(again.tied)
        if not tied:
            return


def read_again(connector: Connector, kind: str, external_ids: list[str]) -> Iterator[Page]:
    for start in range(0, len(external_ids), REREAD_BATCH):
        yield from connector.read(kind, external_ids[start : start + REREAD_BATCH])
