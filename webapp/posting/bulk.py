"""Several postings in one act: named with their count and sum, and only the very ones that were seen."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from ledger.faults import BadInput, Conflict
from ledger.money import Money
from store.database import Connection
from store.queries.screens import posting
from webapp.context import organisation_id, parse_id
from webapp.posting.place import Place
from webapp.shown import count, figure

AT_ONCE_MAX = 5_000  # one statement asks for them all; more is asked for in a second press
_VERBS: Mapping[str, str] = {"ready": "Post", "failed": "Retry", "posted": "Look at undoing"}
_REVISION_DIGITS_MAX = 9


def postings_words(number: int) -> str:
    return f"{count(number)} {'posting' if number == 1 else 'postings'}"


def sums(rows: Sequence[Any]) -> list[Money]:
    by_currency: dict[str, int] = {}
    for row in rows:
        by_currency[row.currency] = by_currency.get(row.currency, 0) + row.amount_minor
    return [Money(minor, currency) for currency, minor in sorted(by_currency.items())]


def named(tab: str, rows: Sequence[Any]) -> str:
    """What the button says: the act, the object and the amount."""
    amounts = " and ".join(f"{amount.currency} {figure(amount)}" for amount in sums(rows))
    return f"{_VERBS[tab]} {postings_words(len(rows))}, {amounts}"


def fingerprint(rows: Sequence[Any]) -> str:
    """Of the very postings and revisions, so that nothing that was not seen is sent."""
    seen = sorted(f"{row.id}:{row.revision}" for row in rows)
    return hashlib.sha256("\n".join(seen).encode()).hexdigest()


def seen_as(text: str) -> int:
    if not text.isdecimal() or len(text) > _REVISION_DIGITS_MAX:
        raise BadInput("This form is not whole; open the page again and send it once more.")
    return int(text)


def picked(texts: Sequence[str]) -> dict[UUID, int]:
    """Ticked rows: a posting's id and the revision that was seen."""
    found = {}
    for text in texts[:AT_ONCE_MAX]:
        own, _, seen = text.partition(":")
        found[parse_id(own)] = seen_as(seen)
    return found


def as_seen(connection: Connection, chosen: Mapping[UUID, int]) -> list[Any]:
    """Those of the chosen that still are as they were seen. Raises Conflict where none is."""
    rows = posting.find_all(connection, organisation_id(), list(chosen))
    found = [row for row in rows if row.revision == chosen[row.id]]
    if not found:
        raise Conflict("This posting was changed meanwhile, by somebody else or by the worker; look at it again.")
    return found


def all_as_seen(connection: Connection, place: Place, wanted: str) -> list[Any]:
    """All that the place lists, if it is still exactly what the bar named. Raises Conflict."""
    rows = posting.page(connection, place.wanted(), limit=AT_ONCE_MAX, offset=0)
    if fingerprint(rows) != wanted:
        raise Conflict("What is listed has changed since you looked; check it and confirm again.")
    return rows
