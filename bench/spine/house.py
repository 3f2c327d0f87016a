"""A home of the product over a sandbox: its settings, its commands as processes, and what its store holds."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID

from cli.opened import Opened, open_app
from runtime.names import PREFIX
from runtime.passes import Synced, sync_connection
from runtime.reconciling import reconcile_one
from runtime.settings import ROOT, Settings, environment
from sandbox.run import Held, Sandbox
from store import tenancy

COMMAND_SECONDS = 240.0


class NeverHappenedError(AssertionError):
    """Something that was waited for did not come in time."""


class House:
    """One home. Commands run as processes of their own; `place` looks into the same store from this one."""

    def __init__(self, sandbox: Sandbox, home: Path, settings: Mapping[str, str] | None = None) -> None:
        self.sandbox = sandbox
        self.home = home
        home.mkdir(parents=True, exist_ok=True)
        self.settings = {**sandbox.settings(), "TIEOUT_HOME": str(home), **(settings or {})}
        self.connected: dict[Held, dict[str, Any]] = {}

    @cached_property
    def place(self) -> Opened:
        """The store of the only organisation."""
        app = open_app(Settings.load(self.settings, None))
        with app.database.read() as connection:
            return Opened(app, tenancy.find_organisation(connection, None), actor="bench")

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "cli.main", *words]

    def environment(self) -> dict[str, str]:
        """Ours, without any setting of whoever runs this."""
        inherited = {name: value for name, value in environment().items() if not name.startswith(PREFIX)}
        return {**inherited, **self.settings, "PYTHONPATH": str(ROOT)}

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command to its end. It starts in its home, so no .env of a checkout is read."""
        return subprocess.run(
            self.command(*words), cwd=self.home, env=self.environment(), capture_output=True, text=True, check=False,
            timeout=COMMAND_SECONDS,
        )  # fmt: skip

    def asked(self, *words: str) -> Any:
        """The JSON that a command answers; it has to end well."""
        done = self.run(*words, "--json")
        if done.returncode:
            raise NeverHappenedError(f"tieout {' '.join(words)} ended with {done.returncode}: {done.stderr.strip()}")
        return json.loads(done.stdout)

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """A command under way, in a process group of its own."""
        return subprocess.Popen(
            self.command(*words), cwd=self.home, env=self.environment(), stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip

    def connect(self, held: Held, entity: str | None = None) -> dict[str, Any]:
        """`tieout connect PROVIDER --credentials FILE`; the file is gone afterwards."""
        path = self.home / f"{held.provider}-credentials.json"
        path.write_text(json.dumps(self.sandbox.credentials(held)), encoding="utf-8")
        words = ["connect", held.provider, "--credentials", str(path)]
        try:
            answer: dict[str, Any] = self.asked(*words, *(("--entity", entity) if entity else ()))
        finally:
            path.unlink()
        self.connected[held] = answer
        return answer

    def connect_all(self) -> None:
        """Every ledger as an entity of its own, then each Stripe account into the entity of its ledger."""
        held = {one.tenant: one for one in self.sandbox.connections()}
        for one in self.sandbox.loaded:
            entity = None
            if one.books_tenant in held:
                entity = str(self.connect(held[one.books_tenant])["entity"])
            if one.stripe_tenant in held:
                self.connect(held[one.stripe_tenant], entity)

    def sync(self, *, full: bool = False) -> list[Synced]:
        """Every connection once, in this process: what `tieout sync` does."""
        organisation_id = self.place.organisation_id
        rows = self.place.connections()
        return [sync_connection(self.place.app, organisation_id, row.id, full=full) for row in rows]

    def reconcile(self) -> None:
        for row in self.place.entities():
            reconcile_one(self.place.app, self.place.organisation_id, row.id)

    def entity_id(self, tenant: str) -> UUID:
        """Of the company's connection."""
        found: UUID = next(row.entity_id for row in self.place.connections() if row.company_id == tenant)
        return found


def wait_until(what: str, holds: Callable[[], Any], seconds: float = 30.0, *, every: float = 0.05) -> float:
    """How long it took until `holds` was true. Raises NeverHappenedError."""
    started = time.monotonic()
    pause = threading.Event()
    while not holds():
        if time.monotonic() - started > seconds:
            raise NeverHappenedError(f"{what}: not within {seconds:g} s.")
        pause.wait(every)
    return time.monotonic() - started


def calls_made(sandbox: Sandbox) -> int:
    """Calls that reached the stand-ins since they started."""
    return sum(len(stand.journal.as_json()) for stand in sandbox.stands.values())


def last_line(text: str) -> str:
    lines: Sequence[str] = [line for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""
