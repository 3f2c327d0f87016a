"""What a card says of a connection: syncing, how far, stuck, in need of a person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from store import tenancy
from store.database import Database
from tests.store.place import NOW, make_place
from tests.webapp.site import Site
from webapp.connections.cards import Card, cards, words


def card(database: Database, **values: Any) -> Card:
    place = make_place(database)
    scope = place.connect("xero")
    with database.write() as connection:
        tenancy.change_connection(connection, place.organisation_id, scope.connection_id, values)
        return cards(connection, place.organisation_id, NOW, 500_000)[0]


def test_the_share_of_an_import_counts_feeds_that_have_not_begun(database: Database) -> None:
    progress = {
        "feeds": {
            "Contacts": {"came": 40, "total": 40, "done": True},
            "Invoices": {"came": 50, "total": 100, "done": False},
            "Payments": {"came": 7, "total": None, "done": False},
        },
        "of": 6,
    }
    shown = card(database, last_started_at=NOW, progress=progress)
    assert shown.is_syncing
    assert shown.share == pytest.approx(0.25)
    assert [feed.name for feed in shown.feeds] == ["contacts", "invoices", "payments"]


def test_a_connection_that_waits_for_its_first_import_says_so(database: Database) -> None:
    shown = card(database, last_started_at=None)
    assert (shown.state, shown.share, shown.records_in_all) == ("syncing", 0.0, 0)
    assert shown.reason is not None


def test_a_sync_that_never_ended_is_delayed(database: Database) -> None:
    shown = card(database, last_started_at=NOW - timedelta(hours=2), last_synced_at=NOW - timedelta(hours=3))
    assert shown.state == "delayed"
    assert "sync again" in str(shown.remedy)


def test_what_needs_a_person_stays_so_while_it_is_tried_again(database: Database) -> None:
    shown = card(database, state="action_needed", state_reason="Xero says no.", last_started_at=NOW)
    assert (shown.state, shown.reason) == ("action_needed", "Xero says no.")


def test_kinds_are_read_as_words() -> None:
    assert words("BalanceTransaction") == words("balance_transactions").removesuffix("s") == "balance transaction"


def test_a_broken_connection_is_said_on_every_page(site: Site) -> None:
    own = site.books.xero
    values = {"state": "action_needed", "state_reason": "Xero no longer accepts our token.", "last_synced_at": NOW}
    with site.app.database.write() as connection:
        tenancy.change_connection(connection, own.organisation_id, own.connection_id, values)
    ann = site.signed_in()
    for path in ("/", "/invoices/", "/settings"):
        assert "Xero no longer accepts our token." in ann.shown(path)
