"""`/invoices/ID/remains`: what can be done about the rest of an invoice, with tax, limit and the second person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ledger.currency import exponent
from ledger.faults import BadInput, Conflict, NotFound, Refused
from ledger.money import Money, to_minor
from ledger.posting import PostingState
from posting import ruling
from posting.planning.books import Books, books_of
from posting.refusal import NotPosted
from posting.remainders.deciding import decide, second, withdraw
from posting.remainders.kinds import Remainder
from posting.remainders.offers import Offer, options, preview
from store.database import Connection
from store.queries.outbox import books_of as connection_of_books
from store.queries.screens import invoices, posting
from webapp import toasts
from webapp.auth.rights import Right, needs
from webapp.context import database, now, organisation_id, person
from webapp.posting.acts import act_on, nudge
from webapp.posting.bulk import as_seen, seen_as
from webapp.posting.words import Record, names_of, record_of
from webapp.settings.posting_form import day_of
from webapp.shown import figure

blueprint = Blueprint("remainders", __name__)
NOTE_CHARACTERS_MAX = 1_000
NAMES: Final = {
    Remainder.DISCOUNT: "Early-payment discount", Remainder.REDUCTION: "Reduction that was agreed",
    Remainder.BANK_FEE: "Bank fee", Remainder.ROUNDING: "Rounding", Remainder.WITHHOLDING: "Tax withheld",
    Remainder.BAD_DEBT: "Bad debt", Remainder.SHORT_PAY: "Leave it open",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """An offer with its name and its entries in words."""

    offer: Offer
    name: str
    records: tuple[Record, ...]


@blueprint.get("/invoices/<uuid:invoice_id>/remains")
@needs(Right.READ)
def page(invoice_id: UUID) -> str:
    with database().read() as connection:
        return render_template("remainders/page.html", **_content(connection, invoice_id, request.args))


def _content(connection: Connection, invoice_id: UUID, given: Any, problem: str = "") -> dict[str, Any]:
    row = _invoice(connection, invoice_id)
    books = _books(connection, row)
    offers = options(connection, books, invoice_id, by=person().actor)
    chosen = _kind(given.get("kind", ""), offers)
    amount, wrong = _amount(given.get("amount", ""), offers, row.currency)
    offer = None
    if chosen is not None and amount is not None:
        offer = preview(connection, books, invoice_id, chosen, amount, by=person().actor)
    names = names_of(connection, organisation_id(), books.connection_id, [] if offer is None else offer.entries)
    return {
        "invoice": row,
        "open": Money(row.open_amount_minor, row.currency),
        "total": Money(row.total_minor, row.currency),
        "left": offers[0].amount if offers else None,
        "offers": offers,
        "names": NAMES,
        "chosen": chosen,
        "way": None
        if offer is None
        else Way(offer=offer, name=NAMES[offer.kind], records=tuple(record_of(one, names) for one in offer.entries)),
        "amount_text": given.get("amount", "") or (figure(offers[0].amount) if offers else ""),
        "taxes": names.taxes,
        "typed": given,
        "problem": problem or wrong,
        "today": books.today,
    }


def _invoice(connection: Connection, invoice_id: UUID) -> Any:
    row = invoices.find(connection, organisation_id(), invoice_id)
    if row is None:
        raise NotFound("This invoice does not exist here.")
    return row


def _books(connection: Connection, row: Any) -> Books:
    own = connection_of_books(connection, organisation_id(), row.entity_id)
    if own is None or own != row.connection_id:
        raise Refused(
            "This invoice stands in no books that are posted to; decide on the books' own document of the debt."
        )
    rules, _ = ruling.load(connection, organisation_id(), row.entity_id)
    return books_of(connection, organisation_id(), own, rules, now=now())


def _kind(text: str, offers: tuple[Offer, ...]) -> Remainder | None:
    if text in set(Remainder):
        return Remainder(text)
    return next((offer.kind for offer in offers if offer.suggested), None)


def _amount(text: str, offers: tuple[Offer, ...], currency: str) -> tuple[Money | None, str]:
    """What was typed, all that is open where nothing was; and what is wrong with it."""
    if not offers:
        return None, ""
    plain = text.strip().replace(",", "").replace("\u202f", "").replace("\xa0", "").replace(" ", "")
    if not plain:
        return offers[0].amount, ""
    try:
        return Money(to_minor(plain, currency), currency), ""
    except BadInput:
        places = exponent(currency)
        return None, f"{text[:30]!r} is no amount in {currency}; write it like {'12.50' if places else '12'}."


@blueprint.post("/invoices/<uuid:invoice_id>/remains")
@needs(Right.DECIDE)
def let_go(invoice_id: UUID) -> Response | tuple[str, int]:
    given = request.form
    try:
        with database().read() as connection:
            row = _invoice(connection, invoice_id)
            books = _books(connection, row)
            offers = options(connection, books, invoice_id, by=person().actor)
        amount, wrong = _amount(given.get("amount", ""), offers, row.currency)
        kind = _kind(given.get("kind", ""), offers)
        if amount is None or kind is None:
            raise BadInput(wrong or "Choose what the rest is.")
        if given.get("open") != str(row.open_amount_minor):
            raise Conflict("What is open of this invoice has changed since you looked; look at it again.")
        own, state = decide(
            database(), books, invoice_id, kind, amount, by=person().actor, now=now(),
            note=given.get("note", "").strip()[:NOTE_CHARACTERS_MAX], on=day_of(given.get("on", ""), "The day"),
        )  # fmt: skip
    except (BadInput, Conflict, Refused) as fault:
        words = f"{fault} {fault.remedy}" if isinstance(fault, NotPosted) else str(fault)
        with database().read() as connection:  # what was typed is shown again, with what is wrong
            return render_template("remainders/page.html", **_content(connection, invoice_id, given, words)), 422
    back = url_for("invoices.page", invoice_id=invoice_id)
    if state is PostingState.AWAITING:
        words = f"{NAMES[kind]} of {amount.currency} {figure(amount)}: a second person must agree."
    else:
        words = f"{NAMES[kind]} of {amount.currency} {figure(amount)} waits under Posting, Ready."
        nudge([books.connection_id])
    toasts.done(words, undo=url_for("remainders.take_back", posting_id=own), back=back)
    return redirect(back, code=303)


@blueprint.post("/remainders/<uuid:posting_id>/second")
@needs(Right.DECIDE)
def agree(posting_id: UUID) -> Response:
    """The second person's yes."""

    def do() -> str:
        with database().read() as connection:
            row = as_seen(connection, {posting_id: seen_as(request.form.get("seen", ""))})[0]
        second(database(), organisation_id(), posting_id, by=person().actor, now=now())
        return f"Agreed; it waits under Ready. {nudge([row.connection_id])}".strip()

    return act_on(do)


@blueprint.post("/remainders/<uuid:posting_id>/withdraw")
@needs(Right.DECIDE)
def take_back(posting_id: UUID) -> Response:
    """The decision is taken back, before anything of it reached the books."""

    def do() -> str:
        with database().read() as connection:
            if posting.find(connection, organisation_id(), posting_id) is None:
                raise NotFound("This posting does not exist here.")
        withdraw(database(), organisation_id(), posting_id, by=person().actor, now=now())
        return "Taken back: it is owed as before."

    return act_on(do)
