"""An accepted match wakes the worker at once where the rules let it post by itself, and only there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from posting.rules import Mode
from runtime.queue import Nudges
from store.database import Database
from tests.webapp.posting.outbox import switch_on
from tests.webapp.queue.test_acts import post
from tests.webapp.site import Site, open_questions, served


@pytest.fixture
def queued(sqlite_database: Database, valkey: str, tmp_path: Path) -> Iterator[tuple[Site, Nudges]]:
    nudges = Nudges(valkey)
    with served(sqlite_database, tmp_path, TIEOUT_REDIS_URL=valkey) as made:
        open_questions(made.books)
        yield made, nudges
    nudges.close()


def test_in_automatic_mode_an_acceptance_is_sent_at_once(queued: tuple[Site, Nudges]) -> None:
    site, nudges = queued
    switch_on(site, Mode.AUTOMATIC)
    ann = site.signed_in()
    assert nudges.depth() == 0
    assert "Match accepted." in post(ann, "/?section=ready", "/accept")
    assert nudges.depth() == 1
    assert nudges.others_wait(site.books.stripe.connection_id)  # it is for the books
    assert not nudges.others_wait(site.books.xero.connection_id)


def test_by_hand_nobody_is_woken(queued: tuple[Site, Nudges]) -> None:
    site, nudges = queued
    switch_on(site, Mode.BY_HAND)
    assert "Match accepted." in post(site.signed_in(), "/?section=ready", "/accept")
    assert nudges.depth() == 0
