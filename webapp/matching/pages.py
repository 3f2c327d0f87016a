"""`/settings/matching`: what may be decided with nobody looking, the proof for it, the rules, and the replays."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ledger.faults import BadInput, NotFound, Refused, Unreachable
from ledger.money import Money
from reconcile.books import replay as replaying
from reconcile.books.policies import SHIPPED, followed, unit
from reconcile.books.proofs import proofs
from reconcile.books.switching import CHECKED_MIN, DAYS, apply, switch_all, switch_class, switches, tally_by_class
from reconcile.policy import OwnPolicy
from runtime import jobs
from store import policies, replays
from store.database import Connection
from webapp import toasts
from webapp.auth.rights import Right, needs
from webapp.context import database, now, organisation_id, person, web
from webapp.matching import form
from webapp.paging import Paging
from webapp.shown import today

blueprint = Blueprint("matching", __name__, url_prefix="/settings/matching")
VERSIONS_SHOWN = 20
VERDICTS = ("wrong", "agreed", "unchecked")


@blueprint.get("")
@needs(Right.READ)
def page() -> str:
    with database().read() as connection:
        content = _content(connection)
    return render_template("matching/page.html", **content)


def _content(connection: Connection) -> dict[str, Any]:
    found = switches(connection, organisation_id(), today())
    newest = replays.newest_replay(connection, organisation_id())
    under_way = newest if newest is not None and newest.state in ("waiting", "running") else None
    return {
        "found": found,
        "policy": found.standing.policy,
        "newest": newest,
        "under_way": under_way,
        "refresh": under_way is not None,
        "days": DAYS,
        "checked_min": CHECKED_MIN,
        "versions": policies.versions(connection, organisation_id(), VERSIONS_SHOWN),
        "rails": form.rails,
    }


@blueprint.post("/rules")
@needs(Right.RULE)
def change_rules() -> Response | tuple[str, int]:
    try:
        with database().write() as connection:
            own = followed(connection, organisation_id()).policy
            wanted = form.read(request.form, own)
            note = form.changed(own, wanted)
            version = apply(
                connection, organisation_id(), wanted, actor=person().actor, note=note, today=today(), now=now()
            )
    except (BadInput, Refused) as fault:
        with database().read() as connection:  # what was typed is shown again, with what is wrong
            content = _content(connection)
        return render_template("matching/page.html", **content, typed=request.form, problem=str(fault)), 422
    toasts.done(f"{note} Policy version {version}.")
    return _home()


@blueprint.post("/automatic")
@needs(Right.RULE)
def automatic() -> Response:
    on = request.form.get("on") == "yes"
    try:
        with database().write() as connection:
            switch_all(connection, organisation_id(), on=on, actor=person().actor, today=today(), now=now())
    except (BadInput, Refused) as fault:
        toasts.failed(str(fault))
    else:
        toasts.done(f"Automatic decisions are {'on' if on else 'off'}.")
    return _home()


@blueprint.post("/classes/<code>")
@needs(Right.RULE)
def switch(code: str) -> Response:
    on = request.form.get("on") == "yes"
    try:
        with database().write() as connection:
            switch_class(connection, organisation_id(), code, on=on, actor=person().actor, today=today(), now=now())
    except (BadInput, Refused) as fault:
        toasts.failed(str(fault))
    else:
        toasts.done(f"Switched {'on' if on else 'off'}: {proofs()[code].words}")
    return _home()


@blueprint.post("/replays")
@needs(Right.RULE)
def ask() -> Response:
    nudges = web().nudges
    if nudges is None:
        toasts.failed("No worker runs here; run the replay with `tieout shadow` instead.")
        return _home()
    own_id = replaying.ask(database(), organisation_id(), today=today(), actor=person().actor, now=now())
    try:
        nudges.nudge(jobs.replay, organisation_id(), own_id)
    except Unreachable as fault:
        toasts.failed(str(fault))
    else:
        toasts.done(f"The last {DAYS} days are replayed; you may leave this page.")
    return _home()


@blueprint.get("/replays/<uuid:replay_id>")
@needs(Right.READ)
def replay(replay_id: UUID) -> str:
    verdict, evidence = request.args.get("verdict", ""), request.args.get("evidence", "")
    with database().read() as connection:
        row = replays.find_replay(connection, organisation_id(), replay_id)
        by_class = tally_by_class(connection, organisation_id(), replay_id)
        narrowed = {
            "verdict": verdict if verdict in VERDICTS else "",
            "evidence": evidence if evidence in by_class else "",
        }
        cases = replays.count_cases(connection, organisation_id(), replay_id, **narrowed)
        paging = Paging.of(request.args.get("page"), cases)
        rows = replays.cases_page(
            connection, organisation_id(), replay_id, **narrowed, limit=paging.size, offset=paging.offset
        )
    return render_template(
        "matching/replay.html", replay=row, by_class=by_class, proofs=proofs(), narrowed=narrowed, paging=paging,
        cases=[(one, Money(one.amount_minor, one.currency)) for one in rows],
    )  # fmt: skip


@blueprint.get("/replays/<uuid:replay_id>/<int:number>")
@needs(Right.READ)
def case(replay_id: UUID, number: int) -> str:
    with database().read() as connection:
        row = replays.find_replay(connection, organisation_id(), replay_id)
        one = replays.find_case(connection, organisation_id(), replay_id, number)
    return render_template(
        "matching/case.html", replay=row, case=one, proof=proofs().get(one.evidence),
        amount=Money(one.amount_minor, one.currency),
        answer=_lines(one.answer, one.currency), truth=_lines(one.truth, one.currency),
    )  # fmt: skip


def _lines(lines: list[Any], currency: str) -> list[dict[str, Any]]:
    return [{"number": name, "id": own, "sum": Money(int(minor), currency)} for name, own, minor in lines]


@blueprint.get("/versions/<int:number>")
@needs(Right.READ)
def version(number: int) -> str:
    with database().read() as connection:
        row = policies.version(connection, organisation_id(), number)
    if row is None and number != policies.SHIPPED_VERSION:
        raise NotFound("This version of the policy does not exist here.")
    return render_template(
        "matching/version.html", row=row, number=number, policy=SHIPPED if row is None else _whole(row.whole),
        proofs=proofs(), rails=form.rails, unit=unit,
    )  # fmt: skip


def _whole(content: Any) -> Any:
    """The policy as it stood then, also where a later release knows a rule less."""
    return msgspec.convert(content, OwnPolicy, strict=False)


def _home() -> Response:
    return redirect(url_for("matching.page"), code=303)
