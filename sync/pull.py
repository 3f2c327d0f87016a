"""One pass over a connection: every feed from where it stands to the present, page by page.

A pass may be killed at any moment and goes on where it was. Only one runs per connection; the lock dies with its holder.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Event

from connectors.port import Connector, Page
from ledger.faults import Conflict
from store import intake, payloads
from store.cursors import Cursor, forget_cursors, load_cursor
from store.dictionary import Dictionary
from store.locks import exclusive
from sync.ahead import read_waves
from sync.apply import Applied, Target, apply_pages, apply_records
from sync.beside import Beside
from sync.dictionaries import Dictionaries
from sync.neighbours import Neighbours
from sync.onward import Onward
from sync.prepare import Prepared, Preparing

REREAD_BATCH = 50
FAR_SECONDS = 0.03  # a provider that is silent for so long is far: there is time to begin what else would begin later
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
    skip: Collection[str] = (),
    ahead: bool = False,
    current: Callable[[], None] = lambda: None,
) -> PassResult:
    """Pulls all feeds. With `ahead` pages are read in threads of their own while others are written, those of a wave's feeds
    side by side, and as many of one feed as wait go into one transaction; what the next wave begins with is read meanwhile,
    and mapped when all of this one is stored. Without it each page is written before the next is asked for. `begun` is
    called under the lock, before the first call; what `report` raises ends the pass where it stands. `skip`: feeds that this
    pass has read to their end in an earlier turn. `current`: called once of a first import with a start date, when what is
    open and recent is stored and what lies before it is not.

    Raises Conflict where another pass is under way; the connector's faults pass through."""
    name = f"pass:{target.scope.organisation_id}:{target.scope.connection_id}"
    with exclusive(target.database, name, wait=False) as held:
        if not held:
            raise Conflict("This connection is being synced already; wait for that run to end.")
        begun()
        if full:
            with target.database.write() as connection:
                forget_cursors(connection, target.scope)
                intake.forget_listed(connection, target.scope)
            since = None if connector.behind() else since  # all of it in one walk each, so that what is gone shows
        result = PassResult(kinds=connector.kinds)
        before = connector.calls
        with Beside() as beside:
            turn = _Pass(target, connector, now, since, report, ahead, _nothing_stands(target), beside)
            behind = connector.behind()
            for waves in ([wave for wave in connector.waves() if wave != behind], [behind]):
                left = [feeds for wave in waves if (feeds := [feed for feed in wave if feed not in skip])]
                if since is not None and waves == [behind] != [()] and _not_begun(target, behind):
                    current()
                if left:
                    result.applied.add(turn.run(left))
                    result.feeds += [feed for wave in left for feed in wave]
        result.calls = connector.calls - before
        return result


