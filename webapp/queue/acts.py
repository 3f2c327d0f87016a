"""What people do in the queue. Each act names the revision they saw, and goes back to the next row."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from ledger.faults import BadInput, Conflict, NotFound, Refused
from ledger.match import MatchState
from ledger.money import Money
from reconcile.books.batches import accept_many, undo_batch
from reconcile.books.by_hand import match_by_hand
from store.queries.screens import queue
from webapp import toasts
from webapp.auth.rights import Right, needs
from webapp.context import database, deciding, now, organisation_id, parse_id
from webapp.paths import is_own_path
from webapp.posting.acts import nudge_by_itself
from webapp.queue.place import Place
from webapp.queue.view import Row, rows_of
from webapp.shown import figure, today

blueprint = Blueprint("acts", __name__)
REVISION_DIGITS_MAX = 9  # a column of the database holds no more
AT_ONCE_MAX = 500  # each is a transaction of its own; more would keep the person waiting
NOTE_CHARACTERS_MAX = 1_000
SECOND_NEEDED = "A second person must accept it, too."
_ACCEPTED = {MatchState.APPROVED: "Match accepted.", MatchState.AWAITING: f"Match accepted. {SECOND_NEEDED}"}


def _undoing(match_id: UUID) -> str:
    return url_for("acts.undo", match_id=match_id)


def _matches(number: int) -> str:
    return f"{number} {'match' if number == 1 else 'matches'}"


def _back(*, to_next: bool) -> Response:
    """To where the form was sent from; after a row is done, to its neighbour."""
    place = Place.read(request.form)
    if to_next:
        following = request.form.get("next")
        place = replace(place, at=parse_id(following) if following else None)
    return redirect(_given_back() or place.address(), code=303)


def _given_back() -> str | None:
    """Where the form asks to go back to, if that is a path of ours."""
    address = request.form.get("back")
    return address if address and is_own_path(address) else None


def _seen() -> int:
    return _revision(request.form.get("seen", ""))


def _revision(text: str) -> int:
    if not text.isdecimal() or len(text) > REVISION_DIGITS_MAX:
        raise BadInput("This form is not whole; open the page again and send it once more.")
    return int(text)


def _do(act: Callable[[], str], *, undo: str | None = None) -> Response:
    """Does it and says so; a refusal is said on the page it came from, where the row shows what stands by now."""
    try:
        words = act()
    except (Conflict, Refused, NotFound) as fault:
        toasts.failed(str(fault))
        return _back(to_next=False)
    _say(words, undo)
    return _back(to_next=True)


def _say(words: str, undo: str | None) -> None:
    """With undo, the way back leads to the row that it was."""
    place = _given_back() or Place.read(request.form).address()
    toasts.done(words, undo=undo, back=place)


@blueprint.post("/matches/<uuid:match_id>/accept")
@needs(Right.DECIDE)
def accept(match_id: UUID) -> Response:
    def act() -> str:
        state = deciding().accept(match_id, seen=_seen(), now=now())
        nudge_by_itself()
        return _ACCEPTED[state]

    return _do(act, undo=_undoing(match_id))


@blueprint.post("/matches/<uuid:match_id>/decline")
@needs(Right.DECIDE)
def decline(match_id: UUID) -> Response:
    def act() -> str:
        deciding().decline(match_id, seen=_seen(), now=now())
        return "Match declined; it is not proposed again."

    return _do(act, undo=_undoing(match_id))


@blueprint.post("/matches/<uuid:match_id>/undo")
@needs(Right.DECIDE)
def undo(match_id: UUID) -> Response:
    try:
        deciding().undo(match_id, now=now())
    except (Conflict, Refused, NotFound) as fault:
        toasts.failed(str(fault))
    else:
        toasts.done("Undone; the proposal stands as before.")
    return _back(to_next=False)


@blueprint.post("/batches/<uuid:batch_id>/undo")
@needs(Right.DECIDE)
def undo_many(batch_id: UUID) -> Response:
    """Takes back everything that one act accepted."""
    try:
        undone, left = undo_batch(deciding(), batch_id, now=now())
    except (Conflict, Refused, NotFound) as fault:
        toasts.failed(str(fault))
    else:
        toasts.done(f"{_matches(undone)} undone; the proposals stand as before.")
        if left:
            toasts.failed(f"{_matches(left)} could not be undone: they have changed since.")
    return _back(to_next=False)


@blueprint.post("/receipts/<uuid:receipt_id>/park")
@needs(Right.DECIDE)
def park(receipt_id: UUID) -> Response:
    def act() -> str:
        note = request.form.get("note", "").strip()[:NOTE_CHARACTERS_MAX]
        if not note:
            raise Refused("Say why it is parked; whoever finds it later will want to know.")
        deciding().park(receipt_id, note, seen=_seen(), now=now())
        return "Receipt parked."

    return _do(act)


@blueprint.post("/receipts/<uuid:receipt_id>/unpark")
@needs(Right.DECIDE)
def unpark(receipt_id: UUID) -> Response:
    def act() -> str:
        deciding().unpark(receipt_id, seen=_seen(), now=now())
        return "Taken back; the next look matches it."

    return _do(act)


@blueprint.post("/receipts/<uuid:receipt_id>/match")
@needs(Right.DECIDE)
def by_hand(receipt_id: UUID) -> Response:
    chosen = [parse_id(text) for text in request.form.getlist("invoice")]
    try:
        match_id, state = match_by_hand(deciding(), receipt_id, chosen, seen=_seen(), now=now())
    except (BadInput, Conflict, Refused) as fault:
        toasts.failed(str(fault))
        return _back(to_next=False)
    nudge_by_itself()
    words = "Matched by hand." if state is MatchState.APPROVED else f"Matched by hand. {SECOND_NEEDED}"
    _say(words, _undoing(match_id))
    return _back(to_next=True)


@blueprint.post("/queue/accept")
@needs(Right.DECIDE)
def accept_chosen() -> Response:
    """Accepts the ticked rows: `pick` is a match and the revision that was seen."""
    picks = []
    for text in request.form.getlist("pick")[:AT_ONCE_MAX]:
        match_id, _, seen = text.partition(":")
        picks.append((parse_id(match_id), _revision(seen)))
    if not picks:
        toasts.failed("No row is ticked; tick those to accept.")
        return _back(to_next=False)
    return _accept_many(picks)


@blueprint.post("/queue/accept-all")
@needs(Right.DECIDE)
def accept_all() -> Response:
    """Accepts what stands under Ready, if it is still exactly what the bar named: these proposals as they were seen."""
    place = Place.read(request.form)
    rows = ready_rows(place)
    if request.form.get("fingerprint") != fingerprint(rows):
        toasts.failed("The Ready section has changed since you looked; check it and confirm again.")
        return redirect(place.address(confirm=1), code=303)
    return _accept_many([(row.best.match_id, row.receipt.revision) for row in rows if row.best is not None])


def _accept_many(picks: list[tuple[UUID, int]]) -> Response:
    batch = accept_many(deciding(), picks, now=now())
    nudge_by_itself()
    words = [f"{_matches(len(batch.approved))} accepted."] if batch.approved or not batch.awaiting else []
    if batch.awaiting:
        words.append(f"{_matches(len(batch.awaiting))} wait for a second person.")
    undo = url_for("acts.undo_many", batch_id=batch.id) if batch.approved or batch.awaiting else None
    toasts.done(" ".join(words), undo=undo, back=Place.read(request.form).address(at=None))
    if batch.left:
        toasts.failed(f"{len(batch.left)} could not be accepted: they changed meanwhile, and stand as they are now.")
    return redirect(Place.read(request.form).address(at=None), code=303)


def ready_rows(place: Place) -> list[Row]:
    """Up to AT_ONCE_MAX rows of Ready that have one safe answer."""
    with database().read() as connection:
        wanted = queue.Wanted(
            organisation_id=organisation_id(),
            section="ready",
            today=today(),
            entity_id=place.entity_id,
            text=place.text,
        )
        found = queue.page(connection, wanted, limit=AT_ONCE_MAX, offset=0)
        return [row for row in rows_of(connection, organisation_id(), found) if row.best is not None]


def sums(rows: list[Row]) -> list[Money]:
    by_currency: dict[str, int] = {}
    for row in rows:
        by_currency[row.amount.currency] = by_currency.get(row.amount.currency, 0) + row.amount.minor
    return [Money(minor, currency) for currency, minor in sorted(by_currency.items())]


def fingerprint(rows: list[Row]) -> str:
    """Of the very proposals and revisions, so that nothing that was not seen is accepted."""
    seen = sorted(f"{row.best.match_id}:{row.receipt.revision}" for row in rows if row.best is not None)
    return hashlib.sha256("\n".join(seen).encode()).hexdigest()


def named(rows: list[Row]) -> str:
    """What the button says: the object and the amount."""
    return f"Accept {_matches(len(rows))}, " + " and ".join(
        f"{amount.currency} {figure(amount)}" for amount in sums(rows)
    )
