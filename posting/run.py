"""One run of a connection's outbox, from what an earlier one left behind to the last posting that may go.

One at a time, under a lock that dies with its holder. Killed at any point, the next run goes on: what was sent is found out
first, so nothing is written twice.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any
from uuid import UUID

from ledger.faults import Conflict, RateLimited, Unreachable
from posting import stops
from posting.batching import store_next
from posting.closing import conclude
from posting.ending import end_all
from posting.gate import refuse_closed
from posting.late import refuse_late
from posting.outlet import Outlet
from posting.preparing import prepare
from posting.ran import Ran, Stopped
from posting.recover import let_go, recover
from posting.rules import Mode, PostingRules
from posting.sending import send_stored
from store.locks import exclusive
from store.queries import outbox as queries

FIRST = 150
AT_ONCE = 600
"""Postings planned at once: whole batches of 30 and of 50. The first bunch is small: it stands sooner, and a run that is
killed young has read little for nothing.
"""


def run(
    outlet: Outlet,
    *,
    only: Collection[UUID] | None = None,
    asked: bool = False,
    report: Callable[[Ran], None] = lambda _: None,
    ran: Ran | None = None,
    first: Callable[[], None] = lambda: None,
) -> Ran:
    """Sends what is ready. only: these postings alone; asked: only what a person asked for, as the rules' mode says.

    ran: where it is noted what was done, for those who want to know that of a run that was stopped, too. first:
    done alone, before anything new is sent.

    Raises Conflict where another run is under way, Stopped, and the connection's faults: RateLimited, Unreachable,
    ConsentLost, PermissionMissing. What was done before stands, and its postings say so.
    """
    with exclusive(outlet.database, outlet.lock_name, wait=False) as held:
        if not held:
            raise Conflict("This connection is being posted to already; wait for that run to end.")
        outlet = replace(outlet, alone=held.stands)
        ran = Ran() if ran is None else ran
        recover(outlet, ran)
        first()
        try:
            _send_all(outlet, ran, only=only, asked=asked, report=report)
        except Stopped:
            let_go(outlet)
            with suppress(RateLimited, Unreachable):  # the next run closes them
                conclude(outlet, ran)
            raise
        return ran


def _send_all(
    outlet: Outlet, ran: Ran, *, only: Collection[UUID] | None, asked: bool, report: Callable[[Ran], None]
) -> None:
    _may_send(outlet)
    _go_on(outlet, ran)
    report(ran)
    after: queries.Place | None = None
    limit = FIRST
    while True:
        rules, version = _may_send(outlet)
        with outlet.database.read() as connection:
            rows = queries.ready(
                connection, outlet.organisation_id, outlet.connection_id, outlet.now(), limit=limit, after=after,
                only=only, asked=asked or rules.mode is Mode.BY_HAND,
            )  # fmt: skip
        if not rows:
            break
        after, limit = (rows[-1].created_at, rows[-1].id), AT_ONCE
        prepare(outlet, rules, version, ran, _of_going_sources(outlet, rows))
        _go_on(outlet, ran)
        report(ran)
    end_all(outlet, ran)
    report(ran)


def _may_send(outlet: Outlet) -> tuple[PostingRules, int | None]:
    """Looked at anew before each bunch and each call: a person may switch posting off at any time."""
    with outlet.database.read() as connection:
        return refuse_closed(connection, outlet)


def _of_going_sources(outlet: Outlet, rows: Sequence[Any]) -> list[Any]:
    """Without those of a processor that is stopped: another app books its money too."""
    with outlet.database.read() as connection:
        sources = {queries.source_of(row) for row in rows} - {""}
        stopped = {own for own in sources if stops.standing(connection, outlet.organisation_id, UUID(own)) is not None}
    return [row for row in rows if queries.source_of(row) not in stopped]


def _go_on(outlet: Outlet, ran: Ran) -> None:
    """Sends all that may go of postings under way, one step after the other, and closes them."""
    send_stored(outlet, ran)
    refuse_late(outlet)
    while store_next(outlet, ran):
        send_stored(outlet, ran)
        refuse_late(outlet)
    conclude(outlet, ran)
