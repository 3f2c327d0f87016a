"""`tieout sync` killed at any moment, several times over, and run to its end: the exports are those of a quiet run."""

from __future__ import annotations

import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from connectors.tokens import TokenSet
from runtime.settings import ROOT, Settings, environment
from runtime.wiring import App
from store import tenancy
from store.database import Database
from store.queries.exports.kinds import EXPORTS
from store.queries.exports.parts import Reader
from tests.runtime.shop import Shop, shop_over

KILLS = 6
_OURS = frozenset({"recorded_at", "receipt_id", "receivable_id", "entity"})


def _exports(shop: Shop) -> dict[str, list[Any]]:
    """Every kind, without when we learnt it and without ids of our own things."""
    found: dict[str, list[Any]] = {}
    with shop.app.database.read() as connection:
        reader = Reader(connection, shop.organisation_id)
        for kind, rows in EXPORTS.items():
            dropped = _OURS | ({"id"} if kind in {"receipts", "matches"} else set())
            found[kind] = [{k: v for k, v in row.items() if k not in dropped} for row in rows(reader)]
            found[kind].sort(key=repr)
    return found


def _command(shop: Shop) -> subprocess.Popen[bytes]:
    env = environment(**shop.environ)
    command = [sys.executable, "-m", "cli.main", "sync"]
    return subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def _killed_after(shop: Shop, calls: int) -> bool:
    """Runs the command and kills it when the provider has answered so many calls; False where it ended before."""
    journal = shop.stand.journal
    start = len(journal.entries())
    process = _command(shop)
    assert process.stderr is not None
    try:
        while process.poll() is None:
            if len(journal.entries()) - start >= calls:
                process.kill()
            try:
                process.wait(0.005)
            except subprocess.TimeoutExpired:
                continue
        return process.returncode != 0
    finally:
        process.stderr.close()


def _paid_up(shop: Shop) -> None:
    """Some life in the account: paid invoices, and charges by themselves."""
    for number in range(3):
        shop.stand.change(shop.tenant, "pay_invoice", {"invoice": f"inv{number}"})
    for number in range(150):
        shop.stand.change(shop.tenant, "charge", {"amount": 100 + number, "currency": "gbp", "customer": "bob"})


def _beside(quiet: Shop, database: Database, home: Path) -> Shop:
    """Another store, connected to the same account."""
    url = database.url.render_as_string(hide_password=False)
    environ = {**quiet.environ, "TIEOUT_HOME": str(home), "TIEOUT_DATABASE_URL": url}
    app = App.build(Settings.load(environ))
    with app.database.write() as connection:
        organisation_id = tenancy.add_organisation(connection, "Acme", actor="test", now=app.clock.now())
    tokens = TokenSet(access_token=quiet.stand.api_key(quiet.tenant))
    app.connecting(organisation_id).save(
        "stripe",
        app.describe("stripe", tokens, ""),
        tokens,
        entity_id=None,
        since=None,
        actor="test",
        now=app.clock.now(),
    )
    return replace(quiet, app=app, organisation_id=organisation_id, environ=environ)


def test_killed_at_random_moments_it_ends_as_if_nothing_had_been(
    sqlite_database: Database, postgres_database: Database, tmp_path: Path
) -> None:
    choice = random.Random(20261122)
    with shop_over(postgres_database, tmp_path / "quiet") as quiet:
        quiet.stand.webhooks.unregister_all()
        _paid_up(quiet)
        quiet.sync()
        wanted = _exports(quiet)
        assert len(wanted["receipts"]) == 153
        rough = _beside(quiet, sqlite_database, tmp_path / "rough")
        kills = sum(_killed_after(rough, choice.randint(1, 12)) for _ in range(KILLS))
        assert kills >= 2
        last = _command(rough)
        _, said = last.communicate(timeout=240)
        assert last.returncode == 0, said.decode()
        assert _exports(rough) == wanted
        rough.app.database.close()
