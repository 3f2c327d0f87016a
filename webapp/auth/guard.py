"""Before each request: who asks, and whether they may. Closed unless a view says otherwise."""

from __future__ import annotations

from typing import Any

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from werkzeug.wrappers import Response

from store import people
from webapp.auth.rights import Right, may
from webapp.context import Person, database, now

TOKEN = "token"  # noqa: S105 the name of the field, not a secret
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


def install(flask: Flask) -> None:
    flask.before_request(_refuse_other_sites)
    flask.before_request(_refuse_nul)
    flask.before_request(_ask)


def _refuse_other_sites() -> None:
    """Browsers say where a form was sent from; a second lock beside the token in the form."""
    if request.method in _READING:
        return
    if request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}:
        abort(403, "This form was sent from another site; open the page here and send it again.")


def _refuse_nul() -> None:
    """No browser's field holds one, and PostgreSQL keeps none in a text."""
    given = request.args if request.method in _READING else request.values
    if "\x00" in request.path or any("\x00" in text for pair in given.items(multi=True) for text in pair):
        abort(400, "What was sent holds a character that no text has; type it again.")


def _ask() -> Response | None:
    view: Any = current_app.view_functions.get(request.endpoint or "")
    g.person = None
    if request.endpoint == "static" or getattr(view, "tieout_public", False):
        return None
    g.person = signed_in()
    if g.person is None:
        return _to_sign_in()
    right = getattr(view, "tieout_right", None)
    if right is None and request.method not in _READING and view is not None:
        right = ""
    if right is not None and not (right in set(Right) and may(g.person.role, right)):
        abort(
            403,
            f"Your role here is {g.person.role}, which may not do this; ask an owner of {g.person.organisation_name}.",
        )
    return None


def signed_in() -> Person | None:
    """The person of this request's session, if it stands. Notes that they were seen."""
    token = session.get(TOKEN)
    if not isinstance(token, str):
        return None
    with database().read() as connection:
        row = people.find_session(connection, token, now())
    if row is None:
        session.clear()
        return None
    if now() - row.seen_at > people.SEEN_EVERY:
        with database().write() as connection:
            people.touch_session(connection, token, now())
    if row.organisation_id is None or row.role is None:
        abort(403, "You belong to no organisation any more; ask an owner to add you.")
    return Person(
        id=row.person_id, email=row.email, name=row.name, role=row.role, organisation_id=row.organisation_id,
        organisation_name=row.organisation_name, has_password=row.has_password,
    )  # fmt: skip


def _to_sign_in() -> Response:
    if request.method not in _READING:
        abort(401, "You are not signed in any more; sign in and send the form again.")
    back = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return redirect(url_for("auth.sign_in", next=None if back == "/" else back), code=303)
