"""What became of our records after they were posted: voided, deleted or changed in the books by somebody.

Looked at after each pull, in the store alone. Nothing is mended in silence: each is a finding with its cause, and the
posting says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from ledger.finding import Finding, Severity
from ledger.match import MatchState
from ledger.money import Money
from ledger.posting import EntryState, PostingState
from posting.compare import Difference
from posting.ending import undone
from posting.failing import fail
from posting.outlet import POSTER, Ledger
from posting.read_back import compared
from posting.refusal import NotPosted
from store import intake, outbox, outbox_entries
from store.database import Connection
from store.queries.own_records import news_of_ours
from store.scope import Scope

_REMEDY = "If it is right as it stands there, undo the match here; if not, mend it in the books, then retry it."


def watch(ledger: Ledger) -> int:
    """Looks at what the pulls brought of our records; how many postings stand otherwise than they did."""
    scope = Scope(ledger.organisation_id, ledger.connection_id)
    with ledger.database.read() as connection:
        if not news_of_ours(connection, scope):
            return 0
    with ledger.write() as connection:
        ids = news_of_ours(connection, scope)
        rows = outbox_entries.entries_of(connection, ledger.organisation_id, ids)
        odd = {own: found for own, found in compared(connection, ledger, rows).items() if found}
        for posting in outbox.find_many(connection, ledger.organisation_id, list(odd)):
            mine = [row for row in rows if row.posting_id == posting.id]
            _changed(connection, ledger, posting, mine, odd[posting.id])
        outbox_entries.touch(connection, ledger.organisation_id, ids, ledger.now())
    return len(odd)


def _changed(
    connection: Connection, ledger: Ledger, posting: Any, rows: Sequence[Any], odd: Sequence[Difference]
) -> None:
    words = " ".join(one.sentence for one in odd)
    gone = len([one for one in odd if one.code == "vanished"]) == len(rows)
    if gone:
        _end(connection, ledger, [row.id for row in rows])
        reason = f"Its record was taken back in {ledger.name} by somebody else."
        undone(connection, ledger, [posting], reason, by=POSTER, to=MatchState.REVERSED)
    else:
        why = NotPosted("changed_there", f"It was changed in {ledger.name} after it was posted. {words}", _REMEDY)
        fail(connection, ledger, posting, why, expected=PostingState.POSTED)
    scope = Scope(ledger.organisation_id, ledger.connection_id)
    intake.add_findings(connection, scope, [_finding(row, words, gone=gone) for row in rows[:1]], ledger.now())


def _end(connection: Connection, ledger: Ledger, ids: Sequence[UUID]) -> None:
    outbox_entries.set_state(connection, ledger.organisation_id, ids, EntryState.ENDED, ledger.now())


def _finding(row: Any, words: str, *, gone: bool) -> Finding:
    what = "is gone from the books" if gone else "was changed in the books"
    return Finding(
        code="own_record_gone" if gone else "own_record_changed",
        sentence=f"A record that Tieout posted ({Money(row.amount_minor, row.currency)} of {row.dated_on}) {what}: {words}",
        severity=Severity.WARNING,
        record_kind=row.record_kind,
        external_id=row.external_id,
    )
