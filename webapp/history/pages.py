"""`/history`: who did what, the newest first, and undo where it has not reached the books."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from store import audit
from store.queries.screens import history
from webapp.auth.rights import Right, needs
from webapp.context import database, organisation_id

blueprint = Blueprint("history", __name__)
ENTRIES = 100


@blueprint.get("/history")
@needs(Right.READ)
def page() -> str:
    given = request.args.get("before", "")
    before = int(given) if given.isdecimal() and len(given) < 12 else None
    with database().read() as connection:
        entries = audit.entries(connection, organisation_id(), limit=ENTRIES, before=before)
        matches = _ids(entries, "match")
        undoable = history.undoable(connection, organisation_id(), matches) if matches else {}
        batches = history.undoable_batches(connection, organisation_id(), _ids(entries, "batch"))
        receipts = history.receipts_of(connection, organisation_id(), matches) if matches else {}
    seen: set[UUID] = set()
    rows = []
    for entry in entries:
        match_id = UUID(entry.object_id) if entry.object_kind == "match" else None
        newest = match_id in undoable and match_id not in seen  # only the last decision on a match can be undone
        if match_id is not None:
            seen.add(match_id)
        batch_id = UUID(entry.object_id) if entry.verb == "match.accept_many" else None
        address = None
        if newest and before is None:
            address = url_for("acts.undo", match_id=match_id)
        elif batch_id in batches:
            address = url_for("acts.undo_many", batch_id=batch_id)
        rows.append((entry, address, receipts.get(match_id) if match_id else None))
    older = entries[-1].sequence if len(entries) == ENTRIES else None
    return render_template("history.html", rows=rows, older=older, before=before)


def _ids(entries: list[Any], kind: str) -> list[UUID]:
    return [UUID(row.object_id) for row in entries if row.object_kind == kind]
