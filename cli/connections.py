"""`tieout connections`: each with its state, how fresh it is, and what it needs."""

from __future__ import annotations

from typing import Any

from cli.opened import opened
from cli.options import AsJson, Entity, Organisation
from cli.shown import print_json, print_table
from store import tenancy


def connections(organisation: Organisation = None, entity: Entity = None, as_json: AsJson = False) -> int:
    """List the connections: company, state, last good sync, last verified, what it needs.

    Ends with 1 where a connection needs a person.
    """
    place = opened(organisation, make=True)
    entity_id = place.entity_id(entity)
    with place.app.database.read() as connection:
        rows = tenancy.list_connections(connection, place.organisation_id, entity_id)
    if as_json:
        print_json([_content(row) for row in rows])
    elif not rows:
        print("No connections yet; make one with `tieout connect quickbooks`, `xero` or `stripe`.")
    else:
        heads = ("connection", "company", "state", "last good sync", "last verified", "needs")
        print_table(heads, [_line(row) for row in rows])
    return int(any(row.state == "action_needed" for row in rows))


def _content(row: Any) -> dict[str, Any]:
    return {
        "connection": f"{row.provider}:{row.company_id}", "id": row.id, "provider": row.provider,
        "company": row.company_name, "entity": row.entity_id, "state": row.state, "last_synced_at": row.last_synced_at,
        "last_verified_at": row.last_verified_at, "needs": row.state_reason,
    }  # fmt: skip


def _line(row: Any) -> tuple[Any, ...]:
    name = f"{row.provider}:{row.company_id}"
    return (name, row.company_name, row.state, row.last_synced_at, row.last_verified_at, row.state_reason)
