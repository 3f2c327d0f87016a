"""`/proof/close`: periods, their packs, signatures, files, and what changed in them later."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ledger.faults import BadInput, Conflict, NotFound, Refused, Unreachable
from proving.close import signing
from proving.close.later import later_changes
from runtime import jobs
from runtime.anchoring import anchor
from store import closes, tenancy
from store.audit import Act, record
from store.database import Connection
from webapp import toasts
from webapp.auth.rights import Right, needs
from webapp.context import app, database, now, organisation_id, parse_id, person, web
from webapp.proving.words import CLOSES
from webapp.shown import today

blueprint = Blueprint("closing", __name__, url_prefix="/proof/close")
LATER_SHOWN = 200


@blueprint.get("/")
@needs(Right.READ)
def page() -> str:
    with database().read() as connection:
        content = _content(connection)
    return render_template("proving/closes.html", **content)


def _content(connection: Connection) -> dict[str, Any]:
    rows = closes.listed(connection, organisation_id())
    entities = tenancy.list_entities(connection, organisation_id())
    return {
        "rows": rows, "states": CLOSES, "refresh": any(row.state == "waiting" for row in rows),
        "entities": entities, "last_day": today().replace(day=1) - timedelta(days=1),
        "latest": max(map(_day_in, entities), default=today()),
    }  # fmt: skip


@blueprint.post("/")
@needs(Right.DECIDE)
def prepare() -> Response | tuple[str, int]:
    try:
        entity_id, through = _asked()
    except (BadInput, NotFound) as fault:
        return _again(str(fault))
    nudges = web().nudges
    if nudges is None:
        return _again("No worker runs here; run `tieout close` instead.")
    try:
        with database().write() as connection:
            own = closes.ask(connection, organisation_id(), entity_id, through, by=person().actor, now=now())
    except Conflict as fault:
        return _again(str(fault))
    try:
        nudges.nudge(jobs.close, organisation_id(), own)
    except Unreachable as fault:
        with database().write() as connection:
            closes.ended(connection, organisation_id(), own, str(fault))
        toasts.failed(str(fault))
    else:
        toasts.done(f"The period through {through:%d %b %Y} is being prepared; you may leave this page.")
    return _home()


def _asked() -> tuple[UUID, date]:
    """Whose period, and its last day. Raises BadInput, NotFound."""
    text = request.form.get("through", "")
    try:
        through = date.fromisoformat(text)
    except ValueError:
        raise BadInput("The last day is no date; choose one.") from None
    with database().read() as connection:
        entities = {row.id: row for row in tenancy.list_entities(connection, organisation_id())}
    chosen = next(iter(entities)) if len(entities) == 1 else parse_id(request.form.get("entity", ""))
    if chosen not in entities:
        raise NotFound("There is no such entity here; choose one.")
    if through > _day_in(entities[chosen]):
        raise BadInput(f"{through:%d %b %Y} is not over yet; close a period once its last day has come.")
    return chosen, through


def _day_in(entity: Any) -> date:
    """Today where the entity is."""
    return now().astimezone(ZoneInfo(entity.time_zone)).date()


def _again(problem: str) -> tuple[str, int]:
    with database().read() as connection:  # what was typed is shown again, with what is wrong
        content = _content(connection)
    return render_template("proving/closes.html", **content, typed=request.form, problem=problem), 422


@blueprint.get("/<uuid:close_id>")
@needs(Right.READ)
def one(close_id: UUID) -> str:
    with database().read() as connection:
        row = closes.find(connection, organisation_id(), close_id)
        files = closes.files_of(connection, organisation_id(), close_id)
        people = closes.signers(connection, organisation_id())
        later = []
        if row.state in ("signed", "reviewed"):
            later = later_changes(connection, organisation_id(), row.entity_id, row.through, row.prepared_at)
    me = person().actor
    may_sign = me in people and (row.state == "prepared" or (row.state == "signed" and row.signed_by != me))
    return render_template(
        "proving/close.html", one=row, pack=row.pack, files=files, later=later[:LATER_SHOWN], later_all=len(later),
        states=CLOSES, may_sign=may_sign, may_reopen=me in people and row.state in ("signed", "reviewed"),
        alone=len(people) == 1, refresh=row.state == "waiting",
    )  # fmt: skip


@blueprint.post("/<uuid:close_id>/sign")
@needs(Right.DECIDE)
def sign(close_id: UUID) -> Response:
    try:
        state = signing.sign(database(), organisation_id(), close_id, by=person().actor, now=now())
        anchor(app(), organisation_id(), "signing")
    except (Refused, Conflict) as fault:
        toasts.failed(str(fault))
    else:
        toasts.done(
            "Signed, and the period is locked." if state == "reviewed" else "Signed; a second person reviews it."
        )
    return redirect(url_for("closing.one", close_id=close_id), code=303)


@blueprint.post("/<uuid:close_id>/reopen")
@needs(Right.DECIDE)
def reopen(close_id: UUID) -> Response:
    reason = request.form.get("reason", "")
    try:
        signing.reopen(database(), organisation_id(), close_id, reason=reason, by=person().actor, now=now())
        anchor(app(), organisation_id(), "signing")
    except (BadInput, Refused, Conflict) as fault:
        toasts.failed(str(fault))
    else:
        toasts.done("The period is open again; its signed pack stays as it was.")
    return redirect(url_for("closing.one", close_id=close_id), code=303)


@blueprint.get("/<uuid:close_id>/files/<name>")
@needs(Right.READ)
def download(close_id: UUID, name: str) -> Response:
    with database().write() as connection:
        file = closes.file_of(connection, organisation_id(), close_id, name)
        act = Act(
            actor=person().actor, verb="close.download", object_kind="close", object_id=str(close_id),
            summary=f"{name} was downloaded.", detail={"name": name},
        )  # fmt: skip
        record(connection, organisation_id(), act, now())
    return handed(bytes(file.content), file.content_type, file.name)


def handed(content: bytes, kind: str, name: str) -> Response:
    """A file to keep; names are ours and hold no quotes."""
    answer = Response(content, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _home() -> Response:
    return redirect(url_for("closing.page"), code=303)
