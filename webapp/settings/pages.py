"""`/settings`: who may sign in, one's password, and where the matching policy stands."""

from __future__ import annotations

from flask import Blueprint, render_template

from reconcile.books.policies import followed
from store import people
from webapp.auth.passwords import CHARACTERS_MIN
from webapp.auth.rights import Right, needs
from webapp.context import database, organisation_id, person
from webapp.posting.waits import books_shown

blueprint = Blueprint("settings", __name__)


@blueprint.get("/settings")
@needs(Right.READ)
def page() -> str:
    with database().read() as connection:
        rows = people.list_people(connection, organisation_id())
        standing = followed(connection, organisation_id())
        posting = books_shown(connection, organisation_id())
    return render_template(
        "settings.html",
        people=rows,
        unattended=standing.policy.unattended,
        version=standing.version,
        password_min=CHARACTERS_MIN,
        me=person(),
        posting=posting,
    )
