"""`/proof`: each connection with what it was held against, a verification with its differences, and the button."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from ledger.faults import Unreachable
from proving.verify.limits import not_compared
from runtime import jobs
from runtime.passes import load_row
from store import verifications
from store.scope import Scope
from webapp import toasts
from webapp.auth.rights import Right, needs
from webapp.context import app, database, now, organisation_id, person, web
from webapp.proving.view import compared, differences, pairs_of, standings
from webapp.proving.words import VERIFICATIONS
from webapp.shown import today

blueprint = Blueprint("proving", __name__, url_prefix="/proof")
RUNNING = frozenset({"waiting", "running"})


@blueprint.get("/")
@needs(Right.READ)
def page() -> str:
    with database().read() as connection:
        found = standings(connection, organisation_id())
    under_way = any(one.newest is not None and one.newest.state in RUNNING for one in found)
    return render_template(
        "proving/page.html", standings=found, states=VERIFICATIONS, refresh=under_way, running=RUNNING
    )


@blueprint.get("/verifications/<uuid:verification_id>")
@needs(Right.READ)
def verification(verification_id: UUID) -> str:
    with database().read() as connection:
        row = verifications.find(connection, organisation_id(), verification_id)
        rows = differences(connection, row)
        earlier = verifications.listed(connection, Scope(organisation_id(), row.connection_id), limit=12)
    role = "processor" if row.provider == "stripe" else "books"
    return render_template(
        "proving/verification.html", one=row, rows=rows, compared=compared(row.totals),
        not_compared=not_compared(row.totals, row.on, row.provider), pairs=pairs_of(row.totals, role),
        states=VERIFICATIONS, refresh=row.state in RUNNING, earlier=earlier,
    )  # fmt: skip


@blueprint.post("/<uuid:connection_id>/verify")
@needs(Right.SYNC)
def verify(connection_id: UUID) -> Response:
    """A worker does it: the page shows how far it is."""
    row = load_row(app(), organisation_id(), connection_id)
    scope = Scope(organisation_id(), connection_id)
    nudges = web().nudges
    if nudges is None:
        toasts.failed("No worker runs here; run `tieout verify` instead.")
        return _home()
    with database().write() as connection:
        own = verifications.ask(connection, scope, row.entity_id, today(), by=person().actor, now=now())
    try:
        nudges.nudge(jobs.verify, organisation_id(), connection_id)
    except Unreachable as fault:
        with database().write() as connection:
            verifications.fail(connection, scope, own, str(fault), calls=0, now=now())
        toasts.failed(str(fault))
    else:
        toasts.done(f"{row.company_name} is being held against its own figures; you may leave this page.")
    return _home()


def _home() -> Response:
    return redirect(url_for("proving.page"), code=303)
