"""A month at the bank: every payout is expanded, every record of the books that is a line is recognised, none counts twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from bench.spine.cash import cash, import_statements
from runtime.passes import sync_connection
from runtime.reconciling import reconcile_one
from runtime.settings import Settings
from runtime.wiring import App
from sandbox.run import Sandbox
from store import tenancy
from store.audit import first_broken
from store.database import Database
from tests.rig.waits import Leaps
from tests.scenarios.test_first_day import LEDGERS_FIRST, SandboxClock, connect


def test_statements_tie_to_the_cent_whichever_came_first(database: Database, tmp_path: Path) -> None:
    """The statement of one company is there before its books are read, the other's after."""
    with Sandbox(today=date(2026, 11, 22), real_limits=False) as box:
        environ = {**box.settings(), "TIEOUT_HOME": str(tmp_path), "TIEOUT_DATABASE_URL":
                   database.url.render_as_string(hide_password=False)}  # fmt: skip
        leaps = Leaps()
        app = replace(
            App.build(Settings.load(environ)), sleep=leaps.sleep, monotonic=leaps.monotonic, clock=SandboxClock(box)
        )
        for number, one in enumerate(box.loaded):
            with app.database.write() as connection:
                own = tenancy.add_organisation(connection, f"Client {number}", actor="test", now=app.clock.now())
            tenants = {one.books_tenant, one.stripe_tenant}
            held = sorted(
                (held for held in box.connections() if held.tenant in tenants),
                key=lambda held: LEDGERS_FIRST[held.provider],
            )
            made = [connect(app, own, box, one) for one in held]
            files = import_statements(app, own, box, actor="test") if number else {}
            for each in made:
                if number:
                    reconcile_one(app, own, made[0].entity_id)
                sync_connection(app, own, each.connection_id)
            reconcile_one(app, own, made[0].entity_id)
            files = files or import_statements(app, own, box, actor="test")
            reconcile_one(app, own, made[0].entity_id)
            assert list(files) == [made[0].entity_id]
            told = cash(app, own, made[0].entity_id, files[made[0].entity_id])
            assert told.wrong == []
            assert min(told.payouts, told.recorded, told.waiting) > 0
            assert reconcile_one(app, own, made[0].entity_id).changed == 0
            with app.database.read() as connection:
                assert first_broken(connection, own) is None
        app.database.close()
