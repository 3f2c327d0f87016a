"""The queue of what could not be posted: retry, choose something else, give up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from ledger.faults import Refused
from ledger.match import MatchState
from ledger.posting import PostingState
from ledger.receipt import PostStatus
from store import outbox
from store.audit import Act, lock, record
from store.database import Connection, Database
from store.outbox_matches import free_receipts, move_matches, set_post_status
from store.tenancy import new_id

_OFFERED = "offered"  # what a refusal says may be chosen


def retry(
    database: Database, organisation_id: UUID, posting_ids: Sequence[UUID], *, by: str, now: datetime,
    choices: Mapping[str, Any] | None = None,
) -> UUID:  # fmt: skip
    """Ready again, and asked for; gives the act's id. choices: what a person chose for them (a date, an account).

    Raises Conflict where one is not failed any more: what was given up is matched and accepted anew.
    """
    with database.write() as connection:
        lock(connection, organisation_id)
        rows = outbox.find_many(connection, organisation_id, posting_ids)
        batch_id = new_id(now)
        for row in rows:
            kept = {name: value for name, value in (row.choices or {}).items() if name != _OFFERED}
            outbox.change(connection, organisation_id, [row.id], choices={**kept, **(choices or {})}, batch_id=batch_id)
        outbox.move(
            connection, organisation_id, posting_ids, PostingState.READY,
            expected=(PostingState.FAILED,), by=by, reason="It is tried again.", now=now, due_at=None,
        )  # fmt: skip
        matched = [row for row in rows if row.match_id is not None]
        move_matches(
            connection, organisation_id, [row.match_id for row in matched], MatchState.APPROVED,
            expected=(MatchState.FAILED,), by=by, reason="Its posting is tried again.", now=now,
        )  # fmt: skip
        receipts = [row.receipt_id for row in matched if row.receipt_id is not None]
        set_post_status(connection, organisation_id, receipts, PostStatus.APPROVED)
        _audit(connection, organisation_id, "posting.retry", batch_id, posting_ids, dict(choices or {}), by, now)
    return batch_id


def give_up(
    database: Database, organisation_id: UUID, posting_ids: Sequence[UUID], *, by: str, reason: str, now: datetime
) -> None:
    """It is not posted: the match ends, what it reserved is free, and its receipt waits for another answer.

    Raises Refused where a part of one stands in the books, Conflict where one is not failed any more.
    """
    with database.write() as connection:
        lock(connection, organisation_id)
        rows = outbox.find_many(connection, organisation_id, posting_ids)
        for row in rows:
            if outbox.reached(connection, organisation_id, row.id):
                raise Refused("A part of this stands in the books; retry it, or undo that part first.")
        outbox.move(
            connection, organisation_id, posting_ids, PostingState.GIVEN_UP, expected=(PostingState.FAILED,), by=by,
            reason=reason or "Given up.", now=now, code="given_up",
        )  # fmt: skip
        matched = [row for row in rows if row.match_id is not None]
        move_matches(
            connection, organisation_id, [row.match_id for row in matched], MatchState.UNDONE,
            expected=(MatchState.FAILED,), by=by, reason="Its posting was given up.", now=now,
        )  # fmt: skip
        receipts = [row.receipt_id for row in matched if row.receipt_id is not None]
        free_receipts(connection, organisation_id, receipts, "Its posting was given up; look again.")
        _audit(connection, organisation_id, "posting.give_up", new_id(now), posting_ids, {"reason": reason}, by, now)


def _audit(
    connection: Connection, organisation_id: UUID, verb: str, act_id: UUID, ids: Sequence[UUID], detail: dict[str, Any],
    by: str, now: datetime,
) -> None:  # fmt: skip
    act = Act(
        actor=by, verb=verb, object_kind="batch", object_id=str(act_id),
        summary=f"{len(ids)} failed {'posting' if len(ids) == 1 else 'postings'}: {verb.rpartition('.')[2].replace('_', ' ')}.",
        detail={**detail, "postings": sorted(str(own) for own in ids)},
    )  # fmt: skip
    record(connection, organisation_id, act, now)
