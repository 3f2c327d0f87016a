"""Mapping kept payloads again, without a call: a mended mapping reaches what was pulled before, and what was found in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from connectors.port import Connector, Context, Record
from ledger.finding import BESIDE
from store import intake, payloads
from store.database import Connection
from store.incoming import Incoming
from store.written import storable_alone, write_values
from sync.apply import Target

BATCH = 500


def replay(target: Target, connector: Connector, *, now: Callable[[], datetime]) -> int:
    """Returns how many values changed. Accounts come first in the order of kinds, so that AR is known: two rounds."""
    changed = _round(target.fresh(), connector, now)
    return changed + _round(target.fresh(), connector, now)


def _round(target: Target, connector: Connector, now: Callable[[], datetime]) -> int:
    changed, after = 0, None
    while True:
        with target.alone() as connection:
            rows = intake.kept_records(connection, target.scope, after, BATCH)
            mapped = [mapped_again(connection, connector, target.context, row) for row in rows if not row.deleted]
            incoming = storable_alone(target.scope, mapped)
            known = intake.known_records(connection, target.scope, [item.key for item in incoming])
            changed += write_values(connection, target.scope, incoming, known, now())
            intake.note_nouns(connection, target.scope, incoming, known)
            intake.note_findings(connection, target.scope, incoming, now(), keep=BESIDE)
        if len(rows) < BATCH:
            return changed
        after = (rows[-1].kind, rows[-1].external_id)


def mapped_again(connection: Connection, connector: Connector, context: Context, row: Any) -> Incoming:
    """A kept record, a row of `records`, as it is mapped now."""
    record = Record(
        kind=row.kind,
        external_id=row.external_id,
        raw=payloads.payload(connection, row),
        seen_at=row.seen_at,
        updated_at=row.updated_at,
        version=row.version,
    )
    mapped = connector.map(record, context)
    return Incoming(
        kind=record.kind,
        external_id=record.external_id,
        version=record.version,
        updated_at=record.updated_at,
        seen_at=record.seen_at,
        deleted=False,
        raw=record.raw,
        values=mapped.values,
        findings=mapped.findings,
    )
