"""`/statements`: a bank's file is chosen, shown as it was understood, and imported only then; each import can go back."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from connectors.statement.unpacked import BYTES_MAX
from ledger.faults import BadInput, Fault, NotFound, Unreachable
from runtime import jobs, statements
from runtime.large_statements import hand_over, is_large, problem_of
from store import statements as store
from store import tenancy
from store.intake import standing_findings
from store.queries.screens import statements as screens
from store.scope import Scope
from sync.statements.plan import Asked
from webapp import toasts
from webapp.auth.guard import TOKEN
from webapp.auth.rights import Right, needs
from webapp.context import app, database, organisation_id, person, web
from webapp.paging import Paging
from webapp.statements.samples import sample_names, sample_of
from webapp.statements.view import Chosen, account_views, chosen_of, line_views, look_view, sheet_views

blueprint = Blueprint("statements", __name__, url_prefix="/statements")
IMPORTS_MAX = 100
FORM_ROOM: Final = 100_000  # what stands in a form beside its file


@blueprint.url_value_preprocessor
def _room_for_a_file(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before anything reads the form: a signed-in person's upload may be as large as a statement may."""
    if endpoint == "statements.upload" and isinstance(session.get(TOKEN), str):
        request.max_content_length = BYTES_MAX + FORM_ROOM


@blueprint.get("/")
@needs(Right.READ)
def page() -> str:
    return _list(problem=None)


def _list(problem: str | None) -> str:
    with database().read() as connection:
        accounts = screens.accounts_shown(connection, organisation_id())
        closings = screens.closing_balances(connection, organisation_id())
        imports = screens.imports_shown(connection, organisation_id(), IMPORTS_MAX)
    return render_template(
        "statements/list.html", accounts=account_views(accounts, closings), imports=imports, problem=problem,
        samples=sample_names(app().settings.home), entity_chosen=request.form.get("entity", ""), mb=BYTES_MAX >> 20,
    )  # fmt: skip


@blueprint.post("/")
@needs(Right.SYNC)
def upload() -> Response | tuple[str, int]:
    given = request.files.get("file")
    if given is None or not given.filename:
        return _list("Choose a file first: the statement as your bank gives it."), 400
    return _take_up(given.filename, given.read(), request.form.get("entity", ""))


@blueprint.post("/sample")
@needs(Right.SYNC)
def sample() -> Response | tuple[str, int]:
    """A statement that lies in the home's samples: the demo's."""
    name = request.form.get("name", "")
    return _take_up(name, sample_of(app().settings.home, name), request.form.get("entity", ""))


def _take_up(name: str, data: bytes, wanted: str) -> Response | tuple[str, int]:
    try:
        entity = _entity(name, wanted)
        asked = Asked(organisation_id=organisation_id(), entity=entity, file_name=name[:200], data=data)
        # what cannot be read at all is said at once; an account that has to be named is asked for on the next page
        look_view(app(), asked, Chosen())
    except Fault as fault:
        return _list(str(fault)), 400
    waiting = statements.keep_waiting(app(), asked, None, actor=person().actor)
    return redirect(url_for("statements.look", import_id=waiting), code=303)


def _entity(name: str, wanted: str) -> Any:
    with database().read() as connection:
        rows = tenancy.list_entities(connection, organisation_id())
    if not rows:
        raise BadInput("There is no entity yet; connect its books first, then import the bank's statement.")
    named = [row for row in rows if str(row.id) == wanted]
    if not named:  # a sample is named after its entity
        named = [row for row in rows if name.startswith(row.name.lower().replace(" ", "-").replace(".", ""))]
    if not named and len(rows) > 1:
        raise BadInput("Choose whose account it is: there are several entities.")
    return (named or rows)[0]


