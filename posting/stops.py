"""The kill switch of a connection, and the pauses that the outbox makes by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from ledger.posting import Stop
from store import outbox, posting_rules
from store.audit import Act, lock, record
from store.database import Connection, Database
from store.deadlines import set_warnings
from store.queries import outbox as queries
from store.scope import Scope

ANOTHER_POSTER = "another_poster"
"""The code of the finding that says why a source is paused; it ends with the pause."""

IN_A_ROW = 5
LOOKED_AT = 20
_VERBS = {True: "posting.stop", False: "posting.resume"}


def standing(connection: Connection, organisation_id: UUID, connection_id: UUID) -> Any | None:
    """The stop that holds: a row with stopped, reason, by and at. None where things may be sent."""
    row = posting_rules.stop(connection, organisation_id, connection_id)
    return None if row is None or row.stopped == Stop.NO.value else row


def stop(
    database: Database, organisation_id: UUID, connection_id: UUID, *, reason: str, by: str, now: datetime,
    kind: Stop = Stop.PERSON,
) -> None:  # fmt: skip
    """Nothing more is sent to this connection: calls that are stored and not sent are dropped, what is ready waits."""
    with database.write() as connection:
        lock(connection, organisation_id)
        stop_in(connection, organisation_id, connection_id, kind=kind, reason=reason, by=by, now=now)


def stop_in(
    connection: Connection,
    organisation_id: UUID,
    connection_id: UUID,
    *,
    kind: Stop,
    reason: str,
    by: str,
    now: datetime,
) -> None:
    """As `stop`, in a transaction that the caller holds alone. One that stands already is left as it is."""
    if standing(connection, organisation_id, connection_id) is None:
        _set(connection, organisation_id, connection_id, kind, reason, by, now)


def resume(database: Database, organisation_id: UUID, connection_id: UUID, *, by: str, now: datetime) -> int | None:
    """Ends a stop; None where none stood. Gives how many postings had been asked for before it.

    They are ready as if nobody had asked: whoever ends a stop ends that alone, and asks for what is to go.
    """
    with database.write() as connection:
        lock(connection, organisation_id)
        if standing(connection, organisation_id, connection_id) is None:
            return None
        asked = queries.asked_of(connection, organisation_id, connection_id)
        outbox.change(connection, organisation_id, asked, batch_id=None)
        _set(connection, organisation_id, connection_id, Stop.NO, "Switched on again.", by, now)
        scope = Scope(organisation_id, connection_id)
        set_warnings(connection, scope, str(connection_id), {ANOTHER_POSTER: None}, now)
        return len(asked)


def _set(
    connection: Connection, organisation_id: UUID, connection_id: UUID, kind: Stop, reason: str, by: str, now: datetime
) -> None:
    posting_rules.set_stop(connection, organisation_id, connection_id, kind.value, reason=reason, by=by, now=now)
    stopped = kind is not Stop.NO
    act = Act(
        actor=by, verb=_VERBS[stopped], object_kind="connection", object_id=str(connection_id),
        summary=f"Posting was {'stopped' if stopped else 'resumed'}: {reason}", detail={"kind": kind.value, "reason": reason},
    )  # fmt: skip
    record(connection, organisation_id, act, now)


def is_storm(refused: Sequence[bool]) -> bool:
    """Whether what a run was told looks like a fault of the whole and not of single postings. The latest stands last."""
    tail = refused[-IN_A_ROW:]
    if len(tail) == IN_A_ROW and all(tail):
        return True
    last = refused[-LOOKED_AT:]
    return len(last) == LOOKED_AT and sum(last) * 2 > LOOKED_AT
