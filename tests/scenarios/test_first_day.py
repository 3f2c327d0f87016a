"""The first day: every company of the sandbox is connected, pulled, matched; and pulled again nothing is written."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from connectors.tokens import TokenSet
from runtime.passes import Synced, sync_connection
from runtime.reconciling import reconcile_one
from runtime.settings import Settings
from runtime.wiring import App
from sandbox.run import Held, Sandbox
from store import tenancy
from store.audit import first_broken
from store.database import Database
from store.queries.counts import receipts_by_status
from store.scope import Scope
from store.tables.intake import findings
from store.tables.pulled import NOUN_NAMED
from tests.rig.waits import Leaps

_INVOICES = NOUN_NAMED["invoices"].table
LEDGERS_FIRST = {"quickbooks": 0, "xero": 0, "stripe": 1}


def _tokens(content: dict[str, str]) -> TokenSet:
    if "api_key" in content:
        return TokenSet(access_token=content["api_key"], webhook_secret=content["webhook_secret"])
    return TokenSet(
        access_token=content["access_token"],
        refresh_token=content["refresh_token"],
        expires_at=datetime.fromisoformat(content["expires_at"]),
    )


def connect(app: App, organisation_id: Any, box: Sandbox, held: Held, since: date | None = None) -> Any:
    tokens = _tokens(box.credentials(held))
    company = app.describe(held.provider, tokens, held.tenant)
    return app.connecting(organisation_id).save(
        held.provider, company, tokens, entity_id=None, since=since, actor="test", now=app.clock.now()
    )


def _synced(app: App, own: Any, connection_id: Any, since: date | None) -> Synced:
    """With a start date every open invoice stands, and receipts are made, before the history comes."""
    seen: list[tuple[set[str], int]] = []
    scope = Scope(own, connection_id)

    def look() -> None:
        query = select(_INVOICES.c.external_id, _INVOICES.c.open_amount_minor, _INVOICES.c.status)
        with app.database.read() as connection:
            rows = connection.execute(query.where(scope.where(_INVOICES))).all()
        seen.append(({row.external_id for row in rows if row.open_amount_minor and row.status == "open"}, len(rows)))

    synced = sync_connection(app, own, connection_id, current=look)
    assert len(seen) == (since is not None)
    if since is not None:
        look()
        assert seen[0][0] == seen[1][0] != set()
        assert seen[0][1] < seen[1][1]
    return synced


def test_everything_comes_once(database: Database, tmp_path: Path) -> None:
    with Sandbox(today=date(2026, 11, 22), real_limits=False) as box:
        environ = {**box.settings(), "TIEOUT_HOME": str(tmp_path), "TIEOUT_DATABASE_URL":
                   database.url.render_as_string(hide_password=False)}  # fmt: skip
        leaps = Leaps()
        app = replace(
            App.build(Settings.load(environ)), sleep=leaps.sleep, monotonic=leaps.monotonic, clock=SandboxClock(box)
        )
        done = []
        for number, one in enumerate(box.loaded):
            with app.database.write() as connection:
                own = tenancy.add_organisation(connection, f"Client {number}", actor="test", now=app.clock.now())
            tenants = {one.books_tenant, one.stripe_tenant}
            for held in sorted(box.connections(), key=lambda held: LEDGERS_FIRST[held.provider]):
                if held.tenant in tenants:
                    since = date(2026, 11, 1) if number and held.provider != "stripe" else None
                    made = connect(app, own, box, held, since)
                    done.append((own, made, _synced(app, own, made.connection_id, since), held))
        for own, made, synced, held in done:
            wanted = box.stands[held.provider].counts(held.tenant)
            assert {kind: count for kind, count in synced.pulled.items() if wanted.get(kind) not in (None, count)} == {}
            again = sync_connection(app, own, made.connection_id)
            assert (again.written, again.changed, again.receipts) == (0, 0, 0), held
        for own, entity_id in {(own, made.entity_id) for own, made, _, _ in done}:
            reconcile_one(app, own, entity_id)
            assert reconcile_one(app, own, entity_id).changed == 0
            with app.database.read() as connection:
                assert sum(receipts_by_status(connection, own, entity_id).values()) > 0
                assert first_broken(connection, own) is None
        with app.database.read() as connection:
            query = select(findings.c.sentence).where(findings.c.severity == "error", findings.c.settled_at.is_(None))
            assert connection.execute(query).scalars().all() == []
        app.database.close()


class SandboxClock:
    """The sandbox's time."""

    def __init__(self, box: Sandbox) -> None:
        self._box = box

    def now(self) -> datetime:
        return self._box.clock.now().astimezone(UTC)

    def today(self, zone: Any) -> date:
        return self.now().astimezone(zone).date()
