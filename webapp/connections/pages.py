"""`/connections`: a card each, with its buttons, and the way to make new ones."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ledger.faults import BadInput, NotFound, Unreachable
from runtime import jobs
from runtime.passes import load_row
from webapp import headers, toasts
from webapp.auth.rights import Right, needs
from webapp.connections.cards import cards
from webapp.context import app, database, now, organisation_id, person, web
from webapp.posting.waits import posting_to
from webapp.shown import PROVIDERS

blueprint = Blueprint("connections", __name__, url_prefix="/connections")
AT_REST_SECONDS = 20  # what a card says of freshness must not grow old before whoever looks at it


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A provider that can be connected. missing: what has to be set first; None where nothing is."""

    provider: str
    name: str
    missing: str | None


@blueprint.get("/")
@needs(Right.READ)
def page() -> str:
    headers.leads_to_providers()
    with database().read() as connection:
        found = cards(connection, organisation_id(), now(), app().settings.quickbooks.monthly_reads)
        posting = posting_to(connection, organisation_id())
    return render_template(
        "connections/page.html",
        posting=posting,
        cards=found,
        ways=ways(),
        refresh=any(card.is_syncing for card in found) or (bool(found) and AT_REST_SECONDS),
        queue_is_there=web().nudges is not None,
    )


def ways() -> list[Way]:
    return [Way(provider=key, name=name, missing=_missing(key)) for key, name in PROVIDERS.items()]


def _missing(provider: str) -> str | None:
    try:
        app().consent(provider)
    except BadInput as fault:
        return str(fault)
    return None


@blueprint.post("/<uuid:connection_id>/sync")
@needs(Right.SYNC)
def sync(connection_id: UUID) -> Response:
    row = load_row(app(), organisation_id(), connection_id)
    if row.state == "disconnected":
        toasts.failed(f"{row.company_name} is disconnected; connect it again.")
    elif ask_for_sync(connection_id):
        toasts.done(f"{row.company_name} is being synced.")
    return redirect(url_for("connections.page"), code=303)


def ask_for_sync(connection_id: UUID) -> bool:
    """Nudges a worker; says so on the page where there is none."""
    nudges = web().nudges
    try:
        if nudges is None:
            raise Unreachable("No queue is set up for this process; run `tieout sync`, or start with `tieout serve`.")
        nudges.nudge(jobs.sync, organisation_id(), connection_id)
    except Unreachable as fault:
        toasts.failed(str(fault))
        return False
    return True


@blueprint.get("/<uuid:connection_id>/disconnect")
@needs(Right.CONNECT)
def confirm_disconnect(connection_id: UUID) -> str:
    row = load_row(app(), organisation_id(), connection_id)
    with database().read() as connection:
        card = next(
            (
                card
                for card in cards(connection, organisation_id(), now(), app().settings.quickbooks.monthly_reads)
                if card.row.id == connection_id
            ),
            None,
        )
    if card is None:
        raise NotFound("This connection does not exist any more.")
    return render_template("connections/disconnect.html", row=row, card=card)


@blueprint.post("/<uuid:connection_id>/disconnect")
@needs(Right.CONNECT)
def disconnect(connection_id: UUID) -> Response:
    row = load_row(app(), organisation_id(), connection_id)
    consent = app().consent(row.provider) if app().has_consent(row.provider) else None
    try:
        app().connecting(organisation_id()).disconnect(row, consent, actor=person().actor, now=now())
    except Unreachable as fault:
        if request.form.get("anyway") != "yes":
            toasts.failed(f"{fault} The consent still stands there, and nothing was changed here; try again.")
            return redirect(url_for("connections.confirm_disconnect", connection_id=connection_id), code=303)
        app().connecting(organisation_id()).disconnect(row, None, actor=person().actor, now=now())
    toasts.done(f"{row.company_name} is disconnected. Its data stays readable.")
    return redirect(url_for("connections.page"), code=303)
