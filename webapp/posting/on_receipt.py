"""What a receipt's page and the queue say of posting: how far it is, what stands, and what would be written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from store.database import Connection
from store.queries.screens import posting
from webapp.context import organisation_id
from webapp.posting.preview import Preview, preview_of, preview_of_proposal
from webapp.posting.reversal import candidates
from webapp.posting.view import rows_of, written
from webapp.posting.waits import books_shown, paused_sources
from webapp.queue.view import Answer

_PROPOSED = frozenset({"proposed", "awaiting"})
_UNWRITTEN = frozenset({"ready", "failed", "awaiting"})


def postings_of(connection: Connection, receipt: Any, answers: Sequence[Answer], *, decided: bool) -> dict[str, Any]:
    """All postings of a receipt with their records; before there is one, what accepting the best answer would write."""
    found = posting.of_receipt(connection, organisation_id(), receipt.id)
    paused = paused_sources(connection, organisation_id(), receipt.entity_id)
    rows = rows_of(connection, organisation_id(), found, books_shown(connection, organisation_id()), paused)
    shown = []
    for row in rows:
        records = written(connection, organisation_id(), row.posting)
        fresh = row.posting.state in _UNWRITTEN and not any(one.row.external_id for one in records)
        shown.append(
            {"row": row, "records": records, "preview": preview_of(connection, row.posting) if fresh else None}
        )
    standing = [row for row in rows if row.posting.state not in ("undone", "withdrawn")]
    return {
        "postings": shown,
        "reversals": [] if standing else candidates(connection, receipt),
        "would_write": would_write(connection, receipt, answers) if not decided and not standing else None,
    }


def would_write(connection: Connection, receipt: Any, answers: Sequence[Answer]) -> Preview | None:
    """Of the best answer, if it is still open."""
    if not answers or answers[0].state not in _PROPOSED:
        return None
    return preview_of_proposal(connection, receipt, answers[0].match_id)
