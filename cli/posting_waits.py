"""`tieout posting waits`: what a person has to decide before a processor's money can be booked."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from cli.opened import opened
from cli.options import AsJson, Entity, Organisation
from cli.shown import print_json, print_table
from posting.processor.waiting import Wait, waits_of


def waits(organisation: Organisation = None, entity: Entity = None, as_json: AsJson = False) -> int:
    """List what waits for a person, with what to do about each. Ends with 1 where something does."""
    place = opened(organisation)
    found: list[dict[str, Any]] = []
    for row in place.entities(entity):
        today = place.app.clock.today(ZoneInfo(row.time_zone))
        with place.app.database.read() as connection:
            found += [_told(row.name, one) for one in waits_of(connection, place.organisation_id, row.id, today)]
    if as_json:
        print_json({"waits": found})
    elif not found:
        print("Nothing of a processor's money waits for a person.")
    else:
        heads = ("on", "transaction", "category", "amount", "waits", "what to do")
        names = ("on", "transaction", "category", "amount", "waits", "remedy")
        print_table(
            heads,
            [[f"{one['currency']} {one[name]}" if name == "amount" else one[name] for name in names] for one in found],
        )
        print("Decide on each at /processor.")
    return int(bool(found))


def _told(entity: str, one: Wait) -> dict[str, Any]:
    move = one.treated.move
    return {
        "entity": entity, "connection": f"{one.source.provider}:{one.source.company_id}", "on": move.on.isoformat(),
        "transaction": move.row.external_id, "category": move.category, "amount": str(move.gross.decimal()),
        "currency": move.gross.currency, "waits": one.sentence, "remedy": one.remedy,
    }  # fmt: skip
