"""`/settings/posting`: whether anything is written to the books, where to, who books what, limits, and the kill switch."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ledger.faults import BadInput, NotFound, Refused
from posting import ruling, stops
from posting.processor.today import booked_today
from posting.processor.watch import WATCHED_DAYS, pauses_at_once
from posting.rules import Mode, PostingRules
from runtime.shadow import shadow
from store import tenancy
from store.database import Connection
from store.queries.companies import company_notes
from store.queries.screens import posting, posting_settings
from store.scope import Scope
from webapp import toasts
from webapp.auth.rights import Right, needs
from webapp.context import database, now, organisation_id, parse_id, person
from webapp.posting.bulk import postings_words
from webapp.posting.roles import FEES, KINDS, MODES, PER, ROLES
from webapp.posting.waits import STOPS, Books, books_shown, paused_sources
from webapp.settings import posting_form as form
from webapp.settings.posting_view import by_kind, kept, slots
from webapp.shown import today

blueprint = Blueprint("posting_settings", __name__, url_prefix="/settings/posting")
VERSIONS_SHOWN = 20
STOPS_SHOWN = 10
REASON_CHARACTERS_MAX = 300


@blueprint.get("")
@needs(Right.READ)
def page() -> str:
    with database().read() as connection:
        content = _content(connection, _chosen(connection, request.args.get("entity")))
    return render_template("settings/posting.html", **content)


def _chosen(connection: Connection, wanted: str | None) -> Books | None:
    """The books of the entity that is asked for, else of the first; None where nothing is connected."""
    entity_id = parse_id(wanted) if wanted else None
    found = books_shown(connection, organisation_id(), entity_id)
    if entity_id is not None and not found and not _is_ours(connection, entity_id):
        raise NotFound("There is no such entity here; choose one on the page.")
    return next(iter(found.values()), None)


def _is_ours(connection: Connection, entity_id: UUID) -> bool:
    return any(row.id == entity_id for row in tenancy.list_entities(connection, organisation_id()))


def _content(connection: Connection, books: Books | None) -> dict[str, Any]:
    every = books_shown(connection, organisation_id())
    if books is None:
        return {"books": None, "every": every}
    entity_id = books.row.entity_id
    accounts = posting_settings.accounts(connection, organisation_id(), books.row.id)
    own_slots = slots(connection, entity_id, books.rules)
    return {
        "books": books,
        "every": every,
        "rules": books.rules,
        "modes": MODES,
        "shadow": shadow(connection, organisation_id(), today()),
        "ready": posting.counts(connection, organisation_id(), entity_id)["ready"],
        "slots": own_slots,
        "problems": [slot for slot in own_slots if slot.problem is not None],
        "accounts": by_kind(accounts),
        "account_ids": {one.external_id for one in accounts},
        "taxes": posting_settings.tax_codes(connection, organisation_id(), books.row.id),
        "items": posting_settings.items(connection, Scope(organisation_id(), books.row.id)),
        "kept": kept(connection, entity_id, books.rules),
        "fees": FEES,
        "per": PER,
        "versions": posting_settings.versions(connection, organisation_id(), entity_id, VERSIONS_SHOWN),
        "stops": posting_settings.stops(connection, organisation_id(), books.row.id, STOPS_SHOWN),
        "paused": paused_sources(connection, organisation_id(), entity_id),
        "stop_words": STOPS,
        "notes": company_notes(connection, Scope(organisation_id(), books.row.id)),
    }


@blueprint.get("/<uuid:entity_id>/mode")
@blueprint.get("/<uuid:entity_id>/rules")
@needs(Right.READ)
def anew(entity_id: UUID) -> Response:
    """Where a form was answered with what was typed, the page stands at the form's own address; loaded again it is the page."""
    return _home(entity_id)


@blueprint.post("/<uuid:entity_id>/mode")
@needs(Right.RULE)
def mode(entity_id: UUID) -> Response | str:
    with database().read() as connection:
        books = _own(connection, entity_id)
        unsaved = _unsaved(connection, books)
    try:
        wanted = form.mode_of(request.form.get("mode", ""))
        _may_be(wanted, books)
        if wanted is not books.mode:
            note = f"Posting is {MODES[wanted][0].lower()} now; it was {books.mode_words.lower()}."
            ruling.switch(database(), organisation_id(), entity_id, wanted, note=note, by=person().actor, now=now())
            toasts.done(f"Posting to {books.row.company_name} is {MODES[wanted][0].lower()}.")
    except (BadInput, Refused) as fault:
        toasts.failed(str(fault))
    if not unsaved:
        return _home(entity_id)
    with database().read() as connection:
        after = _own(connection, entity_id)
        content = _content(connection, after)
    # a form that was older than the rules before this stays so
    over = str(after.version or 0) if request.form["version"] == str(books.version or 0) else request.form["version"]
    return render_template("settings/posting.html", **content, typed=request.form, typed_over=over)


def _unsaved(connection: Connection, books: Books) -> bool:
    """Whether the form that the mode came with says other rules than the page would by itself."""
    if "version" not in request.form:
        return False
    shown = slots(connection, books.row.entity_id, books.rules)
    own = msgspec.structs.replace(books.rules, places=tuple(one for slot in shown if (one := slot.shown) is not None))
    try:
        return form.read(request.form, own, *_known(connection, books)) != own
    except BadInput:
        return True


