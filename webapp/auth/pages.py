"""Signing in by password or one-time link, signing out, and choosing which organisation to look at."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Flask, redirect, render_template, request, session, url_for
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from werkzeug.wrappers import Response

from store import people
from webapp import toasts
from webapp.auth import passwords
from webapp.auth.guard import TOKEN, signed_in
from webapp.auth.rights import Right, needs, public
from webapp.context import database, now, parse_id, person
from webapp.paths import is_own_path

blueprint = Blueprint("auth", __name__)
EACH_ADDRESS = "20 per minute; 200 per hour"  # an office behind one address signs in within it
EACH_PERSON = "8 per 15 minutes"  # nobody mistypes more often; a guesser gets nowhere
WRONG = "E-mail address and password do not fit together. If you have no password yet, use your sign-in link."


def limit(flask: Flask, limiter: Limiter) -> None:
    """Slows guessing, by where it comes from and by whose account it is after."""
    by_address = limiter.limit(EACH_ADDRESS, key_func=get_remote_address, methods=["POST"])
    by_person = limiter.limit(EACH_PERSON, key_func=_whose, methods=["POST"])
    views: dict[str, Any] = flask.view_functions
    views["auth.sign_in"] = by_person(by_address(views["auth.sign_in"]))
    views["auth.link"] = by_address(views["auth.link"])


def _whose() -> str:
    return f"person:{request.form.get('email', '').strip().lower()}"


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Response | str | tuple[str, int]:
    target = _safe(request.values.get("next"))
    if request.method == "GET":
        if signed_in() is not None:
            return redirect(target, code=303)
        return render_template("auth/sign_in.html", email="", target=target)
    email = request.form.get("email", "")
    with database().read() as connection:
        row = people.find_by_email(connection, email)
    stored = row.password if row is not None and row.active else None
    if not passwords.fits(stored, request.form.get("password", "")) or row is None:
        return render_template("auth/sign_in.html", email=email, target=target, problem=WRONG), 401
    return _let_in(row.id, target)


@blueprint.route("/sign-in/link/<token>", methods=["GET", "POST"])
@public
def link(token: str) -> Response | str | tuple[str, int]:
    """Looking at the link does not use it up: mail scanners look. The button does."""
    if request.method == "GET":
        with database().read() as connection:
            stands = people.link_stands(connection, token, now())
        return render_template("auth/link.html", stands=stands), 200 if stands else 410
    with database().write() as connection:
        person_id = people.use_link(connection, token, now())
    if person_id is None:
        return render_template("auth/link.html", stands=False), 410
    return _let_in(person_id, url_for("queue.page"))


@blueprint.post("/sign-out")
@needs(Right.OWN)
def sign_out() -> Response:
    with database().write() as connection:
        people.end_session(connection, session[TOKEN], now())
    session.clear()
    return redirect(url_for("auth.sign_in"), code=303)


@blueprint.post("/organisation")
@needs(Right.OWN)
def look_at() -> Response:
    with database().write() as connection:
        people.look_at(connection, session[TOKEN], person().id, parse_id(request.form.get("organisation", "")))
    return redirect(url_for("queue.page"), code=303)


@blueprint.post("/settings/password")
@needs(Right.OWN)
def change_password() -> Response:
    with database().read() as connection:
        row = people.find_by_email(connection, person().email)
    if row is None or (row.password is not None and not passwords.fits(row.password, request.form.get("current", ""))):
        toasts.failed("The present password is not right; nothing was changed.")
        return redirect(url_for("settings.page"), code=303)
    hashed = passwords.hashed(request.form.get("password", ""))
    with database().write() as connection:
        people.change_password(
            connection, person().organisation_id, person().id, hashed, keep=session[TOKEN], actor=person().actor,
            now=now(),
        )  # fmt: skip
    toasts.done("The password was set. Other sessions of yours have ended.")
    return redirect(url_for("settings.page"), code=303)


def _let_in(person_id: UUID, target: str) -> Response:
    """A new session under a new token; what the browser held before is forgotten."""
    session.clear()
    with database().write() as connection:
        session[TOKEN] = people.begin_session(connection, person_id, now())
    session.permanent = True
    return redirect(target, code=303)


def _safe(target: str | None) -> str:
    """A path of ours to go on to; never another site."""
    return target if target and is_own_path(target) else url_for("queue.page")
