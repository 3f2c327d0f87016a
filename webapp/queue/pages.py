"""The work queue: `/`."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request

from ledger.money import Money
from reconcile.books.policies import followed
from reconcile.books.unattended import why_it_waits
from store.database import Connection
from store.queries.screens import invoices, queue
from webapp.amounts import minor_units
from webapp.auth.rights import Right, needs
from webapp.context import database, organisation_id, person
from webapp.paging import Paging
from webapp.posting.on_receipt import would_write
from webapp.queue.acts import AT_ONCE_MAX, fingerprint, named, ready_rows
from webapp.queue.place import SEARCH_CHARACTERS_MAX, Place
from webapp.queue.view import Row, Section, rows_of, sections, shown_sections
from webapp.shown import today, zone

blueprint = Blueprint("queue", __name__)
FOUND_MAX = 30  # more is not read; the search is made narrower


@blueprint.get("/")
@needs(Right.READ)
def page() -> str:
    with database().read() as connection:
        place = Place.read(request.args, default="")
        waiting = sections(connection, organisation_id(), place.entity_id)
        if not place.section:
            first = next((key for key, section in waiting.items() if section.receipts), "ready")
            place = Place.read(request.args, default=first)
        content = _content(connection, place, waiting)
    return render_template("queue/page.html", **content)


def _content(connection: Connection, place: Place, waiting: dict[str, Section]) -> dict[str, Any]:
    wanted = queue.Wanted(
        organisation_id=organisation_id(),
        section=place.section,
        today=today(),
        entity_id=place.entity_id,
        text=place.text,
    )
    rows_in_all = queue.count(connection, wanted) if place.text else waiting[place.section].receipts
    paging = Paging.of(place.page, rows_in_all)
    found = queue.page(connection, wanted, limit=paging.size, offset=paging.offset)
    rows = rows_of(connection, organisation_id(), found)
    here = next((number for number, row in enumerate(rows) if row.receipt.id == place.at), 0)
    row = rows[here] if rows else None
    hand = request.args.get("find", "").strip()[:SEARCH_CHARACTERS_MAX] if row is not None else ""
    return {
        "place": place,
        "sections": shown_sections(waiting, place.section),
        "chosen": place.at is not None,
        "waits": _why_it_waits(connection, row),
        "would_write": None if row is None else would_write(connection, row.receipt, row.answers),
        "by_me": row is not None and row.best is not None and row.best.decided_by == person().actor,
        "section": waiting[place.section],
        "rows": rows,
        "row": row,
        "next_id": _neighbour(rows, here),
        "paging": paging,
        "confirm": _confirmation(place) if request.args.get("confirm") == "1" and place.section == "ready" else None,
        "find": hand,
        "by_hand": request.args.get("find") is not None,
        "found": _open_invoices(connection, row, hand) if row is not None and hand else [],
        "tied": _tied_today(connection),
        "everything": sum(section.receipts for section in waiting.values()),
    }


def _confirmation(place: Place) -> dict[str, Any] | None:
    rows = ready_rows(place)
    return {"words": named(rows), "fingerprint": fingerprint(rows), "most": AT_ONCE_MAX} if rows else None


def _why_it_waits(connection: Connection, row: Row | None) -> str | None:
    """Why a certain answer waits for a person here; None where the matcher itself says why."""
    best = None if row is None else row.best
    if row is None or best is None or not best.automatic or best.awaits_second:
        return None
    rules = followed(connection, organisation_id()).policy.unattended
    return why_it_waits(rules, best.evidence, row.receipt.currency, row.receipt.amount_minor)


def _neighbour(rows: list[Row], here: int) -> UUID | None:
    """Where to go once this row is gone: the next one, at the end the one before."""
    if len(rows) < 2:
        return None
    other = rows[here + 1] if here + 1 < len(rows) else rows[here - 1]
    found: UUID = other.receipt.id
    return found


def _open_invoices(connection: Connection, row: Row, text: str) -> list[Any]:
    wanted = invoices.Wanted(
        organisation_id=organisation_id(), today=today(), status="open", text=text, minor_units=minor_units(text),
        entity_id=row.receipt.entity_id,
    )  # fmt: skip
    return [
        {"invoice": found, "open": Money(found.open_amount_minor, found.currency)}
        for found in invoices.page(connection, wanted, limit=FOUND_MAX, offset=0)
    ]


def _tied_today(connection: Connection) -> list[Any]:
    """What people tied since the day began where the books are."""
    begun = datetime.combine(today(), time(), tzinfo=zone())
    return [
        {"receipts": row.receipts, "sum": Money(int(row.minor or 0), row.currency)}
        for row in queue.tied_since(connection, organisation_id(), begun)
    ]
