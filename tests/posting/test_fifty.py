"""Fifty posted in one act are undone in one: by the provider's own reports the books are what they were."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.posting.desk import PERSON, Desk, desk_over, paid_by_bank
from ledger.posting import PostingState
from posting import ruling
from posting.planning.books import books_of
from posting.undo.acts import ask
from runtime.passes import load_row
from store.queries.outbox import in_state

FIFTY = 50
DIAGONAL = [("quickbooks", "sqlite_database"), ("xero", "postgres_database")]


@pytest.fixture(params=DIAGONAL, ids=["quickbooks-sqlite", "xero-postgres"])
def fifty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    provider, database = request.param
    with desk_over(request.getfixturevalue(database), tmp_path / "home", provider, count=60, customers=8) as made:
        yield made


def _reported(desk: Desk) -> tuple[Any, ...]:
    """What the provider itself says is owed, in all and by customer, and how much cash lies in each account."""
    row = load_row(desk.app, desk.organisation_id, desk.connection_id)
    figures = desk.app.figures(row)
    control = figures.control(desk.today, desk.entity().home_currency)
    customers = figures.customers(desk.today)
    assert control is not None
    assert customers is not None
    return control, customers, desk.stand.truth(desk.tenant, desk.today)


def test_fifty_posted_at_once_are_undone_at_once(fifty: Desk) -> None:
    desk = fifty
    before = _reported(desk)
    desk.rules()
    paid_by_bank(desk, range(FIFTY), customers=8)
    desk.reconcile()
    assert desk.accept_all() == FIFTY
    desk.ask()
    desk.post()
    assert desk.states() == {"posted": FIFTY}
    assert desk.stands()[""] == FIFTY
    stood = _reported(desk)
    assert stood[0] != before[0]
    with desk.database.read() as connection:
        rules, _ = ruling.load(connection, desk.organisation_id, desk.entity_id)
        books = books_of(connection, desk.organisation_id, desk.connection_id, rules, now=desk.app.clock.now())
        posted = in_state(connection, desk.organisation_id, desk.connection_id, PostingState.POSTED)
    assert len({row.batch_id for row in posted}) == 1
    ask(desk.database, books, [row.id for row in posted], by=PERSON, now=desk.app.clock.now())
    desk.post()
    assert desk.states() == {"undone": FIFTY}
    assert _reported(desk) == before
    assert desk.stands()[""] == 0
