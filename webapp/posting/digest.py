"""`/posting/digest`: what was posted on a day, as a page and as data."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, jsonify, render_template, request
from werkzeug.wrappers import Response

from ledger.faults import BadInput
from runtime.digest import digest, plain
from webapp.auth.rights import Right, needs
from webapp.context import database, organisation_id, parse_id
from webapp.posting.view import STATES
from webapp.posting.words import CAUSES
from webapp.shown import today, zone

blueprint = Blueprint("posting_digest", __name__, url_prefix="/posting/digest")


@blueprint.get("")
@needs(Right.READ)
def page() -> str | Response:
    on = _day(request.args.get("day"))
    entity_id = parse_id(request.args["entity"]) if request.args.get("entity") else None
    with database().read() as connection:
        found = digest(connection, organisation_id(), on, zone(), entity_id)
    if request.args.get("format") == "json":
        return jsonify(plain(found))
    return render_template(
        "posting/digest.html", digest=found, entity_id=entity_id, states=STATES, kind_words=CAUSES,
        before=on - timedelta(days=1), after=on + timedelta(days=1) if on < today() else None,
    )  # fmt: skip


def _day(text: str | None) -> date:
    """Yesterday where no day is asked for: the last one that is over."""
    if not text:
        return today() - timedelta(days=1)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{text[:20]!r} is no day; write it like 2026-04-01.") from None
