"""`/processor`: a processor's money that waits for a person's word, and what was said of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from posting.processor.credits import open_credits
from posting.processor.offering import Offer, may_take_back, offers
from store.database import Connection
from store.queries.screens import posting_detail, posting_settings
from store.queries.screens import processor as screens
from webapp.auth.rights import Right, needs
from webapp.context import database, organisation_id, parse_id
from webapp.paging import Paging
from webapp.posting.links import link_to
from webapp.processor.view import Item, Names, Source, find, items, names_of, sales_place, source_of, sources
from webapp.shown import today

blueprint = Blueprint("processor", __name__, url_prefix="/processor")
TABS: Final = {"waits": "Waits for you", "open": "Not in the books yet", "recent": "All of 60 days"}
CUSTOMERS_MAX: Final = 20
SEARCH_CHARACTERS_MAX: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where on the page a person is; it travels in addresses and comes back with each form. who: customer looked for."""

    tab: str = "waits"
    source: UUID | None = None
    at: UUID | None = None
    page: str | None = None
    who: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Place:
        tab = given.get("tab", "waits")
        return cls(
            tab=tab if tab in TABS else "waits",
            source=parse_id(given["source"]) if given.get("source") else None,
            at=parse_id(given["at"]) if given.get("at") else None,
            page=given.get("page"),
            who=given.get("who", "").strip()[:SEARCH_CHARACTERS_MAX],
        )

    @property
    def values(self) -> dict[str, Any]:
        own = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in own.items() if value}

    def address(self, **changes: Any) -> str:
        values = self.values | changes
        return url_for("processor.page", **{name: value for name, value in values.items() if value})


@blueprint.get("/")
@needs(Right.READ)
def page() -> str:
    with database().read() as connection:
        return render_template("processor/page.html", **content(connection, Place.read(request.args)))


def content(connection: Connection, place: Place, typed: Mapping[str, str] | None = None, problem: str = "") -> Any:
    """The page; with what was typed and what is wrong with it, where a form came back."""
    known = sources(connection, organisation_id())
    chosen = [one for one in known if place.source in (None, one.row.id)]
    named = [names_of(connection, one, today(), recent=place.tab == "recent") for one in chosen]
    listed = [(one, name) for one in named for name in getattr(one, place.tab)]
    paging = Paging.of(place.page, len(listed))
    rows = _items(connection, listed[paging.offset : paging.offset + paging.size])
    row = next((item for item in rows if item.id == place.at), None)
    if row is None and place.at is not None:
        row = find(connection, source_of(connection, organisation_id(), place.at), place.at, today())
    row = row or (rows[0] if rows else None)
    return {
        "place": place,
        "chosen": place.at is not None,
        "tabs": TABS,
        "counts": {name: sum(len(getattr(one, name)) for one in named) for name in ("waits", "open")},
        "sources": known,
        "silent": [one for one in chosen if one.first is None or one.books is None],
        "stopped": [one for one in chosen if one.stop is not None],
        "paging": paging,
        "rows": rows,
        "row": row,
        "next_id": _next(rows, row),
        "typed": typed or {},
        "problem": problem,
        **({} if row is None else detail(connection, row, place)),
    }


def _items(connection: Connection, listed: list[tuple[Names, str]]) -> list[Item]:
    """What one page shows: only that is looked at whole."""
    found: list[Item] = []
    for one, several in groupby(listed, key=lambda pair: pair[0]):
        found += items(connection, one, [name for _, name in several], today())
    return found


def _next(rows: list[Item], row: Item | None) -> UUID | None:
    """Where to go once this one is said."""
    here = next((number for number, one in enumerate(rows) if row is not None and one.id == row.id), None)
    if here is None or len(rows) < 2:
        return None
    return rows[here + 1].id if here + 1 < len(rows) else rows[here - 1].id


def detail(connection: Connection, item: Item, place: Place) -> dict[str, Any]:
    move, source = item.treated.move, item.source
    wants_credit = item.lost or move.category == "refund"
    credits_open = (
        open_credits(connection, organisation_id(), source.row.entity_id, move) if wants_credit else []
    )  # fmt: skip
    if item.lost:
        credits_open = [one for one in credits_open if one.left >= abs(move.gross)]
    found = offered(item, credits_open=bool(credits_open))
    return {
        "offers": found,
        "credits": credits_open,
        "may_take_back": may_take_back(item.treated),
        "sales": _sales(connection, source, item),
        "customers": _customers(connection, source, place.who, found),
        "deposit_of": _deposit_of(connection, item),
        "link": link_to(source.row, "charges", item.row.charge_external_id),
    }


def offered(item: Item, *, credits_open: bool) -> list[Offer]:
    sales = sales_place(item.source, item.gross.currency) is not None
    return [] if item.lost else offers(item.treated, sales=sales, credits_open=credits_open)


def _sales(connection: Connection, source: Source, item: Item) -> str:
    """Account and tax code of sales without an invoice, in words."""
    place = sales_place(source, item.gross.currency)
    if place is None or source.books is None:
        return ""
    accounts = {
        one.external_id: one.name for one in posting_settings.accounts(connection, organisation_id(), source.books)
    }
    taxes = {
        one.external_id: one.name for one in posting_settings.tax_codes(connection, organisation_id(), source.books)
    }
    tax = taxes.get(place.tax_code, place.tax_code) if place.tax_code else "no tax code"
    return f"{accounts.get(place.account, place.account)}, {tax}"


def _customers(connection: Connection, source: Source, text: str, found: list[Offer]) -> list[Any]:
    if source.books is None or not text or not any(one.treatment == "customer_deposit" for one in found):
        return []
    return screens.find_customers(connection, organisation_id(), source.books, text, CUSTOMERS_MAX)


def _deposit_of(connection: Connection, item: Item) -> str:
    """Whose deposit a person said it is."""
    said, books = item.treated.move.said, item.source.books
    own = str(said.choices.get("customer", "")) if said is not None else ""
    if not own or books is None:
        return ""
    known = posting_detail.customer_names(connection, organisation_id(), books, [own])
    return str(known[own].name) if own in known else own
