"""Before anything is sent: the store holds what the books hold, and the books hold nothing of ours that it does not know.

A database that was put back from an older copy has forgotten what it posted since; a second Tieout on the same books posts
what this one does not know of. Either would write the same money twice.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from ledger.money import Money
from ledger.posting import Stop
from posting import stops
from posting.found import ASKED_MAX
from posting.outlet import POSTER, Outlet
from runtime.passes import sync_connection
from runtime.turns import Turn
from runtime.wiring import App
from store import posting_rules
from store.database import Connection
from store.queries import companies, own_records
from store.queries import outbox as queries
from store.scope import Scope
from sync.own import markers

FRESH = timedelta(minutes=15)
FRESH_FOR_MANY = timedelta(minutes=2)
"""A store that was brought up to date longer ago is read again first: what was entered in the books since is found. Of a
handful the provider itself is asked for the same money, so they may lean on an older reading.
"""
NAMED = 3


def look_first(app: App, outlet: Outlet, row: Any, *, turn: Turn | None = None) -> None:
    """Pulls what changed where something is to be sent and the store is not fresh; stops where strangers stand.

    Raises what a pull raises.
    """
    with outlet.database.read() as connection:
        ready = queries.ready_ids(connection, outlet.organisation_id, outlet.connection_id)
    if not ready:
        return
    fresh = FRESH_FOR_MANY if len(ready) > ASKED_MAX else FRESH
    if row.last_synced_at is None or outlet.now() - row.last_synced_at > fresh or _is_shared(outlet, row):
        sync_connection(app, outlet.organisation_id, outlet.connection_id, turn=turn)
    with outlet.database.read() as connection:
        if not strangers(connection, outlet):
            return
    with outlet.write() as connection:
        found = strangers(connection, outlet)
        if found:
            stops.stop_in(
                connection, outlet.organisation_id, outlet.connection_id, kind=Stop.POSTER, reason=_words(outlet, found),
                by=POSTER, now=outlet.now(),
            )  # fmt: skip


def _is_shared(outlet: Outlet, row: Any) -> bool:
    """Another organisation has connected the same company, and may have posted a moment ago."""
    with outlet.database.read() as connection:
        return companies.connected_elsewhere(connection, row)


def strangers(connection: Connection, outlet: Outlet) -> list[Any]:
    """Records that carry a marker of Tieout's and that no entry here is, since somebody last answered for them."""
    since = _answered_for(connection, outlet)
    if since is None:
        return []
    scope = Scope(outlet.organisation_id, outlet.connection_id)
    marked = [(row, markers(row)) for row in own_records.came_after(connection, scope, since)]
    every = {own for _, found in marked for own in found}
    if not every:
        return []
    strange = every - own_records.known(connection, outlet.organisation_id, every)
    return [row for row, found in marked if strange.intersection(found)]


def _answered_for(connection: Connection, outlet: Outlet) -> datetime | None:
    """Since when: the last stop or resumption, else the first rules of posting; None where there are none."""
    first = posting_rules.since(connection, outlet.organisation_id, outlet.entity_id)
    stop = posting_rules.stop(connection, outlet.organisation_id, outlet.connection_id)
    return first if stop is None or first is None else max(first, stop.at)


def _words(outlet: Outlet, found: list[Any]) -> str:
    some = ", ".join(f"{Money(row.amount_minor, row.currency)}" for row in found[:NAMED])
    more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
    return (
        f"{outlet.name} holds payments that Tieout posted and this database does not know ({some}{more}): it was put back "
        "from an older copy, or another Tieout posts to the same books. Look at what is ready: give up what stands already."
    )
