"""`tieout connections`: each with its state, how fresh it is, and what it needs."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from cli.opened import Opened, opened
from cli.options import AsJson, Entity, Organisation
from cli.shown import print_json, print_table
from runtime.freshness import Freshness, Looked
from store import tenancy
from store.intake import standing_findings


def connections(organisation: Organisation = None, entity: Entity = None, as_json: AsJson = False) -> int:
    """List the connections: company, state, how fresh it is, calls and budget, what it needs.

    Ends with 1 where a connection needs a person.
    """
    place = opened(organisation, make=True)
    rows, unread, looked = look(place, place.entity_id(entity))
    if as_json:
        print_json([content(row, unread, looked.of(row)) for row in rows])
    elif not rows:
        print("No connections yet; make one with `tieout connect quickbooks`, `xero` or `stripe`.")
    else:
        heads = (
            "connection", "company", "state", "last good sync", "last verified", "last failure", "parked until",
            "webhooks heard", "calls today", "budget", "needs",
        )  # fmt: skip
        print_table(heads, [_line(row, unread, looked.of(row)) for row in rows])
    return int(any(row.state == "action_needed" or unread[row.id] for row in rows))


def look(place: Opened, entity_id: UUID | None) -> tuple[list[Any], Counter[UUID], Looked]:
    """The connections, how many records of each could not be read, and how fresh each is."""
    with place.app.database.read() as connection:
        reads = place.app.settings.quickbooks.monthly_reads
        looked = Looked(connection, place.organisation_id, place.app.clock.now(), reads)
        rows = tenancy.list_connections(connection, place.organisation_id, entity_id)
        unread = Counter(
            row.connection_id for row in standing_findings(connection, place.organisation_id, errors_only=True)
        )
    return rows, unread, looked


def _needs(row: Any, unread: Counter[UUID], fresh: Freshness) -> str | None:
    """What holds it up and what should be done: the condition's sentences, else records that could not be read, and what
    holds nothing up yet.
    """
    odd = f"{unread[row.id]} records could not be read; see tieout findings." if unread[row.id] else None
    return " ".join(filter(None, (fresh.condition.sentence or odd, *fresh.beside))) or None


def content(row: Any, unread: Counter[UUID], fresh: Freshness) -> dict[str, Any]:
    return {
        "connection": f"{row.provider}:{row.company_id}", "id": row.id, "provider": row.provider,
        "company": row.company_name, "entity": row.entity_id, "state": fresh.condition.state,
        "last_synced_at": row.last_synced_at, "last_verified_at": row.last_verified_at,
        "needs": _needs(row, unread, fresh), **fresh.as_json(),
    }  # fmt: skip


def _line(row: Any, unread: Counter[UUID], fresh: Freshness) -> tuple[Any, ...]:
    name = f"{row.provider}:{row.company_id}"
    how = fresh.import_
    state = fresh.condition.state if how is None else f"{fresh.condition.state}, {how.share:.0%} imported"
    return (
        name, row.company_name, state, row.last_synced_at, row.last_verified_at, fresh.last_failed_at,
        fresh.parked_until, fresh.heard_at, fresh.tally.today, _budget(fresh),
        _needs(row, unread, fresh),
    )  # fmt: skip


def _budget(fresh: Freshness) -> str | None:
    budget = fresh.budget
    if budget is None:
        return None
    refused = f", {fresh.tally.refused_today} refused today" if fresh.tally.refused_today else ""
    return f"{budget.spent} of {budget.allowed} a {budget.span}{refused}"
