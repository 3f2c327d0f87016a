"""`/history`: who did what, the newest first, and undo where it has not reached the books."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, request

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
        matches = [UUID(row.object_id) for row in entries if row.object_kind == "match"]
        undoable = history.undoable(connection, organisation_id(), matches) if matches else {}
        receipts = history.receipts_of(connection, organisation_id(), matches) if matches else {}
    seen: set[UUID] = set()
    rows = []
    for entry in entries:
        match_id = UUID(entry.object_id) if entry.object_kind == "match" else None
        newest = match_id in undoable and match_id not in seen  # only the last decision on a match can be undone
        if match_id is not None:
            seen.add(match_id)
        rows.append(
            (entry, match_id if newest and before is None else None, receipts.get(match_id) if match_id else None)
        )
    older = entries[-1].sequence if len(entries) == ENTRIES else None
    return render_template("history.html", rows=rows, older=older, before=before)
