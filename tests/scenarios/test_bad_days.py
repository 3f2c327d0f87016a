"""Days on which others lose rows without a word: refusals, cut connections, changes within a second or between two steps.

Over real HTTP into both databases, the pages read ahead as a worker reads them.
"""

from __future__ import annotations

import itertools
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from ledger.faults import RateLimited, Unreachable
from store.database import Database
from store.scope import Scope
from store.tables.intake import cursors
from store.tables.pulled import NOUN_NAMED
from sync.apply import Target, apply_records, load_context
from sync.pull import Progress, run_pass
from tests.connectors.stripe.shop import T0, Shop, Site, open_shop
from tests.connectors.wire import Answer, Call
from tests.store.place import make_place

ROWS = 700
_INVOICES = NOUN_NAMED["invoices"].table
_TOO_MANY = Answer(status=429, body=b"{}", headers={"Stripe-Rate-Limited-Reason": "endpoint-rate"})


def _shop(rows: int = ROWS) -> Shop:
    shop = Shop(page=20)
    for number in range(rows):
        total = {"total": 1000 + number, "amount_remaining": 1000 + number}
        invoice = {"id": f"in_{number}", "object": "invoice", "currency": "usd", "status": "open", **total}
        shop.add("invoices", invoice)
    return shop


def _scope(database: Database) -> Scope:
    return make_place(database).connect("stripe", "acct_1")


_ticks = itertools.count(1)


def _now() -> datetime:
    """A clock that never stands still."""
    return datetime.fromtimestamp(T0 + 1_000_000, UTC) + timedelta(milliseconds=next(_ticks))


def _run(database: Database, scope: Scope, site: Site, **given: Any) -> None:
    target = Target(database, scope, load_context(database, scope))
    run_pass(target, site.connector, now=_now, ahead=True, **given)


def _stored(database: Database, scope: Scope) -> dict[str, int]:
    query = select(_INVOICES.c.external_id, _INVOICES.c.open_amount_minor)
    with database.read() as connection:
        found = connection.execute(query.where(scope.where(_INVOICES), _INVOICES.c.gone_at.is_(None)))
        return {row[0]: row[1] for row in found}


def _owed(shop: Shop) -> dict[str, int]:
    return {thing["id"]: thing["amount_remaining"] for thing in shop.things["invoices"]}


def _done(database: Database) -> list[bool]:
    with database.read() as connection:
        return list(connection.execute(select(cursors.c.done)).scalars())


class _FirstTry:
    """The first try of each call gets this answer instead of its own."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._tried: set[str] = set()
        self._lock = threading.Lock()

    def __call__(self, call: Call) -> Answer | None:
        asked = f"{call.path} {call.query}"
        with self._lock:
            if asked in self._tried:
                return None
            self._tried.add(asked)
            return self._answer


@pytest.mark.parametrize(
    "answer",
    [_TOO_MANY, Answer(body=b'{"object":"list","data":[{"id":"in_x"}]}', cut=20), Answer(hang_up=True)],
    ids=["429", "cut", "hung up"],
)
def test_every_row_comes_through_refusals_and_cuts(database: Database, answer: Answer) -> None:
    """Half of all calls fail."""
    scope = _scope(database)
    with open_shop(_shop(), clock=_now) as site:
        site.shop.before = _FirstTry(answer)
        _run(database, scope, site)
        assert _stored(database, scope) == _owed(site.shop)
        assert _done(database) == [True]


@pytest.mark.parametrize("answer", [_TOO_MANY, Answer(hang_up=True)], ids=["429", "hung up"])
def test_a_provider_that_stays_away_is_a_fault_and_what_came_is_kept(database: Database, answer: Answer) -> None:
    """The pass is not closed, says so, and the next one goes on where it was."""
    scope = _scope(database)
    with open_shop(_shop(), clock=_now) as site:
        seen: list[Call] = []

        def away(call: Call) -> Answer | None:
            seen.append(call)
            return answer if len(seen) > 30 else None

        site.shop.before = away
        with pytest.raises((RateLimited, Unreachable)):
            _run(database, scope, site)
        kept = _stored(database, scope)
        assert 0 < len(kept) < ROWS
        assert _done(database) == [False]
        site.shop.before = lambda _: None
        before = len(site.calls)
        _run(database, scope, site)
        assert _stored(database, scope) == _owed(site.shop)
        assert len(site.calls) - before < ROWS // 20  # not from the beginning


def test_two_changes_in_one_second_are_both_known(database: Database) -> None:
    scope = _scope(database)
    with open_shop(_shop(40), clock=_now) as site:
        _run(database, scope, site)
        [thing] = [one for one in site.shop.things["invoices"] if one["id"] == "in_7"]
        site.shop.now = T0 + 1_000_000 - 30
        for left in (500, 200):  # the same `created` twice
            thing["amount_remaining"] = left
            site.shop.tell("invoice.updated", thing)
        _run(database, scope, site)
        assert _stored(database, scope)["in_7"] == 200


def test_a_change_between_the_reading_of_a_page_and_its_writing_is_kept(database: Database) -> None:
    """Its webhook is applied while the page waits to be written."""
    scope = _scope(database)
    with open_shop(_shop(200), clock=_now) as site:
        changed = False

        def report(_: Progress) -> None:
            nonlocal changed
            if changed:
                return
            changed = True
            [thing] = [one for one in site.shop.things["invoices"] if one["id"] == "in_3"]
            site.shop.now += 2_000_000  # later than when the pages were asked for
            thing["amount_remaining"] = 1
            site.shop.tell("invoice.updated", thing)
            [page] = site.connector.read("invoices", ["in_3"])
            target = Target(database, scope, load_context(database, scope))
            later = datetime.fromtimestamp(site.shop.now, UTC)
            records = [type(record)(**{**_fields(record), "seen_at": later}) for record in page.records]
            apply_records(target, site.connector, records, later)

        _run(database, scope, site, report=report)
        assert _stored(database, scope)["in_3"] == 1


def _fields(record: Any) -> dict[str, Any]:
    names = ("kind", "external_id", "raw", "seen_at", "updated_at", "version", "deleted")
    return {name: getattr(record, name) for name in names}


def test_an_object_without_id_proves_no_absence(database: Database) -> None:
    """One that we know comes back nameless: it is a finding, and what stood of it stays."""
    scope = _scope(database)
    with open_shop(_shop(40), clock=_now) as site:
        _run(database, scope, site)
        whole = _stored(database, scope)
        site.shop.things["invoices"][5].pop("id")
        site.shop.page = 100
        _run(database, scope, site, full=True)
        assert _stored(database, scope) == whole