@dataclass(frozen=True, slots=True)
class _Pass:
    """What is the same for all feeds of a pass. first: nothing stood of the connection when it began. far: calls take long."""

    target: Target
    connector: Connector
    now: Now
    since: date | None
    report: Callable[[Progress], None]
    ahead: bool
    first: bool
    beside: Beside
    dictionaries: Dictionaries = field(default_factory=Dictionaries)
    far: Event = field(default_factory=Event)

    def run(self, waves: Sequence[Sequence[str]]) -> Applied:
        """From where each feed stands to its end; those of one wave know nothing of each other."""
        feeds = [feed for wave in waves for feed in wave]
        places = {feed: _resume(self.target, feed, self.now(), first=self.first) for feed in feeds}
        neighbours = {feed: Neighbours() for feed in feeds}
        applied, came = Applied(), dict.fromkeys(feeds, 0)
        taught: list[Future[Target]] = [Future() for _ in waves]
        taught[0].set_result(self.target.fresh())
        with ExitStack() as ends:
            reading = [
                [self._read(feed, places[feed], one, ends) for feed in wave]
                for wave, one in zip(waves, taught, strict=True)
            ]
            for batches, one in zip(ends.enter_context(self._batches(reading, taught)), taught, strict=True):
                if not one.done():
                    one.set_result(self.target.fresh())
                target = one.result()
                for pages in batches:
                    feed = pages[0].feed
                    placed = [(page, _after(page, places[feed])) for page in pages]
                    self._store(target, placed, neighbours[feed], applied)
                    for page in pages:
                        came[feed] += len(page.records)
                        # all pages of the step are stored: where the last one ends the feed, none may end the turn before it
                        told = Progress(
                            feed=feed, came=came[feed], total=page.total, done=pages[-1].done, share=page.share
                        )
                        self.report(told)
        return applied

    def _store(
        self, target: Target, placed: Sequence[tuple[Page, Cursor]], neighbours: Neighbours, applied: Applied
    ) -> None:
        applied.add(apply_pages(target, self.connector, placed, self.now(), neighbours))
        pages = [page for page, _ in placed]
        neighbours.note(pages)
        self.dictionaries.keep(one for page in pages if isinstance(page, Prepared) for one in page.dictionaries)
        _settle_ties(target, self.connector, applied, self.now)  # at once: a later fault must not leave them unread

    def _read(self, feed: str, cursor: Cursor, taught: Future[Target], ends: ExitStack) -> Iterator[Page]:
        """Its pages are handed on when it is known what the waves before have taught."""
        read = self.connector.pull(feed, cursor.state or None, since=self.since)
        if not self.ahead or (cursor.tracking and not self.first):
            return _held(read, taught)
        # all will be written, but for what webhooks brought meanwhile
        if not self.first:
            self.dictionaries.add(_standing(self.target))
        onward = Onward(read, self.far)
        ends.callback(onward.end)
        dialect, scope = self.target.database.dialect, self.target.scope
        preparing = Preparing(
            self.connector, scope, dialect, lambda: taught.result().context, self.beside, self.dictionaries
        )
        return preparing.pages(_held(onward.pages(), taught))

    @contextmanager
    def _batches(
        self, waves: Sequence[Sequence[Iterator[Page]]], taught: Sequence[Future[Target]]
    ) -> Iterator[Iterable[Iterator[list[Page]]]]:
        if not self.ahead:
            yield [([page] for pages in feeds for page in pages) for feeds in waves]
            return
        with read_waves(*waves) as ahead:
            try:
                if self.first and ahead.idle(FAR_SECONDS):
                    self.far.set()
                    if getattr(self.connector, "mapping", None) is not None:
                        self.beside.begin()
                yield [ahead.batches(wave) for wave in range(len(waves))]
            finally:
                for one in taught:
                    one.cancel()  # who waits for it ends


def _held(pages: Iterator[Page], taught: Future[Target]) -> Iterator[Page]:
    """The first one is asked for at once. What comes of that, a fault as well, comes after what the waves before bring."""
    while True:
        try:
            page = next(pages)
        except StopIteration:
            return
        except Exception:
            taught.result()
            raise
        taught.result()
        yield page


def _after(page: Page, cursor: Cursor) -> Cursor:
    """tracking: records stood before the pass, and one that a full listing leaves out is gone."""
    return Cursor(page.state, page.done, page.full, page.full and cursor.tracking, cursor.started_at)


def _not_begun(target: Target, feeds: Sequence[str]) -> bool:
    with target.database.read() as connection:
        return all(load_cursor(connection, target.scope, feed) is None for feed in feeds)


def _standing(target: Target) -> list[Dictionary]:
    with target.database.read() as connection:
        return payloads.standing_dictionaries(connection, target.scope)


def _nothing_stands(target: Target) -> bool:
    with target.database.read() as connection:
        return not intake.has_records(connection, target.scope)


def _resume(target: Target, feed: str, now: datetime, *, first: bool) -> Cursor:
    """Where the feed stands. A pass that was cut off keeps its start and whether records stood before it; what other feeds
    of a first pass brought did not: of it nothing can be gone.
    """
    with target.database.read() as connection:
        cursor = load_cursor(connection, target.scope, feed)
        if cursor is not None and not cursor.done:
            return cursor
        stood = not first and intake.has_records(connection, target.scope)
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
