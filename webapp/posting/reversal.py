"""Money that went back: which payment of ours it took back, what a reversal would write, and saying so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from ledger.faults import BadInput, Conflict, NotFound, Refused
from posting import ruling
from posting.planning.books import Books, books_of
from posting.refusal import NotPosted
from posting.undo import reversing
from store.database import Connection
from store.queries.documents import find_receipt
from store.queries.outbox import books_of as connection_of_books
from webapp import toasts
from webapp.auth.rights import Right, needs
from webapp.context import database, now, organisation_id, parse_id, person
from webapp.posting.acts import nudge
from webapp.posting.bulk import seen_as
from webapp.posting.preview import Preview, Refusal, shown

blueprint = Blueprint("reversals", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A payment that may have gone back, with what its reversal would write."""

    original: reversing.Original
    preview: Preview


def candidates(connection: Connection, receipt: Any) -> list[Candidate]:
    """Payments of ours that money going out may take back, the latest first; [] for money that came in."""
    if receipt.amount_minor >= 0:
        return []
    books = _books(connection, receipt.entity_id)
    if books is None:
        return []
    found = reversing.originals(connection, books, receipt.id)
    return [Candidate(original=one, preview=_preview(connection, books, receipt.id, one)) for one in found]


def _books(connection: Connection, entity_id: UUID) -> Books | None:
    own = connection_of_books(connection, organisation_id(), entity_id)
    if own is None:
        return None
    rules, _ = ruling.load(connection, organisation_id(), entity_id)
    return books_of(connection, organisation_id(), own, rules, now=now())


def _preview(connection: Connection, books: Books, receipt_id: UUID, original: reversing.Original) -> Preview:
    try:
        entries = reversing.preview(connection, books, receipt_id, original.posting_id)
    except NotPosted as fault:
        return Preview(refusal=Refusal(code=fault.code, sentence=fault.sentence, remedy=fault.remedy))
    except (BadInput, NotFound, Refused) as fault:
        return Preview(refusal=Refusal(code="refused", sentence=str(fault)))
    return shown(connection, books, entries, (), None)


@blueprint.post("/receipts/<uuid:receipt_id>/reverse")
@needs(Right.DECIDE)
def reverse(receipt_id: UUID) -> Response:
    back = redirect(url_for("receipts.page", receipt_id=receipt_id), code=303)
    original = parse_id(request.form.get("original", ""))
    with database().read() as connection:
        receipt = find_receipt(connection, organisation_id(), receipt_id)
        books = _books(connection, receipt.entity_id)
    try:
        if receipt.revision != seen_as(request.form.get("seen", "")):
            raise Conflict("This receipt was changed by somebody else meanwhile; look at it again.")
        if books is None:
            raise Refused("The entity has no books to write to; connect its ledger.")
        reversing.decide(database(), books, receipt_id, original, by=person().actor, now=now())
    except (Conflict, Refused, NotFound) as fault:
        toasts.failed(f"{fault} {fault.remedy}" if isinstance(fault, NotPosted) else str(fault))
        return back
    toasts.done(f"The reversal waits under Posting, Ready. {nudge([books.connection_id])}".strip())
    return back
