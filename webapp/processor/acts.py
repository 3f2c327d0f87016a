"""What people say of a processor's money. Each word names what was seen: another tab's word is never overwritten unseen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ledger.balance import Treatment
from ledger.faults import BadInput, Conflict, Refused
from posting.processor import saying
from posting.processor.credits import open_credits
from posting.processor.offering import NAMES
from store.audit import lock
from store.database import Connection
from webapp import toasts
from webapp.auth.rights import Right, needs
from webapp.context import database, now, organisation_id, parse_id, person
from webapp.posting.acts import nudge
from webapp.processor.pages import Place, content
from webapp.processor.view import Item, find, source_of
from webapp.shown import today

blueprint = Blueprint("processor_acts", __name__, url_prefix="/processor")
NOTE_CHARACTERS_MAX: Final = 1_000
ENDS: Final = {"receivable": "owed again", "credit": "an agreed credit", "bad_debt": "a bad debt"}
_SILENT: Final = frozenset(
    {Treatment.ALREADY_RECORDED, Treatment.NOT_OURS, Treatment.FINANCING, Treatment.UNDECIDED}
)  # fmt: skip
_CHOSEN: Final = {Treatment.CUSTOMER_DEPOSIT: ("customer",), Treatment.REFUND: ("credit",)}


@blueprint.post("/<uuid:transaction_id>/say")
@needs(Right.DECIDE)
def say(transaction_id: UUID) -> Response | tuple[str, int]:
    given = request.form
    try:
        with database().write() as connection:
            item = _as_seen(connection, transaction_id)
            treatment = _treatment(given.get("treatment", ""))
            choices = {name: given.get(name, "") for name in _CHOSEN.get(treatment, ())}
            saying.say(
                connection, organisation_id(), transaction_id, treatment, by=person().actor, now=now(),
                choices=choices, note=given.get("note", "").strip()[:NOTE_CHARACTERS_MAX],
            )  # fmt: skip
    except (BadInput, Conflict, Refused) as fault:
        return _again(transaction_id, str(fault))
    words = f"{item.row.external_id}: {NAMES[treatment].lower()}. {_follows(item, treatment)}"
    toasts.done(
        words.strip(), undo=url_for("processor_acts.take_back", transaction_id=transaction_id),
        back=Place.read(given).address(),
    )  # fmt: skip
    return _onwards()


@blueprint.post("/<uuid:transaction_id>/take-back")
@needs(Right.DECIDE)
def take_back(transaction_id: UUID) -> Response:
    """Takes a person's word back, as long as nothing was written for it."""
    try:
        with database().write() as connection:
            item = _item(connection, transaction_id)
            saying.say(connection, organisation_id(), transaction_id, Treatment.UNDECIDED, by=person().actor, now=now())
    except (BadInput, Conflict, Refused) as fault:
        toasts.failed(str(fault))
    else:
        toasts.done(f"{item.row.external_id}: the word on it was taken back.")
    return redirect(replace(Place.read(request.form), at=transaction_id).address(), code=303)


@blueprint.post("/<uuid:transaction_id>/lost")
@needs(Right.DECIDE)
def settle_lost(transaction_id: UUID) -> Response | tuple[str, int]:
    """How a lost dispute ends; its posting waits in the outbox, and can be taken back there."""
    end = request.form.get("end", "")
    try:
        with database().write() as connection:
            item = _as_seen(connection, transaction_id)
            if not item.lost:
                raise Conflict("This is not a lost dispute that waits for its end; look at it again.")
            if end not in ENDS:
                raise BadInput("Choose how the dispute ends.")
            own = saying.settle_lost(
                connection, organisation_id(), item.source.row.entity_id, transaction_id, end, by=person().actor,
                now=now(), choices=_credit(connection, item) if end == "credit" else None,
            )  # fmt: skip
    except (BadInput, Conflict, Refused) as fault:
        return _again(transaction_id, str(fault))
    toasts.done(f"The lost dispute is {ENDS[end]}. {_woken(item)}".strip())
    return redirect(url_for("posting.one", posting_id=own), code=303)


def _item(connection: Connection, transaction_id: UUID) -> Item:
    return find(connection, source_of(connection, organisation_id(), transaction_id), transaction_id, today())


def _as_seen(connection: Connection, transaction_id: UUID) -> Item:
    """Alone in the organisation from here on. Raises Conflict where it is not any more what the form showed."""
    lock(connection, organisation_id())
    item = _item(connection, transaction_id)
    if request.form.get("seen") != item.seen:
        raise Conflict("It has changed since you looked: somebody said what it is, or it was matched or booked.")
    return item


def _treatment(text: str) -> Treatment:
    if text not in set(Treatment):
        raise BadInput("Choose what it is.")
    return Treatment(text)


def _credit(connection: Connection, item: Item) -> dict[str, Any]:
    wanted = request.form.get("credit", "")
    found = open_credits(connection, organisation_id(), item.source.row.entity_id, item.treated.move)
    enough = abs(item.gross) if item.lost else None
    own = next((one for one in found if one.external_id == wanted and (enough is None or one.left >= enough)), None)
    if own is None:
        raise BadInput("Choose the open credit that it settles.")
    return {"credit": own.external_id, "credit_kind": own.kind, "customer": own.customer}


def _follows(item: Item, treatment: Treatment) -> str:
    return "" if treatment in _SILENT else _woken(item)


def _woken(item: Item) -> str:
    return nudge([item.source.books]) if item.source.books is not None else ""


def _again(transaction_id: UUID, problem: str) -> tuple[str, int]:
    """The form with what was typed and what is wrong, over what stands now."""
    with database().read() as connection:
        place = replace(Place.read(request.form), at=transaction_id)
        return render_template("processor/page.html", **content(connection, place, request.form, problem)), 422


def _onwards() -> Response:
    following = request.form.get("next")
    place = replace(Place.read(request.form), at=parse_id(following) if following else None, who="")
    return redirect(place.address(), code=303)
