"""How figures, days and states read on every page: filters and words for the templates."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from babel.numbers import format_decimal
from flask import Flask, g, request
from markupsafe import Markup, escape

from ledger.currency import exponent
from ledger.money import Money
from runtime.condition import condition_of
from store import people, tenancy
from webapp.auth.rights import Right, may
from webapp.context import database, now

_JOINTS: Final = re.compile(r"([@.])(?=\w)")
MINUS: Final = "\u2212"
DASH: Final = "\u2013"
PROVIDERS: Final = {"quickbooks": "QuickBooks", "xero": "Xero", "stripe": "Stripe"}
SYSTEMS: Final = {**PROVIDERS, "statement": "Bank statement", "bank": "Bank"}
STATES: Final = {
    "healthy": ("tied", "tick", "Healthy"),
    "syncing": ("open", "circle", "Syncing"),
    "parked": ("needs", "pause", "Parked"),
    "delayed": ("needs", "pause", "Delayed"),
    "action_needed": ("failed", "cross", "Action needed"),
    "disconnected": ("quiet", "dash", "Disconnected"),
}
RECEIPT_STATES: Final = {
    "matched": ("open", "circle", "One safe answer"),
    "partly_matched": ("open", "circle", "One safe answer, money left over"),
    "suggested": ("needs", "circles", "To choose"),
    "unmatched": ("needs", "dash", "No answer"),
    "reversal": ("needs", "dash", "Money back"),
    "duplicate": ("needs", "circles", "Seen twice"),
    "parked": ("needs", "pause", "Parked"),
    "payout": ("quiet", "arrow", "Payout"),
    "already_recorded": ("tied", "chain", "Recorded in the books"),
    "not_a_payment": ("quiet", "dash", "Not a payment"),
}
POST_STATES: Final = {
    "awaiting": ("needs", "pause", "Waits for a second person"),
    "approved": ("tied", "tick", "Accepted"),
    "posting": ("open", "arrow", "Being posted"),
    "posted": ("tied", "arrow", "Posted"),
    "failed": ("failed", "cross", "Failed to post"),
    "reversed": ("quiet", "dash", "Reversed"),
}
MATCH_STATES: Final = {
    "proposed": ("open", "circle", "Proposed"),
    "awaiting": ("needs", "pause", "Waits for a second person"),
    "declined": ("quiet", "cross", "Declined"),
    "approved": ("tied", "tick", "Accepted"),
    "posting": ("open", "arrow", "Being posted"),
    "posted": ("tied", "arrow", "Posted"),
    "failed": ("failed", "cross", "Failed to post"),
    "reversed": ("quiet", "dash", "Reversed"),
    "undone": ("quiet", "dash", "Undone"),
    "withdrawn": ("quiet", "dash", "Withdrawn"),
}
INVOICE_STATES: Final = {
    "draft": ("quiet", "dash", "Draft"),
    "open": ("open", "circle", "Open"),
    "overdue": ("needs", "circle", "Overdue"),
    "paid": ("tied", "tick", "Paid"),
    "void": ("quiet", "dash", "Void"),
    "uncollectible": ("quiet", "cross", "Uncollectible"),
}


def install(flask: Flask) -> None:
    flask.jinja_env.trim_blocks = True
    flask.jinja_env.lstrip_blocks = True
    flask.jinja_env.filters.update(
        {
            "figure": figure,
            "amount": amount,
            "is_nil": is_nil,
            "isoday": isoday,
            "day": day,
            "moment": moment,
            "ago": ago,
            "count": count,
            "percent": percent,
            "rate": rate,
            "who": who,
        }
    )
    flask.jinja_env.globals.update(
        providers=SYSTEMS, connection_states=STATES, receipt_state=receipt_state, match_states=MATCH_STATES,
        invoice_states=INVOICE_STATES,
    )  # fmt: skip
    flask.context_processor(_of_request)


def who(text: str | None) -> Markup:
    """A person's address, which breaks behind its @ and its dots and not inside a word."""
    plain = str(escape(text or ""))
    return Markup(_JOINTS.sub(r"\1<wbr>", plain) if "@" in plain else plain)  # noqa: S704 - escaped a line above


