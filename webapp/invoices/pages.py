"""Invoices: the list, one with its lines and what pays it, and the documents that are the same debt."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ledger.allocation import effective_day
from ledger.faults import Conflict, NotFound, Refused
from ledger.money import Money
from store.queries.documents import reserved_of
from store.queries.outbox import books_of
from store.queries.screens import invoices
from webapp import toasts
from webapp.amounts import minor_units
from webapp.auth.rights import Right, needs
from webapp.context import database, deciding, now, organisation_id, parse_id
from webapp.paging import Paging
from webapp.shown import today

blueprint = Blueprint("invoices", __name__, url_prefix="/invoices")
SEARCH_CHARACTERS_MAX = 200


@blueprint.get("/")
@needs(Right.READ)
def listed() -> str:
    wanted = _wanted()
    with database().read() as connection:
        totals = invoices.totals(connection, wanted)
        paging = Paging.of(request.args.get("page"), sum(row.invoices for row in totals))
        rows = invoices.page(connection, wanted, limit=paging.size, offset=paging.offset)
    return render_template(
        "invoices/list.html",
        rows=[(row, Money(row.total_minor, row.currency), Money(row.open_amount_minor, row.currency)) for row in rows],
        totals=[
            (Money(int(row.total_minor), row.currency), Money(int(row.open_minor), row.currency)) for row in totals
        ],
        paging=paging,
        wanted=wanted,
        statuses=invoices.STATUSES,
        today=today(),
    )


def _wanted() -> invoices.Wanted:
    status, sort = request.args.get("status", "open"), request.args.get("sort", "due")
    text = request.args.get("q", "").strip()[:SEARCH_CHARACTERS_MAX]
    entity = request.args.get("entity")
    return invoices.Wanted(
        organisation_id=organisation_id(),
        today=today(),
        status=status if status in invoices.STATUSES else "open",
        text=text,
        minor_units=minor_units(text),
        sort=sort if sort in invoices.SORTS else "due",
        descending=request.args.get("down") == "1",
        entity_id=parse_id(entity) if entity else None,
    )


@blueprint.get("/<uuid:invoice_id>")
@needs(Right.READ)
def page(invoice_id: UUID) -> str:
    with database().read() as connection:
        row = invoices.find(connection, organisation_id(), invoice_id)
        if row is None:
            raise NotFound("This invoice does not exist here.")
        content = {
            "allocations": [
                (item, _counts_from(item, row), Money(item.amount_minor, item.currency))
                for item in invoices.allocations_to(connection, organisation_id(), row)
            ],
            "matches": [
                (item, Money(item.applied_minor, item.currency))
                for item in invoices.matches_of(connection, organisation_id(), invoice_id)
            ],
            "links": [
                (item, Money(item.total_minor, item.currency))
                for item in invoices.links_of(connection, organisation_id(), invoice_id)
            ],
            "reserved": Money(abs(reserved_of(connection, organisation_id(), invoice_id)), row.currency),
        }
        own = books_of(connection, organisation_id(), row.entity_id)
        remains = row.status == "open" and row.gone_at is None and own == row.connection_id
    return render_template(
        "invoices/page.html", **content, **_amounts(row), invoice=row, today=today(), remains=remains
    )


def _counts_from(item: Any, invoice: Any) -> date | None:
    return effective_day(item.basis, item.applied_on, item.source_on, invoice.issued_on)


def _amounts(row: Any) -> dict[str, Any]:
    return {
        "total": Money(row.total_minor, row.currency),
        "tax": Money(row.tax_total_minor, row.currency),
        "open": Money(row.open_amount_minor, row.currency),
        "paid": Money(row.total_minor - row.open_amount_minor, row.currency),
        "lines": [(line, _amount(line.get("amount"))) for line in row.lines],
    }


def _amount(stored: Any) -> Money | None:
    return None if stored is None else Money(stored["minor"], stored["currency"])


@blueprint.post("/<uuid:invoice_id>/link")
@needs(Right.DECIDE)
def link(invoice_id: UUID) -> Response:
    """Says that two documents are one debt, or are not. The opposite button takes it back."""
    mirror, primary = parse_id(request.form.get("mirror", "")), parse_id(request.form.get("primary", ""))
    linked = request.form.get("linked") == "yes"
    try:
        deciding().link(mirror, primary, linked=linked, now=now())
    except (Conflict, Refused) as fault:
        toasts.failed(str(fault))
    else:
        words = "The documents are linked: one debt." if linked else "The documents are parted: two debts."
        toasts.done(f"{words} The button beside them takes it back.")
    return redirect(url_for("invoices.page", invoice_id=invoice_id), code=303)
