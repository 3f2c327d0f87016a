"""A finding for each invoice of a processor of whose settlement a part has no source here; settled once one is known."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ledger.finding import Finding, Severity
from ledger.money import Money
from store.intake import add_findings
from store.queries.unsourced import settle_told, unsourced
from sync.apply import Target

CODE = "settled_without_source"


def note_unsourced(target: Target, now: datetime, *, since: datetime | None = None) -> None:
    """since: invoices written since then, and those told of already; None: all of the connection's."""
    with target.database.write() as connection:
        rows = unsourced(connection, target.scope, CODE, since)
        add_findings(connection, target.scope, [_finding(row) for row in rows], now)
        settle_told(connection, target.scope, CODE, [row.record_id for row in rows], now)


def _finding(row: Any) -> Finding:
    missing = Money(int(row.missing), row.currency)
    sentence = (
        f"invoice {row.number or row.record_id} counts {missing} as paid of which no payment, credit note or balance is known "
        "here: it was marked as paid by hand, or paid by something that the provider does not list."
    )
    return Finding(CODE, sentence, Severity.NOTE, row.record_kind, row.record_id)
