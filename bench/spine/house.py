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

from bench.spine.warm import Warm
from cli.connect import connect_with, read_credentials
from cli.opened import Opened, open_app
from runtime.names import PREFIX
from runtime.passes import Synced, sync_connection
from runtime.reconciling import reconcile_one
from runtime.settings import ROOT, Settings, environment
from sandbox.run import Held, Sandbox
from store import tenancy

COMMAND_SECONDS = 240.0
WAIT_SECONDS = (
    180.0  # for what takes a second or two: the machine may be slow for a while, and one that came costs nothing
)


class NeverHappenedError(AssertionError):
    """Something that was waited for did not come in time."""


class House:
    """One home. Commands run as processes of their own; `place` looks into the same store from this one."""

    def __init__(self, sandbox: Sandbox, home: Path, settings: Mapping[str, str] | None = None) -> None:
        self.sandbox = sandbox
        self.home = home
        home.mkdir(parents=True, exist_ok=True)
        self.settings = {**sandbox.settings(), "TIEOUT_HOME": str(home), **(settings or {})}
        self.warm: Warm | None = None

    @cached_property
    def place(self) -> Opened:
        """The store of the only organisation, which is made where there is none yet."""
        app = open_app(Settings.load(self.settings, None))
        with app.database.write() as connection:
            if not tenancy.any_organisation(connection):
                tenancy.add_organisation(connection, "My organisation", actor="bench", now=app.clock.now())
            return Opened(app, tenancy.find_organisation(connection, None), actor="bench")

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "cli.main", *words]

    def environment(self) -> dict[str, str]:
        """Ours, without any setting of whoever runs this."""
        inherited = {name: value for name, value in environment().items() if not name.startswith(PREFIX)}
        return {**inherited, **self.settings, "PYTHONPATH": str(ROOT)}

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command to its end. It starts in its home, so no .env of a checkout is read."""
        if self.warm is not None:
            return self.warm.run(words, self.home, self.environment(), COMMAND_SECONDS)
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
        """A command under way, in a process group of its own. What it says goes to `said`."""
        with self.said.open("ab") as said:
            return subprocess.Popen(
                self.command(*words), cwd=self.home, env=self.environment(), stdout=said, stderr=said,
                start_new_session=True,
            )  # fmt: skip

    @property
    def said(self) -> Path:
        """What the processes of `start` have written: read it where something did not come."""
        return self.home / "said.log"

    def connect(self, held: Held, entity: str | None = None, *, by_command: bool = False) -> str:
        """What `tieout connect PROVIDER --credentials FILE` does; gives the entity. The file is gone afterwards.

        `by_command`: as a process of its own, which takes a second to start.
        """
        path = self.home / f"{held.provider}-credentials.json"
        path.write_text(json.dumps(self.sandbox.credentials(held)), encoding="utf-8")
        try:
            if by_command:
                words = ["connect", held.provider, "--credentials", str(path)]
                return str(self.asked(*words, *(("--entity", entity) if entity else ()))["entity"])
            tokens, company_id = read_credentials(held.provider, path)
            return str(connect_with(self.place, held.provider, tokens, company_id, entity=entity).entity_id)
        finally:
            path.unlink()

    def connect_all(self, *, by_command: bool = False) -> None:
        """Every ledger as an entity of its own, then each Stripe account into the entity of its ledger."""
        held = {one.tenant: one for one in self.sandbox.connections()}
        for one in self.sandbox.loaded:
            entity = None
            if one.books_tenant in held:
                entity = self.connect(held[one.books_tenant], by_command=by_command)
            if one.stripe_tenant in held:
                self.connect(held[one.stripe_tenant], entity, by_command=by_command)

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


def wait_until(what: str, holds: Callable[[], Any], seconds: float = WAIT_SECONDS, *, every: float = 0.05) -> float:
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
