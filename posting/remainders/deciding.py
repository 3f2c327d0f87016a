"""Deciding what becomes of the rest of an invoice: one transaction with its audit entry, and a posting in the outbox."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from ledger.faults import Refused
from ledger.money import Money
from ledger.posting import Cause, PostingState
from posting import ruling
from posting.planning.books import Books, books_of
from posting.remainders import limits
from posting.remainders.facts import Left, left_of
from posting.remainders.kinds import WAYS, Remainder
from posting.remainders.offers import allowed, relief_of, used_by_now
from store import outbox
from store.audit import Act, lock, record
from store.database import Connection, Database


def decide(
    database: Database,
    books: Books,
    document_id: UUID,
    kind: Remainder,
    amount: Money,
    *,
    by: str,
    now: datetime,
    note: str = "",
    on: date | None = None,
) -> tuple[UUID, PostingState]:
    """Gives the posting and whether it is ready or awaits a second person. on: its day; today where none is given.

    Raises NotPosted (over a limit, period locked, tax not known...), Refused, Conflict, NotFound.
    """
    if not WAYS[kind].posts:
        raise Refused("A short payment stays owed: nothing is posted until it is decided what it is.")
    with database.write() as connection:
        lock(connection, books.organisation_id)
        left = left_of(connection, books, document_id)
        used = used_by_now(connection, books)
        allowed(connection, books, left, kind, amount, by=by, used=used, on=on)
        choices = _choices(books, left, kind, amount, note, on)
        new = outbox.NewPosting(
            organisation_id=books.organisation_id, entity_id=books.entity_id, connection_id=books.connection_id,
            cause=Cause.WRITE_OFF, cause_id=f"{document_id}/{kind.value}", amount=amount, on=on or books.today,
            choices=choices,
        )  # fmt: skip
        own = outbox.add(connection, new, by=by, reason=note or WAYS[kind].words, now=now)
        state = PostingState.READY
        because = limits.second_because(books, kind, amount, used, document_id)
        if because:
            state = PostingState.AWAITING
            _await(connection, books.organisation_id, own, because, by=by, now=now)
        _audit(
            connection,
            books,
            "remainder.decide",
            own,
            f"{amount} of {left.owed.name}: {_named(kind)}.",
            choices,
            by,
            now,
        )
    return own, state


def _await(connection: Connection, organisation_id: UUID, own: UUID, because: str, *, by: str, now: datetime) -> None:
    outbox.move(
        connection, organisation_id, [own], PostingState.AWAITING, expected=(PostingState.READY,), by=by, now=now,
        reason=f"Let go of by one person; {because} a second one must agree.",
    )  # fmt: skip


def again(connection: Connection, row: Any, fresh: Callable[[], UUID], *, by: str, now: datetime) -> UUID:
    """What was undone is let go of once more (`fresh` writes it down): by this month's limits, with a second person's yes.

    Raises NotPosted where it is over a limit by now.
    """
    rules, _ = ruling.load(connection, row.organisation_id, row.entity_id)
    books = books_of(connection, row.organisation_id, row.connection_id, rules, now=now)
    choices, amount = row.choices or {}, Money(row.amount_minor, row.currency)
    used = used_by_now(connection, books)
    kind = Remainder(choices["kind"])
    limits.check(books, used, kind, amount, by=by, customer=choices.get("customer", ""))
    own = fresh()
    because = limits.second_because(books, kind, amount, used, UUID(choices["document"]))
    if because:
        _await(connection, row.organisation_id, own, because, by=by, now=now)
    return own


def _choices(books: Books, left: Left, kind: Remainder, amount: Money, note: str, on: date | None) -> dict[str, Any]:
    """What was seen when it was decided: it is planned by these, and audited with them."""
    parts = left.parts(kind, amount)
    task = relief_of(left, kind, amount, books)
    return {
        "kind": kind.value,
        "document": str(left.owed.document_id),
        "name": left.owed.name,
        "customer": left.owed.customer or "",
        "tax": [{"code": part.code, "gross": part.gross.minor, "tax": part.tax.minor} for part in parts],
        "note": note,
        **({} if on is None else {"date": on.isoformat()}),
        **({} if task is None else {"task": {"on": task[0].isoformat(), "sentence": task[1]}}),
    }


def _named(kind: Remainder) -> str:
    return kind.value.replace("_", " ")


def second(database: Database, organisation_id: UUID, posting_id: UUID, *, by: str, now: datetime) -> None:
    """The second person's yes. Raises Refused for the same person, Conflict where it does not wait any more."""
    with database.write() as connection:
        lock(connection, organisation_id)
        row = outbox.find(connection, organisation_id, posting_id)
        if row.state != PostingState.AWAITING.value:
            raise Refused("This does not wait for a second person; look at it again.")
        if row.approved_by == by:
            raise Refused("You have decided this already; above this sum a second person must agree.")
        outbox.move(
            connection, organisation_id, [posting_id], PostingState.READY, expected=(PostingState.AWAITING,), by=by,
            reason="Agreed by a second person.", now=now,
        )  # fmt: skip
        outbox.change(connection, organisation_id, [posting_id], choices={**row.choices, "seconded_by": by})
        _act(connection, organisation_id, "remainder.second", posting_id, "A second person agreed.", {}, by, now)


def withdraw(database: Database, organisation_id: UUID, posting_id: UUID, *, by: str, now: datetime) -> None:
    """Takes a decision back that has not reached the books. Raises Refused where it has."""
    with database.write() as connection:
        lock(connection, organisation_id)
        row = outbox.find(connection, organisation_id, posting_id)
        outbox.may_withdraw(connection, row)
        outbox.move(
            connection, organisation_id, [posting_id], PostingState.WITHDRAWN,
            expected=(PostingState.AWAITING, PostingState.READY, PostingState.FAILED, PostingState.GIVEN_UP), by=by,
            reason="The decision was taken back.", now=now,
        )  # fmt: skip
        words = "What was let go of is owed again: the decision was taken back."
        _act(connection, organisation_id, "remainder.withdraw", posting_id, words, {}, by, now)


def _audit(
    connection: Connection, books: Books, verb: str, own: UUID, words: str, detail: Mapping[str, Any], by: str, now: datetime
) -> None:  # fmt: skip
    _act(connection, books.organisation_id, verb, own, words, detail, by, now)


def _act(
    connection: Connection, organisation_id: UUID, verb: str, own: UUID, words: str, detail: Mapping[str, Any], by: str,
    now: datetime,
) -> None:  # fmt: skip
    act = Act(actor=by, verb=verb, object_kind="posting", object_id=str(own), summary=words, detail=detail)
    record(connection, organisation_id, act, now)
