"""A payment that says no currency is in that of the document that it pays, which may come after it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from connectors.port import Connector
from ledger.finding import BESIDE
from store import intake
from store.queries.uncertain import currencies_beside
from store.written import storable_alone, write_values
from sync.apply import Target
from sync.replay import mapped_again

CODE = "currency_missing"


def settle_currencies(target: Target, connector: Connector, now: datetime) -> int:
    """Maps them again with what their documents say. Returns how many values changed."""
    scope = target.scope
    with target.alone() as connection:
        said = currencies_beside(connection, scope, CODE)
        incoming = []
        for row in intake.records_named(connection, scope, list(said)):
            context = replace(target.context, document_currencies=said[row.kind, row.external_id])
            incoming.append(mapped_again(connection, connector, context, row))
        incoming = storable_alone(scope, incoming)
        known = intake.known_records(connection, scope, list(said))
        changed = write_values(connection, scope, incoming, known, now)
        intake.note_nouns(connection, scope, incoming, known)
        intake.note_findings(connection, scope, incoming, now, keep=BESIDE)
    return changed