def figure(amount: Money, *, dash: bool = False) -> str:
    """The digits alone, grouped as the reader's language does, with a true minus. `dash`: nothing reads as a dash."""
    if dash and not amount:
        return DASH
    places = exponent(amount.currency)
    pattern = "#,##0" + ("." + "0" * places if places else "")
    return format_decimal(amount.decimal(), format=pattern, locale=_language()).replace("-", MINUS)


def amount(text: str, currency: str, *, dash: bool = False) -> str:
    """The digits of an exact decimal, as a pack that is kept holds it."""
    return figure(Money.of(text, currency), dash=dash)


def is_nil(text: str) -> bool:
    return not Decimal(text)


def isoday(text: str) -> str:
    """A day that a kept pack holds as a text."""
    return day(date.fromisoformat(text))


def count(number: int) -> str:
    return format_decimal(number, format="#,##0", locale=_language())


def percent(share: float) -> str:
    return f"{share:.0%}"


def rate(share: float) -> str:
    """A small share with two figures that count: 0.031 %."""
    return f"{float(f'{share * 100:.2g}'):g}\u00a0%"


def day(on: date | None) -> str:
    return DASH if on is None else f"{on.day} {on:%b %Y}"


def moment(at: datetime | None) -> str:
    """In the zone of the organisation's books, and says which."""
    if at is None:
        return "never"
    local = at.astimezone(zone())
    return f"{local.day} {local:%b %Y, %H:%M} {local.tzname()}"


def ago(at: datetime | None) -> str:
    """Beside the exact time, never instead of it."""
    if at is None:
        return ""
    past = max(now() - at, timedelta(0))
    if past < timedelta(minutes=1):
        return "just now"
    if past < timedelta(hours=1):
        return f"{int(past.total_seconds()) // 60} min ago"
    if past < timedelta(days=2):
        return f"{int(past.total_seconds()) // 3600} h ago"
    return f"{past.days} days ago"


def receipt_state(status: str, post_status: str) -> tuple[str, str, str]:
    """Colour, mark and words of a receipt: how far its posting is, before what the matcher thinks."""
    return POST_STATES.get(post_status) or RECEIPT_STATES[status]


def today() -> date:
    """The day in the zone of the organisation's books."""
    return now().astimezone(zone()).date()


def zone() -> tzinfo:
    """Where the organisation's books are; UTC before there are any."""
    if "zone" not in g:
        own = getattr(g, "person", None)
        entities = []
        if own is not None:
            with database().read() as connection:
                entities = tenancy.list_entities(connection, own.organisation_id)
        g.zone = _zone_named(entities[0].time_zone) if entities else UTC
    found: tzinfo = g.zone
    return found


def _language() -> Locale:
    if "language" not in g:
        wanted = next((value for value in request.accept_languages.values() if _known(value) is not None), "en")
        g.language = _known(wanted)
    found: Locale = g.language
    return found


@cache
def _known(name: str) -> Locale | None:
    """A language whose digits are ours; pages are in English, so others fall back to it."""
    try:
        return Locale.parse(name, sep="-")
    except (UnknownLocaleError, ValueError):
        return None


def _of_request() -> dict[str, Any]:
    """What the frame of every page shows: the person, their organisations, how fresh the books are."""
    person = getattr(g, "person", None)
    if person is None:
        return {"person": None}
    with database().read() as connection:
        entities = tenancy.list_entities(connection, person.organisation_id)
        standing = tenancy.list_connections(connection, person.organisation_id)
        organisations = people.memberships_of(connection, person.id)
    live = [row for row in standing if row.state != "disconnected"]
    synced = [row.last_synced_at for row in live if row.role != "statement"]  # an account is as fresh as its last file
    synced = synced or [row.last_synced_at for row in live]
    return {
        "person": person,
        "organisations": organisations,
        "entities": entities,
        "broken": [row for row in live if row.state == "action_needed"],
        "delayed": [row for row in live if condition_of(row, now()).state in {"delayed", "parked"}],
        "connected": len(live),
        "fresh_at": min((at for at in synced if at is not None), default=None) if live else None,
        "may_decide": may(person.role, Right.DECIDE),
        "may_post": may(person.role, Right.POST),
        "may_stop": may(person.role, Right.STOP),
        "may_sync": may(person.role, Right.SYNC),
        "may_rule": may(person.role, Right.RULE),
        "may_connect": may(person.role, Right.CONNECT),
    }


@cache
def _zone_named(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
