"""`/posting`: what is to stand in the books, tab by tab, with the one posting that is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ledger.faults import NotFound
from ledger.money import Money
from store.database import Connection
from store.queries.screens import posting, posting_detail, queue
from webapp.auth.rights import Right, needs
from webapp.context import database, organisation_id
from webapp.paging import Paging
from webapp.posting.bulk import AT_ONCE_MAX, fingerprint, named
from webapp.posting.chosen import chosen
from webapp.posting.offers import offered
from webapp.posting.place import Place
from webapp.posting.preview import preview_of
from webapp.posting.view import Row, rows_of, shown_tabs, summed, tabs_of, written
from webapp.posting.waits import Books, Paused, books_shown, may_go, paused_sources
from webapp.posting.words import CAUSES, cause

blueprint = Blueprint("posting", __name__, url_prefix="/posting")
_FIRST = ("failed", "ready", "second", "sending", "posted")
_THERE = ("posted", "failed", "undone")
_DOCUMENT_NOUNS = ("invoices", "credit_notes")


@blueprint.get("/")
@needs(Right.READ)
def page() -> str | Response:
    with database().read() as connection:
        place = Place.read(request.args)
        if place.tab == "sending" and _has_arrived(connection, place.at):
            return redirect(url_for("posting.one", posting_id=place.at), code=302)
        tabs = tabs_of(connection, organisation_id(), place.entity)
        if "tab" not in request.args:
            first = next((key for key in _FIRST if tabs[key].postings), "ready")
            place = Place.read(request.args, default=first)
        content = _content(connection, place, tabs)
    return render_template("posting/page.html", **content)


@blueprint.get("/<uuid:posting_id>")
@needs(Right.READ)
def one(posting_id: UUID) -> Response:
    """A posting by its id alone, wherever it stands by now."""
    with database().read() as connection:
        row = posting.find(connection, organisation_id(), posting_id)
    if row is None:
        raise NotFound("This posting does not exist here; it may belong to another organisation.")
    tab = next(key for key, states in posting.TABS.items() if row.state in states)
    return redirect(url_for("posting.page", tab=tab, at=posting_id), code=302)


def _has_arrived(connection: Connection, posting_id: UUID | None) -> bool:
    """Whether what was on its way is there by now: its page follows it to where it stands."""
    row = None if posting_id is None else posting.find(connection, organisation_id(), posting_id)
    return row is not None and row.state in _THERE


def _content(connection: Connection, place: Place, tabs: dict[str, Any]) -> dict[str, Any]:
    wanted = place.wanted()
    rows_in_all = posting.count(connection, wanted) if place.narrowed else tabs[place.tab].postings
    paging = Paging.of(place.page, rows_in_all)
    books = books_shown(connection, organisation_id())
    paused = paused_sources(connection, organisation_id(), place.entity)
    found = posting.page(connection, wanted, limit=paging.size, offset=paging.offset)
    rows = rows_of(connection, organisation_id(), found, books, paused)
    here = next((number for number, row in enumerate(rows) if row.posting.id == place.at), None)
    rows, here = _with_wanted(connection, place, rows, here, books, paused)
    row = rows[here] if rows else None
    here_tab = summed(connection, tabs[place.tab], place)
    return {
        "place": place,
        "chosen": place.at is not None,
        "tabs": shown_tabs(tabs | {place.tab: here_tab}, place.tab),
        "tab": here_tab,
        "paging": paging,
        "rows": rows,
        "row": row,
        "next_id": _neighbour(rows, here),
        "books": books,
        "paused": paused,
        "own_books": None if row is None else books.get(row.posting.connection_id),
        "refresh": bool(rows) and (place.tab == "sending" or any(_asked_for(row, books, paused) for row in rows)),
        "anything": any(tab.postings for tab in tabs.values()),
        "causes": posting.causes(connection, organisation_id(), place.entity) if place.tab == "failed" else [],
        "kinds": list(CAUSES),
        "kind_words": CAUSES,
        "code_words": cause,
        "confirm": _confirmation(connection, place, rows_in_all, books, paused)
        if request.args.get("confirm") == "1"
        else None,
        **(_detail(connection, row) if row is not None else {}),
    }


def _asked_for(row: Row, books: dict[UUID, Books], paused: Sequence[Paused]) -> bool:
    """Whether it is about to go out, so that the page had better look again soon."""
    own = row.posting
    return own.state == "ready" and own.batch_id is not None and bool(may_go([own], books, paused))


def _with_wanted(
    connection: Connection,
    place: Place,
    rows: list[Row],
    here: int | None,
    books: dict[UUID, Books],
    paused: Sequence[Paused],
) -> tuple[list[Row], int]:
    """The posting that is asked for also where it stands on another page of the list, if it is in this tab."""
    if here is not None or place.at is None:
        return rows, here or 0
    asked = posting.find(connection, organisation_id(), place.at)
    if asked is None or asked.state not in posting.TABS[place.tab]:
        return rows, 0
    return [*rows_of(connection, organisation_id(), [asked], books, paused), *rows], 0


def _neighbour(rows: list[Row], here: int) -> UUID | None:
    """Where to go once this row is gone: the next one, at the end the one before."""
    if len(rows) < 2:
        return None
    other = rows[here + 1] if here + 1 < len(rows) else rows[here - 1]
    found: UUID = other.posting.id
    return found


def _detail(connection: Connection, row: Row) -> dict[str, Any]:
    own = row.posting
    records = written(connection, organisation_id(), own)
    waits = own.state in ("ready", "failed", "awaiting")
    return {
        "records": records,
        "preview": preview_of(connection, own) if waits and not any(one.row.external_id for one in records) else None,
        "states": posting_detail.states_of(connection, organisation_id(), own.id),
        "calls": posting_detail.calls_of(connection, organisation_id(), own.id),
        "documents": _documents(connection, own),
        "offers": _offers(connection, own),
        "chosen_for_it": chosen(connection, own),
        "stands_again": own.state == "undone" and own.match_id is not None and _newest(connection, own) != own.id,
    }


def _newest(connection: Connection, row: Any) -> UUID:
    """The last posting of the same match: what was undone may be there anew."""
    found: UUID = posting.of_matches(connection, organisation_id(), [row.match_id])[row.match_id].id
    return found


def _offers(connection: Connection, row: Any) -> list[tuple[str, str, str]]:
    """What may be chosen for a failed one, by name."""
    if row.state != "failed" or row.connection_id is None:
        return []
    ids = ((row.choices or {}).get("offered") or {}).get("customer") or []
    known = posting_detail.customer_names(connection, organisation_id(), row.connection_id, ids)
    return offered(row.choices, {own: one.name for own, one in known.items()})


def _documents(connection: Connection, row: Any) -> list[dict[str, Any]]:
    """What the match pays, line by line."""
    if row.match_id is None:
        return []
    lines = posting_detail.lines_of(connection, organisation_id(), [row.match_id]).get(row.match_id, [])
    known: dict[UUID, Any] = {}
    for noun in _DOCUMENT_NOUNS:
        ids = [line.document_id for line in lines if line.document_noun == noun]
        if ids:
            known |= {one.id: one for one in queue.documents(connection, noun, organisation_id(), ids)}
    return [
        {"line": line, "document": known.get(line.document_id), "sum": Money(line.applied_minor, line.currency)}
        for line in lines
    ]


def _confirmation(
    connection: Connection, place: Place, rows_in_all: int, books: dict[UUID, Books], paused: Sequence[Paused]
) -> dict[str, Any] | None:
    """What one press would do to all that the page lists; None where there is nothing to press."""
    if place.tab not in ("ready", "failed", "posted") or not rows_in_all:
        return None
    listed = posting.page(connection, place.wanted(), limit=AT_ONCE_MAX, offset=0)
    found = may_go(listed, books, paused) if place.tab == "ready" else listed
    if not found:
        return {"nothing": True}
    return {
        "words": named(place.tab, found), "fingerprint": fingerprint(listed), "most": AT_ONCE_MAX, "all": rows_in_all,
        "nothing": False, "held": len(listed) - len(found),
    }  # fmt: skip