@blueprint.get("/<uuid:import_id>")
@needs(Right.READ)
def look(import_id: UUID) -> str | Response:
    """What was understood of an upload, or what became of an import."""
    with database().read() as connection:
        row = store.find_import(connection, organisation_id(), import_id)
    if row.state == store.AT_WORK:
        return render_template(
            "statements/importing.html", row=row, refresh=True, queue_is_there=web().nudges is not None
        )
    if row.state != "waiting":
        return _done(row)
    chosen = chosen_of(request.args)
    asked = statements.waiting(app(), organisation_id(), import_id)
    view = look_view(app(), asked, chosen)
    with database().read() as connection:
        accounts = store.accounts(connection, organisation_id(), asked.entity.id)
    return render_template(
        "statements/look.html", row=row, view=view, accounts=accounts, chosen=chosen, problem=problem_of(row)
    )


def _done(row: Any) -> str:
    with database().read() as connection:
        sheets = screens.sheets_of(connection, organisation_id(), row.id)
        touched = list(dict.fromkeys(sheet.connection_id for sheet in sheets))
        found = [one for own in touched for one in standing_findings(connection, organisation_id(), own)]
    return render_template("statements/done.html", row=row, sheets=sheet_views(sheets), findings=found)


@blueprint.post("/<uuid:import_id>/import")
@needs(Right.SYNC)
def bring_in(import_id: UUID) -> Response:
    chosen = chosen_of(request.form)
    asked = chosen.applied(statements.waiting(app(), organisation_id(), import_id))
    if web().nudges is not None and is_large(app(), asked):
        return _hand_over(asked, import_id)
    taken, _ = statements.bring_in(app(), asked, actor=person().actor, import_id=import_id)
    toasts.done(f"{asked.file_name}: {taken.new:,} new, {taken.known:,} known.")
    if taken.new:
        _match(taken.connections)
    return redirect(url_for("statements.look", import_id=import_id), code=303)


def _hand_over(asked: Asked, import_id: UUID) -> Response:
    """To a worker; where the queue does not answer, the schedule asks for it again."""
    hand_over(app(), asked, import_id, actor=person().actor)
    nudges = web().nudges
    try:
        if nudges is not None:
            nudges.nudge(jobs.take_statement, organisation_id(), import_id)
    except Unreachable as fault:
        toasts.failed(f"{fault} The import is kept, and begins when the queue is back.")
    return redirect(url_for("statements.look", import_id=import_id), code=303)


def _match(connections: tuple[UUID, ...]) -> None:
    """A worker matches what came; where there is none, the next run does."""
    nudges = web().nudges
    try:
        if nudges is None:
            raise Unreachable("The lines are in. No queue is set up here; run `tieout reconcile` to match them.")
        nudges.nudge(jobs.match, organisation_id(), connections[0])
    except Unreachable as fault:
        toasts.failed(str(fault))


@blueprint.post("/<uuid:import_id>/drop")
@needs(Right.SYNC)
def drop(import_id: UUID) -> Response:
    statements.drop(app(), organisation_id(), import_id)
    return redirect(url_for("statements.page"), code=303)


@blueprint.post("/<uuid:import_id>/undo")
@needs(Right.SYNC)
def undo(import_id: UUID) -> Response:
    try:
        went = statements.take_back(app(), organisation_id(), import_id, actor=person().actor)
    except Fault as fault:
        toasts.failed(str(fault))
        return redirect(url_for("statements.look", import_id=import_id), code=303)
    toasts.done(f"The import was taken back: {went:,} lines went.")
    return redirect(url_for("statements.page"), code=303)


@blueprint.get("/accounts/<uuid:connection_id>")
@needs(Right.READ)
def account(connection_id: UUID) -> str:
    scope = Scope(organisation_id(), connection_id)
    with database().read() as connection:
        accounts = screens.accounts_shown(connection, organisation_id())
        own = next((row for row in accounts if row.id == connection_id), None)
        if own is None:
            raise NotFound("This bank account does not exist here; go back to the statements.")
        paging = Paging.of(request.args.get("page"), screens.lines_count(connection, scope))
        rows = screens.lines_page(connection, scope, limit=paging.size, offset=paging.offset)
        closings = screens.closing_balances(connection, organisation_id())
        found = standing_findings(connection, organisation_id(), connection_id)
    return render_template(
        "statements/account.html", account=account_views([own], closings)[0], lines=line_views(rows), paging=paging,
        findings=found,
    )  # fmt: skip
