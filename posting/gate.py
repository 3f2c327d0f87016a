"""Whether anything may be written to a connection's books at this moment: its stop and its entity's mode, as they stand."""

from __future__ import annotations

from posting import ruling, stops
from posting.outlet import Outlet
from posting.ran import Stopped
from posting.rules import Mode, PostingRules
from store.database import Connection


def refuse_closed(connection: Connection, outlet: Outlet) -> tuple[PostingRules, int | None]:
    """The rules that hold and their version. Raises Stopped where posting is stopped or off."""
    stop = stops.standing(connection, outlet.organisation_id, outlet.connection_id)
    if stop is not None:
        raise Stopped(f"Posting to {outlet.name} is stopped: {stop.reason}")
    rules, version = ruling.load(connection, outlet.organisation_id, outlet.entity_id)
    if rules.mode is Mode.OFF:
        raise Stopped(f"Posting to {outlet.name} is off; switch it on with `tieout posting on`.")
    return rules, version


def is_open(outlet: Outlet) -> bool:
    """Whether posting is neither stopped nor off."""
    with outlet.database.read() as connection:
        try:
            refuse_closed(connection, outlet)
        except Stopped:
            return False
    return True