def _known(connection: Connection, books: Books) -> tuple[set[str], set[str]]:
    """The accounts and the sources that a form may name. Accounts of the rules may stay though they are archived."""
    accounts = {one.external_id for one in posting_settings.accounts(connection, organisation_id(), books.row.id)}
    sources = posting_settings.sources(connection, organisation_id(), books.row.entity_id)
    return accounts | {place.account for place in books.rules.places}, {str(row.id) for row in sources}


def _may_be(wanted: Mode, books: Books) -> None:
    """Raises Refused where automatic posting is not proved yet."""
    if wanted is not Mode.AUTOMATIC or books.mode is Mode.AUTOMATIC:
        return
    with database().read() as connection:
        closed = shadow(connection, organisation_id(), today()).closed
    if closed is not None:
        raise Refused(f"Automatic posting stays off. {closed}")


@blueprint.post("/<uuid:entity_id>/rules")
@needs(Right.RULE)
def change(entity_id: UUID) -> Response | tuple[str, int]:
    with database().read() as connection:
        books = _own(connection, entity_id)
        accounts, sources = _known(connection, books)
    try:
        _check_version(books)
        wanted = form.read(request.form, books.rules, accounts, sources)
        note = form.changed(books.rules, wanted)
        if wanted == books.rules:
            toasts.done("These are the rules already; nothing was changed.")
            return _home(entity_id)
        _refuse_a_rival(books, wanted)
        version = _save(books, wanted, note)
    except (BadInput, Refused) as fault:
        with database().read() as connection:  # what was typed is shown again, with what is wrong
            content = _content(connection, _own(connection, entity_id))
        return render_template("settings/posting.html", **content, typed=request.form, problem=str(fault)), 422
    toasts.done(f"{note} Version {version}.")
    return _home(entity_id)


def _refuse_a_rival(books: Books, wanted: PostingRules) -> None:
    """Raises BadInput for a first day on or after which another app booked the same."""
    with database().read() as connection:
        booked = booked_today(connection, organisation_id(), books.row.entity_id, today(), days=WATCHED_DAYS)
    words = pauses_at_once(booked, books.rules, wanted, today())
    if words:
        raise BadInput(words)


def _check_version(books: Books) -> None:
    """Refuses a form that was opened before somebody else saved: what it says would take theirs back unseen."""
    if request.form.get("version", "") != str(books.version or 0):
        raise Refused(
            "Somebody else has changed these rules meanwhile; compare what you typed with what stands, then save."
        )


@blueprint.post("/stop/<uuid:connection_id>")
@needs(Right.STOP)
def stop(connection_id: UUID) -> Response:
    """The kill switch: at once, and the worker sends nothing more."""
    with database().read() as connection:
        books = _of_connection(connection, connection_id)
    reason = request.form.get("reason", "").strip()[:REASON_CHARACTERS_MAX] or "Stopped under Settings."
    stops.stop(database(), organisation_id(), connection_id, reason=reason, by=person().actor, now=now())
    toasts.done(f"Posting to {books.row.company_name} is stopped. What is ready waits.")
    return _home(books.row.entity_id)


@blueprint.post("/resume/<uuid:connection_id>")
@needs(Right.RULE)
def resume(connection_id: UUID) -> Response:
    with database().read() as connection:
        source = next(
            (one for one in paused_sources(connection, organisation_id()) if one.row.id == connection_id), None
        )
        row = _of_connection(connection, connection_id).row if source is None else source.row
    asked = stops.resume(database(), organisation_id(), connection_id, by=person().actor, now=now())
    if asked is None:
        toasts.failed("Posting was not stopped; somebody has resumed it already.")
        return _home(row.entity_id)
    again = (
        f" {postings_words(asked)} that had been asked for before: look at them under Ready, and post them."
        if asked
        else ""
    )
    toasts.done(f"Posting {'from' if source else 'to'} {row.company_name} goes on.{again}")
    return _home(row.entity_id)


@blueprint.get("/<uuid:entity_id>/versions/<int:number>")
@needs(Right.READ)
def version(entity_id: UUID, number: int) -> str:
    with database().read() as connection:
        row = posting_settings.version(connection, organisation_id(), entity_id, number)
        books = _own(connection, entity_id)
        names = {one.external_id: one for one in posting_settings.accounts(connection, organisation_id(), books.row.id)}
        sources = {
            str(one.id): one.company_name for one in posting_settings.sources(connection, organisation_id(), entity_id)
        }
    if row is None:
        raise NotFound("This version of the rules does not exist here.")
    return render_template(
        "settings/posting_version.html", row=row, books=books, rules=msgspec.convert(row.rules, PostingRules, strict=False),
        names=names, sources=sources, roles=ROLES, modes=MODES, kinds=KINDS, fees=FEES, per=PER,
    )  # fmt: skip


def _own(connection: Connection, entity_id: UUID) -> Books:
    found = next(iter(books_shown(connection, organisation_id(), entity_id).values()), None)
    if found is None:
        raise NotFound("This entity has no books to post to; connect its ledger first.")
    return found


def _of_connection(connection: Connection, connection_id: UUID) -> Books:
    found = books_shown(connection, organisation_id()).get(connection_id)
    if found is None:
        raise NotFound("This connection is not one that is posted to.")
    return found


def _save(books: Books, rules: PostingRules, note: str) -> int:
    return ruling.save(
        database(), organisation_id(), books.row.entity_id, rules, note=note, by=person().actor, now=now(),
        over=books.version or 0,
    )  # fmt: skip


def _home(entity_id: UUID) -> Response:
    return redirect(url_for("posting_settings.page", entity=entity_id), code=303)
