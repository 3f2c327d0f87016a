"""What a request knows: the parts it works with, and the person who asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import current_app, g

from ledger.faults import NotFound
from reconcile.books.decisions import Deciding
from runtime.queue import Nudges
from runtime.wiring import App
from store.database import Database

EXTENSION = "tieout"
ACTOR_CHARACTERS_MAX = 80  # as wide as the audit log's column


@dataclass(frozen=True, slots=True)
class Web:
    """nudges: None where no queue is set up; then work waits for the schedule or the command line."""

    app: App
    nudges: Nudges | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who is signed in, in which organisation and role."""

    id: UUID
    email: str
    name: str
    role: str
    organisation_id: UUID
    organisation_name: str
    has_password: bool

    @property
    def actor(self) -> str:
        """As the audit log names them."""
        return self.email[:ACTOR_CHARACTERS_MAX]


def web() -> Web:
    found: Web = current_app.extensions[EXTENSION]
    return found


def app() -> App:
    return web().app


def database() -> Database:
    return web().app.database


def now() -> datetime:
    return web().app.clock.now()


def person() -> Person:
    """The signed-in person; only where the guard let somebody in."""
    found: Person = g.person
    return found


def organisation_id() -> UUID:
    return person().organisation_id


def deciding() -> Deciding:
    return Deciding(database(), organisation_id(), person().actor)


def parse_id(text: str) -> UUID:
    """An id from an address or a form. Raises NotFound: what is no id stands for nothing here."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("This page does not exist; go back to the queue.") from None
