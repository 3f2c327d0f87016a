"""A person asks for what is ready to be sent: the worker sends it, in mode by_hand as in automatic."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from ledger.faults import NotFound
from store import outbox
from store.audit import Act, lock, record
from store.database import Connection, Database
from store.queries.outbox import ready_ids
from store.tenancy import new_id


def ask(
    database: Database, organisation_id: UUID, connection_id: UUID, posting_ids: Sequence[UUID] | None, *, by: str,
    now: datetime,
) -> UUID:  # fmt: skip
    """Asks for these, or for all that is ready for a connection: one act, one entry in the audit log. Gives the act's id.

    Raises NotFound where nothing of it is ready any more.
    """
    with database.write() as connection:
        lock(connection, organisation_id)
        return ask_in(connection, organisation_id, connection_id, posting_ids, by=by, now=now)


def ask_in(
    connection: Connection, organisation_id: UUID, connection_id: UUID, posting_ids: Sequence[UUID] | None, *, by: str,
    now: datetime,
) -> UUID:  # fmt: skip
    """As `ask`, in a transaction that the caller holds alone."""
    ids = ready_ids(connection, organisation_id, connection_id)
    if posting_ids is not None:
        chosen = set(posting_ids)
        ids = [own for own in ids if own in chosen]
    if not ids:
        raise NotFound("Nothing of this is ready to be posted any more; look at it again.")
    batch_id = new_id(now)
    outbox.change(connection, organisation_id, ids, batch_id=batch_id, due_at=None)
    act = Act(
        actor=by, verb="posting.ask", object_kind="batch", object_id=str(batch_id),
        summary=f"{len(ids)} {'posting was' if len(ids) == 1 else 'postings were'} asked for.",
        detail={"connection": str(connection_id), "postings": sorted(str(own) for own in ids)},
    )  # fmt: skip
    record(connection, organisation_id, act, now)
    return batch_id
