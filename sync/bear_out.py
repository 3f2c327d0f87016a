"""After a pass, webhooks or a re-read: applications that their invoice no longer bears out are read again, by their ids."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from datetime import datetime

from connectors.port import Connector
from store.incoming import Key
from store.queries.applied_beyond import links_beyond
from sync.apply import Applied, Target, apply_records
from sync.pull import read_again


def read_unborne(
    target: Target,
    connector: Connector,
    now: Callable[[], datetime],
    *,
    since: datetime | None = None,
    among: Collection[Key] | None = None,
) -> Applied:
    """No call where every invoice bears out what is applied to it. See `links_beyond` for `since` and `among`."""
    with target.database.read() as connection:
        keys = links_beyond(connection, target.scope, since=since, among=among)
    by_kind: dict[str, list[str]] = defaultdict(list)
    for kind, external_id in keys:
        by_kind[kind].append(external_id)
    applied = Applied()
    for kind, ids in by_kind.items():
        for page in read_again(connector, kind, ids):
            applied.add(apply_records(target, connector, page.records, now()))
    return applied
