"""`tieout post`: sends approved matches to the books, or shows what would be sent."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

import typer

from cli.opened import Opened, opened
from cli.options import AsJson, Entity, Organisation
from cli.shown import print_json, print_table
from ledger.faults import Fault, NotFound
from ledger.money import Money
from posting import asking, ruling, stops
from posting.rules import Mode
from runtime.outgoing import write_what_is_due
from runtime.posting import PostRun, adopt_approved, post_connection
from store.queries import outbox as queries
from store.queries.screens import posting as screen

HOW = "`tieout posting on` switches it on."


def post(
    connection: Annotated[str | None, typer.Argument(help="One connection: its id, or provider:company.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be written; write nothing.")] = False,
    organisation: Organisation = None,
    entity: Entity = None,
    as_json: AsJson = False,
) -> int:
    """Write what is approved to the books, each once.

    Ends with 1 where something failed, or where something is ready and posting is off or stopped.
    """
    place = opened(organisation)
    rows = _books(place, connection, entity)
    if not rows:
        raise NotFound("There are no books to post to; connect them with `tieout connect`.")
    done: list[dict[str, Any]] = []
    failed: list[tuple[str, Fault]] = []
    for row in rows:
        name = f"{row.provider}:{row.company_id}"
        try:
            done.append(_one(place, row, dry_run=dry_run))
        except Fault as fault:
            if len(rows) == 1:
                raise
            failed.append((name, fault))
    _print(done, failed, dry_run=dry_run, as_json=as_json)
    if failed:
        return max(fault.exit_status for _, fault in failed)
    return int(any(item["failed"] or (item["stopped"] and item["ready"]) or item["later"] for item in done))


def _books(place: Opened, wanted: str | None, entity: str | None) -> list[Any]:
    """The connections that hold books: of each entity its ledger, or its only processor."""
    rows = place.connections(wanted, entity)
    if wanted is not None:
        return rows
    with place.app.database.read() as connection:
        books = {queries.books_of(connection, place.organisation_id, own) for own in {row.entity_id for row in rows}}
    return [row for row in rows if row.id in books]


def _one(place: Opened, row: Any, *, dry_run: bool) -> dict[str, Any]:
    app, own = place.app, place.organisation_id
    adopt_approved(app, own, row.entity_id)
    write_what_is_due(app, own, row.entity_id)
    with app.database.read() as connection:
        rules, _ = ruling.load(connection, own, row.entity_id)
        stop = stops.standing(connection, own, row.id)
        states = queries.count_by_state(connection, own, row.id)
    stopped = f"Posting to {row.company_name} is off. {HOW}" if rules.mode is Mode.OFF else ""
    if stop is not None:
        stopped = f"Posting to {row.company_name} is stopped: {stop.reason} `tieout posting resume` goes on."
    if dry_run:
        return _told(place, _shown(post_connection(app, own, row.id, by=place.actor, dry_run=True), stopped))
    if stopped:
        return _idle(row, states, stopped)
    if states.get("ready"):
        asking.ask(app.database, own, row.id, None, by=place.actor, now=app.clock.now())
    return _shown(post_connection(app, own, row.id, by=place.actor), "")


def _shown(done: PostRun, stopped: str) -> dict[str, Any]:
    content = asdict(done)
    return {**content, "stopped": done.stopped or stopped, "ready": done.states.get("ready", 0)}


def _told(place: Opened, done: dict[str, Any]) -> dict[str, Any]:
    """Each line of the plan with who paid, and with the pause of its source: such a one would not go."""
    with place.app.database.read() as connection:
        rows = {
            row.id: row
            for row in screen.find_all(connection, place.organisation_id, [one["posting_id"] for one in done["plan"]])
        }
        paused = {}
        for source in filter(None, {queries.source_of(row) for row in rows.values()}):
            stop = stops.standing(connection, place.organisation_id, UUID(source))
            if stop is not None:
                paused[source] = stop.reason
    for one in done["plan"]:
        row = rows.get(one["posting_id"])
        one["payer"] = "" if row is None else row.payer_name or row.payer_email or ""
        one["paused"] = "" if row is None else paused.get(queries.source_of(row), "")
    return done


def _idle(row: Any, states: dict[str, int], stopped: str) -> dict[str, Any]:
    done = PostRun(
        connection=f"{row.provider}:{row.company_id}", provider=row.provider, company=row.company_name, posted=0, failed=0,
        found=0, undone=0, calls=0, states=states, stopped=stopped,
    )  # fmt: skip
    return _shown(done, stopped)


def _print(done: list[dict[str, Any]], failed: list[tuple[str, Fault]], *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        problems = [{"connection": name, "problem": str(fault)} for name, fault in failed]
        print_json({"dry_run": dry_run, "connections": done, "problems": problems})
        return
    if done and not dry_run:
        heads = ("connection", "company", "posted", "failed", "found there", "undone", "still ready", "calls")
        keys = ("connection", "company", "posted", "failed", "found", "undone", "ready", "calls")
        print_table(heads, [[item[key] for key in keys] for item in done])
    for item in done:
        if dry_run:
            _print_plan(item)
        for sentence in (*item["warnings"], *([item["stopped"]] if item["stopped"] else [])):
            typer.echo(f"{item['connection']}: {sentence}", err=True)
    for name, fault in failed:
        typer.echo(f"{name}: {fault}", err=True)


def _print_plan(item: dict[str, Any]) -> None:
    waits = sum(bool(one["paused"]) for one in item["plan"])
    more = f" {waits} of them would stay: their source is paused." if waits else ""
    print(f"{item['company']}: {len(item['plan'])} would be looked at; nothing was written.{more}")
    for one in item["plan"]:
        payer = one["payer"] or one["cause"].replace("_", " ")
        print(f"- {Money(one['amount_minor'], one['currency'])} of {one['on']}, {payer}, posting {one['posting_id']}")
        if one["paused"]:
            print(f"    Stays: posting of its source is paused. {one['paused']}")
            continue
        for record in one["records"]:
            print(f"    {record}")
        if one["sentence"]:
            print(f"    Not posted ({one['code']}): {one['sentence']} {one['remedy']}")
