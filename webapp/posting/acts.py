"""What people do with postings: post, retry, choose something else, give up. Each names the revision they saw."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from ledger.faults import BadInput, Conflict, NotFound, Refused, Unreachable
from posting import asking, failures
from runtime import jobs
from runtime.outgoing import to_be_sent
from webapp import toasts
from webapp.auth.rights import Right, needs
from webapp.context import database, now, organisation_id, parse_id, person, web
from webapp.paths import is_own_path
from webapp.posting.bulk import all_as_seen, as_seen, picked, postings_words, seen_as
from webapp.posting.offers import offered
from webapp.posting.place import Place
from webapp.posting.waits import Books, books_shown, held_back, may_go, paused_sources
from webapp.settings.posting_form import day_of

blueprint = Blueprint("posting_acts", __name__, url_prefix="/posting")
REASON_CHARACTERS_MAX = 1_000


@blueprint.post("/several")
@needs(Right.POST)
def several() -> Response:
    """Posts or retries the ticked rows, or the one whose button was pressed."""
    act = request.form.get("act", "")
    chosen = picked(request.form.getlist("pick"))
    if not chosen:
        toasts.failed("No row is ticked; tick those that are meant.")
        return back(to_next=False)
    if act == "undo":
        return redirect(url_for("posting_undo.page", pick=request.form.getlist("pick")), code=303)

    def do() -> str:
        with database().read() as connection:
            rows = as_seen(connection, chosen)
        words = _do(act, rows)
        left = len(chosen) - len(rows)
        return f"{words} {left} had changed meanwhile and were left." if left else words

    return act_on(do)


@blueprint.post("/all")
@needs(Right.POST)
def all() -> Response:  # noqa: A001 the route's name
    """Posts or retries all that is listed, if it is still exactly what the bar named."""
    place = Place.read(request.form)

    def do() -> str:
        with database().read() as connection:
            rows = all_as_seen(connection, place, request.form.get("fingerprint", ""))
        return _do("retry" if place.tab == "failed" else "send", rows)

    return act_on(do, following=replace(place, at=None, page=None))


@blueprint.post("/<uuid:posting_id>/edit")
@needs(Right.POST)
def edit(posting_id: UUID) -> Response:
    """Retries on another day, or with what its refusal offers."""

    def do() -> str:
        with database().read() as connection:
            row = as_seen(connection, {posting_id: seen_as(request.form.get("seen", ""))})[0]
        choices: dict[str, Any] = {}
        on = day_of(request.form.get("date", ""), "The date in the books")
        if on is not None and on != row.dated_on:
            choices["date"] = on.isoformat()
        choices |= {name: value for name, value, _ in offered(row.choices, {}) if request.form.get(name, "") == value}
        failures.retry(database(), organisation_id(), [row.id], by=person().actor, now=now(), choices=choices)
        return f"Tried again{' with another date' if 'date' in choices else ''}. {_asked([row])}"

    return act_on(do)


@blueprint.post("/give-up")
@needs(Right.POST)
def give_up() -> Response:
    chosen = picked(request.form.getlist("pick"))

    def do() -> str:
        reason = request.form.get("reason", "").strip()[:REASON_CHARACTERS_MAX]
        if not reason:
            raise Refused("Say why it is not posted; whoever finds it later will want to know.")
        with database().read() as connection:
            rows = as_seen(connection, chosen)
        failures.give_up(
            database(), organisation_id(), [row.id for row in rows], by=person().actor, reason=reason, now=now()
        )
        if any(row.match_id is not None for row in rows):
            return "The match is undone: nothing is written for it, and its receipt waits in the queue again."
        return "Given up: nothing is written for it."

    return act_on(do)


def _do(act: str, rows: Sequence[Any]) -> str:
    if act == "retry":
        failures.retry(database(), organisation_id(), [row.id for row in rows], by=person().actor, now=now())
        return f"{postings_words(len(rows))} tried again. {_asked(rows)}"
    if act != "send":
        raise BadInput("This form is not whole; open the page again and send it once more.")
    return _send(rows)


def _send(rows: Sequence[Any]) -> str:
    """Asks for them, set of books by set of books, and says which stay and why. Raises Refused where none may go."""
    with database().read() as connection:
        books = books_shown(connection, organisation_id())
        paused = paused_sources(connection, organisation_id())
    by_books: dict[UUID, list[UUID]] = defaultdict(list)
    for row in may_go(rows, books, paused):
        by_books[row.connection_id].append(row.id)
    closed = {words for own in {row.connection_id for row in rows} if (words := _closed(books.get(own)))}
    closed |= {f"{held.name}: {held.words}. {held.remedy}" for row in rows if (held := held_back(row, paused))}
    if not by_books:
        raise Refused(" ".join(sorted(closed)))
    number = 0
    for own, ids in by_books.items():
        asking.ask(database(), organisation_id(), own, ids, by=person().actor, now=now())
        number += len(ids)
    said = [f"{postings_words(number)} on the way to the books.", nudge(by_books)]
    if number < len(rows):
        said += [f"{postings_words(len(rows) - number)} stayed.", *sorted(closed)]
    return " ".join(one for one in said if one)


def _closed(books: Books | None) -> str:
    """Why nothing can be sent to these books by a press; empty where it can."""
    if books is None:
        return "There are no books to write to; connect the entity's ledger."
    if books.stop is not None:
        return f"{books.row.company_name}: {books.stop_words}. {books.stop_remedy}"
    if not books.sends:
        return (
            f"Posting to {books.row.company_name} is off; an owner switches it on under Settings, Posting."
            if books.rules.mode == "off"
            else f"{books.row.company_name} is not connected; connect it again."
        )
    return ""


def _asked(rows: Sequence[Any]) -> str:
    return nudge({row.connection_id for row in rows if row.connection_id is not None})


def nudge(connection_ids: Any) -> str:
    """Wakes the worker; says what happens where there is none."""
    nudges = web().nudges
    if nudges is None:
        return "No worker runs here; `tieout post` sends them."
    try:
        for own in connection_ids:
            nudges.nudge(jobs.post, organisation_id(), own)
    except Unreachable:
        return "The worker cannot be reached just now; the schedule sends them as soon as it can."
    return ""


def nudge_by_itself() -> None:
    """After a decision: wakes the worker for what it may send with nobody asking. By hand it waits for a press."""
    if web().nudges is not None:
        nudge([own for _, own in to_be_sent(web().app, organisation_id())])


def act_on(do: Callable[[], str], *, following: Place | None = None, undo: str | None = None) -> Response:
    """Does it and says so; a refusal is said on the page it came from, where the row shows what stands by now."""
    try:
        words = do()
    except (BadInput, Conflict, Refused, NotFound) as fault:
        toasts.failed(str(fault))
        return back(to_next=False)
    toasts.done(words.strip(), undo=undo, back=Place.read(request.form).address())
    return redirect(following.address(), code=303) if following is not None else back(to_next=True)


def back(*, to_next: bool) -> Response:
    """To where the form was sent from; after a row is done, to its neighbour."""
    place = Place.read(request.form)
    if to_next:
        following = request.form.get("next")
        place = replace(place, at=parse_id(following) if following else None)
    address = request.form.get("back")
    return redirect(address if address and is_own_path(address) else place.address(), code=303)
