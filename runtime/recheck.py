"""The nightly re-read of one connection: what its provider's feeds are known to miss."""

from __future__ import annotations

from uuid import UUID

from runtime import budget
from runtime.passes import change, load_row, refuse_parked
from runtime.watching import watch_own
from runtime.wiring import App
from store.queries.rechecks import held_open
from store.scope import Scope
from sync.apply import Target, apply_records, load_context
from sync.bear_out import read_unborne
from sync.hindsight import note_hindsight
from sync.pull import read_again
from sync.settle import Settling, settle


def recheck_connection(app: App, organisation_id: UUID, connection_id: UUID) -> int:
    """Reads again what is open, and settles what changed; returns how many values did. Faults pass through."""
    row = load_row(app, organisation_id, connection_id)
    refuse_parked(app, row)
    now = app.clock.now
    budget.check(app.database, app.settings, row.provider, now(), large=True)
    began = now()
    scope = Scope(organisation_id, connection_id)
    connector = app.connector(row)
    target = Target(app.database, scope, load_context(app.database, scope))
    with app.database.read() as connection:
        held = held_open(connection, scope)
    changed, tied = 0, set()
    try:
        for page in connector.recheck(held):
            applied = apply_records(target, connector, page.records, now())
            changed += applied.changed
            tied.update(applied.tied)
        for kind in sorted({kind for kind, _ in tied}):
            ids = sorted(external_id for tied_kind, external_id in tied if tied_kind == kind)
            for page in read_again(connector, kind, ids):
                changed += apply_records(target, connector, page.records, now()).changed
        changed += read_unborne(target, connector, now, since=began).changed
    finally:
        app.keep_calls()
    if changed:
        settle(Settling(app.database, scope, row.entity_id, row.provider), now)
        watch_own(app, row)
    note_hindsight(target, connector, row.role, now())
    change(app, row, {"rechecked_at": began})
    return changed
