"""What the schedule does now and then for everybody: consents that were never finished and meters of long ago go, ends of
consents are told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from connectors.xero.consent import writing
from ledger.faults import BadInput
from posting import ruling
from posting.rules import Mode
from runtime.anchoring import anchor_all
from runtime.deadlines import consent_ends, ends_soon, not_covered
from runtime.wiring import App
from store import calls, consents, deadlines, verifications
from store.database import Connection
from store.scope import Scope
from sync.tokens import from_secret

LONGEST_VERIFICATION = timedelta(hours=2)


def tidy(app: App) -> None:
    """Cheap: a few rows, and no call to anybody. The audit log of everybody is anchored where it has grown."""
    now = app.clock.now()
    with app.database.write() as connection:
        consents.purge(connection, now)
        calls.prune(connection, now)
        verifications.end_lost(connection, now - LONGEST_VERIFICATION)
        for row in deadlines.consents(connection):
            ends = consent_ends(row.provider, row.connected_at, row.refresh_expires_at)
            warnings = {
                "consent_ends_soon": ends_soon(row.company_name, row.company_id, row.provider, ends, now),
                "consent_lacks_scope": _lacking(app, connection, row),
            }
            scope = Scope(row.organisation_id, row.id)
            deadlines.set_warnings(connection, scope, row.company_id, warnings, now)
    anchor_all(app, "schedule")


def _lacking(app: App, connection: Connection, row: Any) -> Any:
    """Of Xero alone: Intuit has one scope, and a Stripe key says what it lacks when it is used. Posting needs leave to write."""
    if row.provider != "xero" or row.dead_at is not None:
        return None
    try:
        granted = from_secret(app.sealer.open(row.sealed), None, None).scope
    except BadInput:
        return None  # its key is gone, which every sync says
    rules, _ = ruling.load(connection, row.organisation_id, row.entity_id)
    scopes = app.settings.xero.scopes
    wanted = scopes if rules.mode is Mode.OFF else writing(scopes)
    return not_covered(row.company_name, row.company_id, wanted, granted)
