"""`tieout reconcile`: matches what is open in the store."""

from __future__ import annotations

from cli.opened import opened
from cli.options import AsJson, Entity, Organisation
from cli.shown import print_json, print_table
from runtime.reconciling import reconcile_one
from store.queries.counts import receipts_by_status


def reconcile(organisation: Organisation = None, entity: Entity = None, as_json: AsJson = False) -> None:
    """Match receipts to what is owed: automatic where it is certain, proposed with reasons where it is not."""
    place = opened(organisation)
    found = []
    for row in place.entities(entity):
        done = reconcile_one(place.app, place.organisation_id, row.id)
        with place.app.database.read() as connection:
            counts = receipts_by_status(connection, place.organisation_id, row.id)
        found.append(
            {
                "entity": row.name,
                "looked_at": done.looked_at,
                "mirrors_linked": done.linked,
                "accepted_by_policy": done.decided,
                "receipts": counts,
            }
        )
    if as_json:
        print_json(found)
        return
    for item in found:
        print(
            f"{item['entity']}: {item['looked_at']} receipts looked at, {item['mirrors_linked']} mirrored invoices linked, "
            f"{item['accepted_by_policy']} matches accepted by the policy."
        )
        counts = item["receipts"]
        if isinstance(counts, dict) and counts:
            print_table(("status", "receipts"), list(counts.items()))
