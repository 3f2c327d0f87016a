"""A finding for each payment that names a journal and no line of it, where not but one line can be meant."""

from __future__ import annotations

from datetime import datetime

from ledger.finding import Finding
from store.intake import add_findings
from store.queries.exports.journals import Guessed, guessed
from store.queries.exports.parts import Reader
from store.queries.unnamed import names_no_line
from store.queries.unsourced import settle_told
from sync.apply import Target

CODE = "line_unnamed"


def note_unnamed(target: Target, now: datetime) -> None:
    scope = target.scope
    with target.database.write() as connection:
        some = names_no_line(connection, scope)
        found = guessed(Reader(connection, scope.organisation_id), scope.connection_id) if some else []
        add_findings(connection, scope, [_finding(one) for one in found], now)
        settle_told(connection, scope, CODE, [one.row.record_id for one in found], now)


def _finding(guess: Guessed) -> Finding:
    row = guess.row
    journals = [row.source_external_id] * (row.source_kind == "journal") + [row.target_external_id] * (
        row.target_kind == "journal"
    )
    named = " and ".join(one.rpartition("/")[0].replace("/", " ") for one in journals)
    lines = ", ".join(one.rpartition("/")[2] for one in guess.lines)
    taken = (
        f"line {lines} was taken, by customer, side and amount" if lines else "no line of it that is known here fits"
    )
    sentence = f"{row.record_kind} {row.record_id} is applied to {named} without saying to which line; {taken}."
    return Finding(CODE, sentence, record_kind=row.record_kind, external_id=row.record_id, field="TxnLineId")
