"""`tieout demo`: the whole product on a pretend business, with stand-in providers on loopback."""

from __future__ import annotations

import fcntl
import json
import logging
import shlex
import shutil
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from cli.approve import approve
from cli.opened import MARK, Opened, open_app
from cli.options import AsJson
from cli.serve import run_web
from cli.shown import print_json, print_table, progress
from ledger.faults import BadInput
from ledger.money import Money, to_minor
from receivables.load import load_ledger
from receivables.tie import Position, RateBasis, differences, position_on
from runtime import logs
from runtime.passes import Synced, sync_connection
from runtime.reconciling import reconcile_one
from runtime.serving import Machine
from runtime.settings import DOTFILE, Settings
from runtime.wiring import App, provider_module
from sandbox.run import Sandbox
from sandbox.world.load import Loaded
from store import people, tenancy
from store.queries.counts import receipts_by_status
from store.queries.exports.parts import Reader
from sync.connect import Connected

PORT = 8765
DEFAULT_HOME = Path("~/.tieout/demo")
SAMPLES = "samples"
SESSION = "the demo"
OWNER = "owner@demo.example"


def demo(
    once: Annotated[bool, typer.Option("--once", help="Print a summary and end.")] = False,
    size: Annotated[str, typer.Option(help="small or large (50,000 invoices).")] = "small",
    port: Annotated[int, typer.Option(help="Port of the app.")] = PORT,
    home: Annotated[
        Path | None, typer.Option(help="Folder of the demo, emptied at its start; ~/.tieout/demo without it.")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Show the whole product on a pretend business: connect, sync, match, and serve the app on this machine."""
    if size not in ("small", "large"):
        raise BadInput(f"There is no size {size!r}; choose small or large.")
    if not once:
        _check_port(port)
    folder = (home or DEFAULT_HOME).expanduser().absolute()
    with _held(folder):
        return _demo(_fresh_home(folder), size, port, once=once, as_json=as_json)


def _demo(folder: Path, size: str, port: int, *, once: bool, as_json: bool) -> int:
    started = time.monotonic()
    logs.configure(logging.WARNING)
    sandbox = Sandbox("large" if size == "large" else "small")
    try:
        env = {**sandbox.settings(), "TIEOUT_HOME": str(folder), "TIEOUT_BASE_URL": f"http://127.0.0.1:{port}"}
        app = open_app(Settings.load(env, None))
        _keep_settings(folder, env)
        _put_samples(folder, sandbox)
        place = _organisation(app)
        summary = _run(place, sandbox)
        summary["seconds"] = round(time.monotonic() - started, 1)
        if once:
            _print(summary, as_json=as_json)
            return int(bool(summary["differences"]))
        _serve(place, sandbox, env, port, summary, as_json=as_json)
    finally:
        sandbox.close()
    return 0


def _put_samples(folder: Path, sandbox: Sandbox) -> None:
    """The bank's side of the business, as files to import: by the statements page, or `tieout import-statement`."""
    (folder / SAMPLES).mkdir()
    for name, content in sandbox.bank_statements().items():
        (folder / SAMPLES / name).write_bytes(content)


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """One demo lives in a home: a second would empty it under the first. The lock ends with its process."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / f".{folder.name}.lock").open("w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BadInput(f"A demo runs in {folder} already; end it, or choose another folder with --home.") from None
        yield


def _check_port(port: int) -> None:
    """Said before the work and not after it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            raise BadInput(f"Port {port} cannot be used; choose another with --port.") from None


def _fresh_home(folder: Path) -> Path:
    """An empty home. A folder that holds something else than an earlier demo is never touched."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).is_file():
            raise BadInput(f"{folder} is not empty and was not made by the demo; choose another folder with --home.")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / MARK).write_text(json.dumps({"made_by": "tieout demo"}), encoding="utf-8")
    return folder


def _keep_settings(folder: Path, env: Mapping[str, str]) -> None:
    """For commands of this home: they reach the stand-ins and the queue of the demo, and nobody else."""
    given = {name: value for name, value in env.items() if name != "TIEOUT_HOME"}
    given["TIEOUT_DATABASE_URL"] = f"sqlite:///{folder / 'tieout.db'}"
    path = folder / DOTFILE
    path.touch(mode=0o600)
    path.write_text("".join(f"{name}={json.dumps(value)}\n" for name, value in given.items()), encoding="utf-8")


def _organisation(app: App) -> Opened:
    with app.database.write() as connection:
        own = tenancy.add_organisation(connection, "Demo", actor="demo", now=app.clock.now())
        return Opened(app, tenancy.find_organisation(connection, str(own)), actor="demo")


def _run(place: Opened, sandbox: Sandbox) -> dict[str, Any]:
    """Connects everything by its real consent flow, syncs, matches, and holds the store against the stand-ins."""
    entity_of_books = {one.books_tenant: one for one in sandbox.loaded}
    connected: dict[str, Connected] = {}
    for held in sandbox.connections():
        entity_id = None
        for tenant, one in entity_of_books.items():
            if one.stripe_tenant == held.tenant:
                entity_id = connected[tenant].entity_id
        connected[held.tenant] = _connect(place, held.provider, held.tenant, entity_id)
    results = [_sync(place, one) for one in connected.values()]
    counts: dict[str, int] = {}
    for row in place.entities():
        reconcile_one(place.app, place.organisation_id, row.id)
    with place.app.database.read() as connection:
        counts = receipts_by_status(connection, place.organisation_id)
    listed, found = [], []
    for held, result in zip(sandbox.connections(), results, strict=True):
        held_there = sandbox.stands[held.provider].counts(held.tenant)
        there = {kind: count for kind, count in held_there.items() if kind in result.kinds}
        pulled = {kind: result.pulled.get(kind, 0) for kind in there}
        listed.append({
            "connection": result.connection, "provider": held.provider, "pulled": pulled, "held_by_provider": there,
            "calls": result.calls,
        })  # fmt: skip
        found += [
            {"connection": result.connection, "what": f"count of {kind}", "here": pulled[kind], "there": count}
            for kind, count in there.items()
            if pulled[kind] != count
        ]
    for one in sandbox.loaded:
        found += _ledger_differences(place, sandbox, connected[one.books_tenant], one)
    return {"connections": listed, "receipts": counts, "differences": found}


def _connect(place: Opened, provider: str, tenant: str, entity_id: Any) -> Connected:
    """The real code flow: out with a state, the consent page's form, back with a code, the company chosen."""
    app = place.app
    consent = app.consent(provider, writing=True)
    connecting = app.connecting(place.organisation_id)
    # Xero takes no 127.0.0.1 for a redirect, only localhost
    redirect = f"{app.settings.base_url}/connect/{provider}/callback"
    address = connecting.begin(
        consent, session=SESSION, redirect_uri=redirect, entity_id=entity_id, since=None, now=app.clock.now()
    )
    callback = approve(address, tenant)
    state, companies = connecting.returned(consent, session=SESSION, callback=callback, now=app.clock.now())
    company = next((item for item in companies if item.external_id == tenant), companies[0])
    return connecting.choose(
        session=SESSION, state=state, company_id=company.external_id, actor=place.actor, now=app.clock.now(),
        entity_id=entity_id, time_zone="America/Chicago",
    )  # fmt: skip


def _sync(place: Opened, connected: Connected) -> Synced:
    name = connected.company.name
    return sync_connection(
        place.app, place.organisation_id, connected.connection_id, report=lambda shown: progress(name, shown)
    )


def _ledger_differences(place: Opened, sandbox: Sandbox, connected: Connected, one: Loaded) -> list[dict[str, Any]]:
    """Open receivables today against the stand-in's own: in total, by customer and by document, to the cent."""
    provider = one.entity.books_provider
    there = told_position(sandbox.stands[provider].truth(one.books_tenant, sandbox.today))
    here = own_position(place, provider, connected.entity_id, sandbox.today, there.home)
    return [
        {"connection": f"{provider}:{one.books_tenant}", "what": found.what, "here": _text(found.here),
         "there": _text(found.there)}
        for found in differences(here, there)
    ]  # fmt: skip


def own_position(place: Opened, provider: str, entity_id: UUID, day: date, home: str) -> Position:
    """The store's receivables of an entity on a day, in home currency by the rule of its ledger."""
    with place.app.database.read() as connection:
        ledger = load_ledger(Reader(connection, place.organisation_id, entity_id))
    basis: RateBasis = provider_module(provider).RATE_BASIS
    return position_on(
        ledger.items, ledger.applications, day, home, basis=basis, rates=ledger.rates_on(day)
    )  # fmt: skip


def told_position(truth: Mapping[str, Any]) -> Position:
    """The same as a stand-in's books have it."""
    home = truth["home_currency"]
    return Position(
        home=home,
        customers={key: Money(to_minor(text, home), home) for key, text in truth["customers"].items()},
        documents={
            key: Money(to_minor(row["open"], row["currency"]), row["currency"])
            for key, row in truth["documents"].items()
            if to_minor(row["open"], row["currency"])
        },
    )


def _text(money: Money | None) -> str | None:
    return None if money is None else f"{money.decimal():f} {money.currency}"


def _serve(
    place: Opened, sandbox: Sandbox, env: dict[str, str], port: int, summary: dict[str, Any], *, as_json: bool
) -> None:
    """The app over what was synced, with a worker and webhooks from the stand-ins; a link signs the owner in once."""
    app = place.app
    with app.database.write() as connection:
        person = people.add_person(
            connection, place.organisation_id, OWNER, name="Demo owner", role="owner", actor="demo", now=app.clock.now()
        )
        token = people.add_link(connection, person, app.clock.now())
    summary["sign_in"] = f"{app.settings.base_url}/sign-in/link/{token}"
    _print(summary, as_json=as_json)
    if not as_json:
        print(f"\nSign in once at {summary['sign_in']}")
        print(f"The bank's statements, to be imported under Statements, are in {app.settings.home / SAMPLES}.")
        print(
            f"Commands on this demo, in another window: TIEOUT_HOME={shlex.quote(str(app.settings.home))} ./tieout verify"
        )
        print("End with Ctrl-C.", flush=True)
    sandbox.send_webhooks_to(app.settings.base_url)
    with Machine(app, env) as machine:
        run_web(app, machine.nudges, "127.0.0.1", port)


def _print(summary: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(summary)
        sys.stdout.flush()
        return
    for item in summary["connections"]:
        print(f"\n{item['connection']}  ({item['calls']} calls)")
        rows = [(kind, item["pulled"][kind], count) for kind, count in item["held_by_provider"].items()]
        print_table(("kind", "pulled", "held by the provider"), rows)
    print()
    print_table(("receipts", "count"), list(summary["receipts"].items()))
    print(f"\nDifferences: {len(summary['differences'])}. Took {summary['seconds']} s.")
    for item in summary["differences"][:20]:
        print(f"  {item['connection']}: {item['what']}: here {item['here']}, there {item['there']}")
