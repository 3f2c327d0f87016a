"""Records that we wrote ourselves are sightings of the receipts they came from, never new receipts.

The outbox says so as soon as it learns their ids. Where it was killed before that, the pull may bring them first: then the
marker in the record says whose they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from ledger.receipt import SightingKind
from store.database import Database
from store.queries import own_records as queries
from store.receipts import add_sighting
from store.scope import Scope

MARKER = re.compile(r"(?<![0-9A-Z])T[0-9A-HJKMNP-TV-Z]{15}(?![0-9A-Z])")


def sight_own(database: Database, scope: Scope, now: Callable[[], datetime]) -> int:
    """Sights what carries the marker of an entry whose outcome is not known yet; how many."""
    with database.read() as connection:
        flying = queries.in_flight(connection, scope)
    if not flying:
        return 0
    receipts = {row.write_id: row.receipt_id for row in flying}
    with database.write() as connection:
        came = queries.unsighted_since(connection, scope, min(row.created_at for row in flying))
        ours = [(row, own) for row in came for own in markers(row) if own in receipts]
        for row, own in ours:
            add_sighting(
                connection, scope.organisation_id, receipts[own], row, kind=SightingKind.LEDGER,
                reason="Posted by Tieout.", now=now(),
            )  # fmt: skip
    return len(ours)


def markers(row: Any) -> list[str]:
    """Write ids in the texts of a payment or bank entry."""
    return MARKER.findall(f"{row.reference or ''} {row.memo or ''}")
