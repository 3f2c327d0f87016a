"""`tieout hooks replay`: works kept webhook bodies through again."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.group import group
from cli.opened import opened
from cli.options import AsJson, Organisation
from cli.shown import print_json
from runtime.hooks import work_inbox
from runtime.reconciling import reconcile_entity_of
from store.inbox import reopen

app = group("Kept webhooks.")


@app.callback()
def hooks() -> None:
    """Webhooks are kept before they are worked on; here they can be worked on again."""


@app.command()
def replay(
    connection: Annotated[str | None, typer.Argument(help="One connection; all without it.")] = None,
    organisation: Organisation = None,
    as_json: AsJson = False,
) -> None:
    """Work every kept webhook through again; what is known already changes nothing."""
    place = opened(organisation)
    done = []
    for row in place.connections(connection):
        with place.app.database.write() as link:
            reopen(link, place.organisation_id, row.id)
        worked = work_inbox(place.app, place.organisation_id, row.id)
        if worked:
            reconcile_entity_of(place.app, place.organisation_id, row.id)
        done.append({"connection": f"{row.provider}:{row.company_id}", "events": worked})
    if as_json:
        print_json(done)
        return
    for item in done:
        print(f"{item['connection']}: {item['events']} events worked through")
