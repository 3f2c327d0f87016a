"""`tieout sync`: pulls what changed, in this process; a run that was cut off goes on where it was."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from cli.opened import Opened, opened
from cli.options import AsJson, Entity, Organisation
from cli.shown import print_json, print_table, progress
from ledger.faults import BadInput, Fault, NotFound
from runtime.passes import replay_connection, sync_connection


def sync(
    connection: Annotated[str | None, typer.Argument(help="One connection: its id, or provider:company.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Read everything again, not only what changed.")] = False,
    replay: Annotated[bool, typer.Option("--replay", help="Map kept payloads again, without a call.")] = False,
    organisation: Organisation = None,
    entity: Entity = None,
    as_json: AsJson = False,
) -> int:
    """Pull what changed at the providers since the last time.

    Ends with 1 where a record could not be read (`tieout findings` lists what was odd) or a connection needs a person.
    """
    if full and replay:
        raise BadInput("--full reads everything again and --replay reads nothing; give one of them.")
    place = opened(organisation)
    rows = place.connections(connection, entity)
    if not rows:
        raise NotFound("There is no connection to sync; make one with `tieout connect`.")
    done, failed = [], []
    for row in rows:
        name = f"{row.provider}:{row.company_id}"
        try:
            done.append(_one(place, row, name, full=full, replay=replay))
        except Fault as fault:
            if len(rows) == 1:
                raise
            failed.append((name, fault))  # one provider that is down does not keep the others waiting
    _print(done, failed, as_json=as_json)
    if failed:
        return max(fault.exit_status for _, fault in failed)
    return int(any(item["unread"] for item in done))


def _one(place: Opened, row: Any, name: str, *, full: bool, replay: bool) -> dict[str, Any]:
    if replay:
        return asdict(replay_connection(place.app, place.organisation_id, row.id))
    result = sync_connection(
        place.app, place.organisation_id, row.id, full=full, report=lambda shown: progress(name, shown)
    )
    return asdict(result)


def _print(done: list[dict[str, Any]], failed: list[tuple[str, Fault]], *, as_json: bool) -> None:
    if as_json:
        problems = [{"connection": name, "problem": str(fault)} for name, fault in failed]
        print_json({"connections": done, "problems": problems})
        return
    if done:
        heads = ("connection", "company", "calls", "records written", "values changed", "receipts")
        keys = ("connection", "company", "calls", "written", "changed", "receipts")
        print_table(heads, [[item[key] for key in keys] for item in done])
    for item in done:
        for sentence in item["unread"]:
            typer.echo(f"{item['connection']}: {sentence}", err=True)
    for name, fault in failed:
        typer.echo(f"{name}: {fault}", err=True)
