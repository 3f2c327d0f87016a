"""The addresses that providers call: raw bytes verified, kept and answered. Nothing is worked on here."""

from __future__ import annotations

import logging
from uuid import UUID

from flask import Blueprint, abort, request
from werkzeug.wrappers import Response

from ledger.faults import BadInput, SignatureWrong, Unreachable
from runtime import hooks, jobs
from webapp.auth.rights import public
from webapp.context import app, web

blueprint = Blueprint("hooks", __name__, url_prefix="/hooks")
BODY_BYTES_MAX = 2_000_000  # the largest event known is a tenth of it
_log = logging.getLogger(__name__)


@blueprint.post("/<any(stripe, xero, quickbooks):provider>")
@public
def of_provider(provider: str) -> Response:
    return _receive(provider, None)


@blueprint.post("/stripe/<uuid:connection>")
@public
def of_connection(connection: UUID) -> Response:
    """For keys that an owner pasted: their events do not name the account, so the address does."""
    return _receive("stripe", connection)


def _receive(provider: str, connection: UUID | None) -> Response:
    request.max_content_length = BODY_BYTES_MAX
    raw = request.get_data(cache=False)
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        targets = hooks.receive(app(), provider, raw, headers, connection)
    except SignatureWrong:
        return Response(status=400 if provider == "stripe" else 401)
    except BadInput as fault:
        _log.warning("webhook of %s: %s", provider, fault)
        abort(400)
    _nudge(targets)
    return Response(status=200)


def _nudge(targets: list[tuple[UUID, UUID]]) -> None:
    """A lost queue does not fail the answer: the events are kept, and the schedule finds them."""
    nudges = web().nudges
    if nudges is None:
        return
    for organisation_id, connection_id in targets:
        try:
            nudges.nudge(jobs.hooks, organisation_id, connection_id)
        except Unreachable as fault:
            _log.warning("webhook kept, nudge lost: %s", fault)
            return
