"""`tieout findings`: data that looked wrong or was not understood, in sentences."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cli.opened import opened
from cli.options import AsJson, Organisation
from cli.shown import print_json, print_table
from store.intake import standing_findings


def findings(
    connection: Annotated[str | None, typer.Argument(help="One connection; all without it.")] = None,
    organisation: Organisation = None,
    as_json: AsJson = False,
) -> int:
    """List what was odd in the records that were pulled. Ends with 1 where a record could not be read at all."""
    place = opened(organisation)
    names = {row.id: f"{row.provider}:{row.company_id}" for row in place.connections(connection)}
    with place.app.database.read() as link:
        rows = [row for row in standing_findings(link, place.organisation_id) if row.connection_id in names]
    if as_json:
        print_json([_content(row, names[row.connection_id]) for row in rows])
    elif not rows:
        print("Nothing odd: every record was understood.")
    else:
        heads = ("severity", "connection", "what", "last seen")
        print_table(heads, [(row.severity, names[row.connection_id], row.sentence, row.last_seen_at) for row in rows])
    return int(any(row.severity == "error" for row in rows))


def _content(row: Any, connection: str) -> dict[str, Any]:
    return {
        "connection": connection, "severity": row.severity, "code": row.code, "kind": row.record_kind,
        "external_id": row.external_id, "field": row.field, "sentence": row.sentence, "first_seen_at": row.first_seen_at,
        "last_seen_at": row.last_seen_at,
    }  # fmt: skip
