"""`/settings`: who may sign in, one's password, and the policy that the matcher follows here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
from flask import Blueprint, render_template

from reconcile.policy import DEFAULT
from runtime.reconciling import policy_of
from store import people, tenancy
from webapp.auth.passwords import CHARACTERS_MIN
from webapp.auth.rights import Right, needs
from webapp.context import database, organisation_id, person

blueprint = Blueprint("settings", __name__)


@dataclass(frozen=True, slots=True)
class Rule:
    """One field of the policy, and whether this organisation has changed it."""

    name: str
    value: str
    changed: bool


@blueprint.get("/settings")
@needs(Right.READ)
def page() -> str:
    with database().read() as connection:
        rows = people.list_people(connection, organisation_id())
        organisation = tenancy.find_organisation(connection, str(organisation_id()))
    return render_template(
        "settings.html",
        people=rows,
        rules=_rules(policy_of(organisation)),
        password_min=CHARACTERS_MIN,
        me=person(),
    )


def _rules(policy: Any) -> list[Rule]:
    own, default = msgspec.structs.asdict(policy), msgspec.structs.asdict(DEFAULT)
    return [Rule(name.replace("_", " "), _words(value), value != default[name]) for name, value in own.items()]


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, msgspec.Struct):
        value = msgspec.structs.asdict(value)
    if isinstance(value, dict):
        return "; ".join(f"{str(key).replace('_', ' ')} {_words(item)}" for key, item in value.items()) or "none"
    if isinstance(value, frozenset | set):
        value = sorted(value)
    if isinstance(value, tuple | list):
        return ", ".join(_words(item) for item in value) or "none"
    return "none" if value is None or value == "" else str(value)
