"""After each pull: our own records in an entity's books are looked at, so that a change there is said here."""

from __future__ import annotations

from typing import Any

from posting.outlet import Ledger
from posting.watching import watch
from runtime.wiring import App


def watch_own(app: App, row: Any) -> int:
    """`row`: the connection that was pulled. How many postings stand otherwise than they did."""
    return watch(
        Ledger(
            database=app.database, organisation_id=row.organisation_id, entity_id=row.entity_id, connection_id=row.id,
            name=row.company_name, now=app.clock.now,
        )
    )  # fmt: skip
