"""`/posting/undo`: what would be taken back in the books, line by line, before anybody says yes; and doing it again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from ledger.faults import BadInput, Conflict, NotFound, Refused
from posting.planning.books import books_of
from posting.processor import saying
from posting.processor.entries import CAUSES
from posting.undo import acts, preview
from store.database import Connection
from store.queries.screens import posting
from webapp import toasts
from webapp.auth.rights import Right, needs
from webapp.context import database, now, organisation_id, person
from webapp.posting.acts import act_on, nudge
from webapp.posting.bulk import as_seen, fingerprint, picked, postings_words, seen_as, sums
from webapp.posting.place import Place
from webapp.posting.view import Row, rows_of
from webapp.posting.waits import Books, books_shown
from webapp.shown import figure

blueprint = Blueprint("posting_undo", __name__, url_prefix="/posting")
_OF_A_PROCESSOR: Final = frozenset(cause.value for cause in CAUSES)
AT_ONCE_MAX: Final = 500  # each is looked at by itself; more would keep the person waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A posting with what an undo would do to it."""

    row: Row
    undo: preview.UndoLine


@blueprint.get("/undo")
@needs(Right.READ)
def page() -> str | Response:
    with database().read() as connection:
        rows, left = _asked_for(connection, request.args)
        lines = _lines(connection, rows)
    if not lines:
        toasts.failed("None of these is as you saw it any more; look at them again.")
        return redirect(url_for("posting.page", tab="posted"), code=303)
    goes = [line for line in lines if line.undo.way == preview.UNDO]
    amounts = " and ".join(
        f"{amount.currency} {figure(amount)}" for amount in sums([line.row.posting for line in goes])
    )
    return render_template(
        "posting/undo.html", goes=goes, others=[line for line in lines if line not in goes], left=left,
        words=f"Undo {postings_words(len(goes))}, {amounts}", fingerprint=fingerprint(rows),
        fields=[(name, value) for name, value in request.args.items(multi=True) if value], most=AT_ONCE_MAX,
        back=Place.read({**request.args, "tab": "posted"}).address(at=None),
    )  # fmt: skip


@blueprint.post("/undo")
@needs(Right.POST)
def undo() -> Response:
    """Asks the worker to take back what the page listed, if it is still as it was seen there."""
    try:
        with database().read() as connection:
            rows, _ = _asked_for(connection, request.form)
            if fingerprint(rows) != request.form.get("fingerprint"):
                raise Conflict("What is listed has changed since you looked; look at the lines again.")
            lines = _lines(connection, rows)
            books = books_shown(connection, organisation_id())
        number = _ask([line.row.posting for line in lines if line.undo.way == preview.UNDO], books)
    except (BadInput, Conflict, Refused, NotFound) as fault:
        toasts.failed(str(fault))
        again: dict[str, Any] = {
            name: given for name, given in request.form.lists() if name not in ("csrf_token", "fingerprint")
        }
        return redirect(url_for("posting_undo.page", **again), code=303)
    words = nudge({line.row.posting.connection_id for line in lines})
    where = "; it stands under Undone as soon as" if number == 1 else "; they stand under Undone as soon as"
    toasts.done(f"{postings_words(number)} being taken back in the books{where} that is done. {words}".strip())
    first = next(line.row.posting.id for line in lines if line.undo.way == preview.UNDO)
    return redirect(url_for("posting.page", tab="sending", at=first), code=303)


def _ask(rows: Sequence[Any], books: dict[UUID, Books]) -> int:
    """One act for each set of books. Raises what posting.undo.acts.ask raises."""
    by_books: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        by_books[row.connection_id].append(row)
    for own in by_books:
        standing = books.get(own)
        if standing is None or standing.stop is not None:
            raise Refused(
                "Posting to these books is stopped, so nothing is taken back either; an owner resumes it first."
            )
    for own, few in by_books.items():
        with database().read() as connection:
            whole = books_of(connection, organisation_id(), own, books[own].rules, now=now())
        acts.ask(database(), whole, [row.id for row in few], by=person().actor, now=now())
    return len(rows)


def _asked_for(connection: Connection, given: MultiDict[str, str]) -> tuple[list[Any], int]:
    """The postings that the address names, and how many more it would be: ticked ones, or all that a place lists."""
    texts = given.getlist("pick")
    if texts:
        chosen = picked(texts)
        try:
            rows = as_seen(connection, chosen)
        except Conflict:
            return [], 0
        return rows[:AT_ONCE_MAX], max(0, len(rows) - AT_ONCE_MAX)
    wanted = Place.read({**given, "tab": "posted"}).wanted()
    rows = posting.page(connection, wanted, limit=AT_ONCE_MAX, offset=0)
    return rows, max(0, posting.count(connection, wanted) - len(rows))


def _lines(connection: Connection, rows: Sequence[Any]) -> list[Line]:
    books = books_shown(connection, organisation_id())
    found: dict[UUID, preview.UndoLine] = {}
    by_books: dict[UUID, list[UUID]] = defaultdict(list)
    for row in rows:
        by_books[row.connection_id].append(row.id)
    for own, ids in by_books.items():
        if own in books:
            whole = books_of(connection, organisation_id(), own, books[own].rules, now=now())
            found |= {line.posting_id: line for line in preview.preview(connection, whole, ids).lines}
    whole_rows = [posting.find(connection, organisation_id(), row.id) for row in rows if row.id in found]
    shown = rows_of(connection, organisation_id(), [row for row in whole_rows if row is not None], books)
    return [Line(row=row, undo=found[row.posting.id]) for row in shown]


@blueprint.post("/redo")
@needs(Right.POST)
def redo() -> Response:
    """What was undone is to stand again; it comes to Ready."""
    chosen = picked(request.form.getlist("pick"))

    def do() -> str:
        with database().read() as connection:
            rows = as_seen(connection, chosen)
        again = [row for row in rows if row.cause_kind in _OF_A_PROCESSOR]
        with database().write() as connection:
            for row in again:
                saying.again(connection, organisation_id(), row.id, by=person().actor, now=now())
        for row in rows:
            if row not in again:
                acts.redo(database(), organisation_id(), row.id, by=person().actor, now=now())
        if again:
            return f"{postings_words(len(rows))} to stand again; what is the processor's comes with the next look."
        return f"{postings_words(len(rows))} under Ready again."

    return act_on(do)


@blueprint.post("/<uuid:posting_id>/anyway")
@needs(Right.POST)
def anyway(posting_id: UUID) -> Response:
    """What was found in the books is other money."""

    def do() -> str:
        with database().read() as connection:
            as_seen(connection, {posting_id: seen_as(request.form.get("seen", ""))})
        acts.post_anyway(database(), organisation_id(), posting_id, by=person().actor, now=now())
        return "It is other money; the posting is under Ready again."

    return act_on(do)
