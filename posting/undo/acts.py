"""Asking for an undo, and doing again what was undone. Each act is one transaction with one entry in the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from ledger.faults import BadInput, Conflict, Refused
from ledger.match import MatchState
from ledger.money import Money
from ledger.posting import Cause, PostingState
from ledger.receipt import PostStatus, ReceiptStatus, SightingKind
from posting.found import POST
from posting.planning.books import Books
from posting.processor import saying
from posting.processor.entries import CAUSES
from posting.remainders import deciding
from posting.undo.bound import refuse_if_bound
from posting.undo.preview import UNDOABLE
from store import outbox
from store.audit import Act, lock, record
from store.database import Connection, Database
from store.matches import find_match, lines_of, matches_of
from store.outbox_matches import move_matches, set_post_status
from store.queries.documents import find_document, find_receipt
from store.queries.planning import taken_by_others
from store.queries.undoing import reversed_postings
from store.receipts import drop_sightings_of
from store.tenancy import new_id

_STANDING = (MatchState.AWAITING, MatchState.APPROVED, MatchState.POSTING, MatchState.POSTED, MatchState.FAILED)
NOBODY = UUID(int=0)
_PROCESSOR = frozenset(cause.value for cause in CAUSES)
_TAKEN = (ReceiptStatus.ALREADY_RECORDED.value, ReceiptStatus.NOT_A_PAYMENT.value)


def ask(database: Database, books: Books, posting_ids: Sequence[UUID], *, by: str, now: datetime) -> UUID:
    """Several postings are to be taken back, all or none; the runner does it. Gives the act's id.

    Raises NotPosted for the first that is bound (posting/undo/bound.py), Refused, Conflict.
    """
    if not posting_ids:
        raise BadInput("No posting is chosen; tick those that are to be undone.")
    own = books.organisation_id
    with database.write() as connection:
        lock(connection, own)
        rows = outbox.find_many(connection, own, posting_ids)
        for row in rows:
            _may_be_undone(connection, books, row)
        batch_id = new_id(now)
        ids = [row.id for row in rows]
        outbox.move(
            connection, own, ids, PostingState.UNDOING, expected=UNDOABLE, by=by, reason="Somebody asked to undo it.",
            now=now, due_at=None,
        )  # fmt: skip
        outbox.change(connection, own, ids, batch_id=batch_id)
        _audit(connection, own, "posting.undo", rows, f"Undo of {len(ids)} postings was asked for.", by, now, batch_id)
    return batch_id


def _may_be_undone(connection: Connection, books: Books, row: Any) -> None:
    if PostingState(row.state) not in UNDOABLE:
        raise Refused(f"A posting is {row.state.replace('_', ' ')} by now and cannot be undone; look at it again.")
    if row.connection_id != books.connection_id:
        raise BadInput("These postings belong to several books; undo those of one at a time.")
    if not outbox.reached(connection, books.organisation_id, row.id):
        raise Refused("Nothing of this posting stands in the books; undo its match instead.")
    refuse_if_bound(connection, books, row)


def redo(database: Database, organisation_id: UUID, posting_id: UUID, *, by: str, now: datetime) -> UUID:
    """What was undone is to stand again: its match is approved as before, with a posting of its own. Gives that.

    A processor's money is let go of instead (the undone posting is given): the next look writes what it asks for by then.

    Raises Refused, Conflict where the receipt has another answer by now.
    """
    with database.write() as connection:
        lock(connection, organisation_id)
        row = outbox.find(connection, organisation_id, posting_id)
        if row.state != PostingState.UNDONE.value:
            raise Refused("Only what was undone can be done again.")
        if row.cause_kind in _PROCESSOR:
            saying.again(connection, organisation_id, posting_id, by=by, now=now)
            return posting_id
        if row.match_id is not None:
            _approve_again(connection, row, by=by, now=now)
        if row.cause_kind == Cause.REVERSAL.value:
            _still_stands(connection, row)
        fresh = outbox.NewPosting(
            organisation_id=organisation_id, entity_id=row.entity_id, connection_id=row.connection_id,
            cause=Cause(row.cause_kind), cause_id=row.cause_id, amount=Money(row.amount_minor, row.currency),
            on=row.dated_on, match_id=row.match_id, receipt_id=row.receipt_id, choices=_asked_for(row.choices),
        )  # fmt: skip

        def add() -> UUID:
            return outbox.add(connection, fresh, by=by, reason="It was undone and is to stand again.", now=now)

        is_let_go = row.cause_kind == Cause.WRITE_OFF.value
        own = deciding.again(connection, row, add, by=by, now=now) if is_let_go else add()
        _audit(connection, organisation_id, "posting.redo", [row], "What was undone is to stand again.", by, now, own)
    return own


def _still_stands(connection: Connection, reversal: Any) -> None:
    """Raises Refused where the payment that a reversal is of does not stand any more, or has another reversal by now."""
    own = reversal.organisation_id
    of = str((reversal.choices or {}).get("of", ""))
    if of and outbox.find(connection, own, UUID(of)).state != PostingState.POSTED.value:
        raise Refused("That payment does not stand in the books any more, so there is nothing to reverse.")
    if of in reversed_postings(connection, own):
        raise Refused("Another reversal of that payment was decided on meanwhile; look at the receipt again.")


def _asked_for(choices: Any) -> dict[str, Any]:
    return {name: value for name, value in (choices or {}).items() if name not in ("offered", "seconded_by")}


def post_anyway(database: Database, organisation_id: UUID, posting_id: UUID, *, by: str, now: datetime) -> None:
    """A person says that what was found in the books is other money: the posting is ready again and looks no more.

    Raises Refused, Conflict.
    """
    with database.write() as connection:
        lock(connection, organisation_id)
        row = outbox.find(connection, organisation_id, posting_id)
        if row.state != PostingState.FOUND.value:
            raise Refused("This posting is not one that was found in the books; retry it instead.")
        if row.receipt_id is not None:
            drop_sightings_of(connection, organisation_id, row.receipt_id, [SightingKind.LEDGER])
            set_post_status(
                connection, organisation_id, [row.receipt_id], PostStatus.NONE, status=ReceiptStatus.UNMATCHED.value,
                status_reason="What was found in the books is other money.",
            )  # fmt: skip
        if row.match_id is not None:
            _approve_again(connection, row, by=by, now=now)
        outbox.move(
            connection, organisation_id, [row.id], PostingState.READY, expected=(PostingState.FOUND,), by=by,
            reason="What was found in the books is other money.", now=now,
        )  # fmt: skip
        choices = {**_asked_for(row.choices), "same_money": POST}
        outbox.change(connection, organisation_id, [row.id], choices=choices)
        words = "What was found in the books is other money; it is posted anyway."
        _audit(connection, organisation_id, "posting.anyway", [row], words, by, now, row.id)


def _approve_again(connection: Connection, row: Any, *, by: str, now: datetime) -> None:
    own = row.organisation_id
    match = find_match(connection, own, row.match_id)
    receipt = find_receipt(connection, own, match.receipt_id)
    if receipt.status in _TAKEN:
        raise Refused(f"This receipt is not to be matched any more: {receipt.status_reason}")
    standing = [state.value for state in _STANDING]
    if any(one.id != match.id and one.state in standing for one in matches_of(connection, own, match.receipt_id)):
        raise Conflict("Another match of this receipt was accepted meanwhile; look at the receipt again.")
    left = _still_fits(connection, match, receipt)
    moved = move_matches(
        connection, own, [match.id], MatchState.APPROVED,
        expected=(MatchState.UNDONE, MatchState.REVERSED, MatchState.PROPOSED), by=by, reason="Accepted again.", now=now,
    )  # fmt: skip
    if not moved:
        raise Conflict("Somebody has decided on this match meanwhile; look at the receipt again.")
    status = ReceiptStatus.PARTLY_MATCHED if left > 0 else ReceiptStatus.MATCHED
    set_post_status(
        connection, own, [match.receipt_id], PostStatus.APPROVED, status=status.value, status_reason=match.reason,
        unapplied_minor=max(0, left),
    )  # fmt: skip


def _still_fits(connection: Connection, match: Any, receipt: Any) -> int:
    """The documents hold what the match takes of them beside all other promises, and the receipt holds the money.

    Gives what it leaves of the receipt.
    """
    own = match.organisation_id
    lines = lines_of(connection, own, match.id)
    ids = [line.document_id for line in lines]
    taken = taken_by_others(connection, own, ids, but_match=match.id, but_posting=NOBODY)
    for line in lines:
        document = find_document(connection, own, line.document_noun, line.document_id)
        left = document.open_amount_minor - taken[line.document_id]
        if document.gone_at is not None or abs(line.applied_minor) > left:
            name, shown = document.number or document.external_id, Money(max(0, left), document.currency)
            raise Refused(
                f"Of {name} only {shown} is open by now, less than the match applies; match the receipt anew."
            )
    abroad = any(line.currency != receipt.currency for line in lines)  # such lines take all of it
    spent = receipt.open_minor if abroad else sum(line.applied_minor for line in lines)
    if abs(spent) > abs(receipt.open_minor):
        shown = Money(receipt.open_minor, receipt.currency)
        raise Refused(f"Of this receipt only {shown} is left by now; match it anew.")
    return int(receipt.open_minor - spent)


def _audit(
    connection: Connection, organisation_id: UUID, verb: str, rows: Sequence[Any], words: str, by: str, now: datetime,
    act_id: UUID,
) -> None:  # fmt: skip
    detail = {"postings": [str(row.id) for row in rows], "act": str(act_id)}
    about = str(rows[0].id) if len(rows) == 1 else str(act_id)
    kind = "posting" if len(rows) == 1 else "batch"
    act = Act(actor=by, verb=verb, object_kind=kind, object_id=about, summary=words, detail=detail)
    record(connection, organisation_id, act, now)
