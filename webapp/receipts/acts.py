"""What people say of cash in two places: it is the same, it is not, and undo. Each names the revision they saw."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from ledger.faults import BadInput, Conflict, NotFound, Refused
from reconcile.books.same_or_not import SameOrNot
from runtime.statements import settle_accounts
from store import tenancy
from store.queries.documents import find_receipt
from store.recordings import Key
from webapp import toasts
from webapp.auth.rights import Right, needs
from webapp.context import app, database, deciding, now, organisation_id, parse_id

blueprint = Blueprint("recorded", __name__)
REVISION_DIGITS_MAX = 9  # a column of the database holds no more
NAME_CHARACTERS_MAX = 255


@blueprint.post("/receipts/<uuid:receipt_id>/same")
@needs(Right.DECIDE)
def same(receipt_id: UUID) -> Response:
    key = _key()
    try:
        stands = SameOrNot(deciding()).say_same(receipt_id, key, seen=_seen(), now=now())
    except (Conflict, Refused, NotFound) as fault:
        return _failed(receipt_id, fault)
    back = url_for("receipts.page", receipt_id=stands)
    toasts.done("One cash movement now; nothing is proposed for it.", undo=_undoing(receipt_id, key), back=back)
    return redirect(back, code=303)


@blueprint.post("/receipts/<uuid:receipt_id>/apart")
@needs(Right.DECIDE)
def apart(receipt_id: UUID) -> Response:
    key = _key()
    try:
        parted = SameOrNot(deciding()).say_apart(receipt_id, key, seen=_seen(), now=now())
    except (Conflict, Refused, NotFound) as fault:
        return _failed(receipt_id, fault)
    _settle()
    back = url_for("receipts.page", receipt_id=parted)
    other = key if parted == receipt_id else _own_key(receipt_id)
    toasts.done("Two now; they are not tied again. The next look matches it.", undo=_undoing(parted, other), back=back)
    return redirect(back, code=303)


@blueprint.post("/receipts/<uuid:receipt_id>/same/undo")
@needs(Right.DECIDE)
def undo(receipt_id: UUID) -> Response:
    try:
        SameOrNot(deciding()).undo(receipt_id, _key(request.args), now=now())
    except (Conflict, Refused, NotFound) as fault:
        return _failed(receipt_id, fault)
    _settle()
    toasts.done("Taken back; the next look weighs it anew.")
    return redirect(url_for("receipts.page", receipt_id=receipt_id), code=303)


def _failed(receipt_id: UUID, fault: Exception) -> Response:
    toasts.failed(str(fault))
    return redirect(url_for("receipts.page", receipt_id=receipt_id), code=303)


def _settle() -> None:
    """A line that was parted from the ledger's receipt has its own at once, not only with the next look."""
    with database().read() as connection:
        entities = tenancy.list_entities(connection, organisation_id())
    for row in entities:
        settle_accounts(app(), organisation_id(), row.id, charges=True)


def _own_key(receipt_id: UUID) -> Key:
    with database().read() as connection:
        row = find_receipt(connection, organisation_id(), receipt_id)
    return row.connection_id, row.record_kind, row.external_id


def _undoing(receipt_id: UUID, key: Key) -> str:
    return url_for("recorded.undo", receipt_id=receipt_id, connection=key[0], kind=key[1], record=key[2])


def _key(given: Mapping[str, str] | None = None) -> Key:
    fields = request.form if given is None else given
    kind, external_id = fields.get("kind", ""), fields.get("record", "")
    if not kind or not external_id or max(len(kind), len(external_id)) > NAME_CHARACTERS_MAX:
        raise BadInput("This form is not whole; open the page again and send it once more.")
    return parse_id(fields.get("connection", "")), kind, external_id


def _seen() -> int:
    text = request.form.get("seen", "")
    if not text.isdecimal() or len(text) > REVISION_DIGITS_MAX:
        raise BadInput("This form is not whole; open the page again and send it once more.")
    return int(text)
