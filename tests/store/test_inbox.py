"""Webhooks are kept once, worked on oldest first, tried so often and set aside, and can be worked on again."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, func, select, update

from ledger.faults import Unreachable
from store import inbox as kept
from store.database import Database
from store.inbox import MAX_TRIES, ROWS_PER_STATEMENT, Delivery, Keeping
from store.scope import Scope
from store.tables.intake import inbox
from tests.store.place import NOW, make_place


def _delivery(scope: Scope | None, event_id: str = "evt_1", body: bytes = b'{"id": "evt_1"}') -> Delivery:
    return Delivery(
        provider="stripe", event_id=event_id, type="charge.succeeded", company_id="acct_1", body=body,
        organisation_id=scope.organisation_id if scope else None, connection_id=scope.connection_id if scope else None,
    )  # fmt: skip


def _keep(database: Database, *deliveries: Delivery, at: datetime = NOW) -> None:
    keeping = Keeping(database)
    keeping.keep(deliveries, at)
    keeping.close()


def _waiting(database: Database, scope: Scope) -> list[str]:
    with database.read() as connection:
        return [row.event_id for row in kept.waiting(connection, scope.organisation_id, scope.connection_id, 100)]


def test_an_event_that_comes_again_stays_as_it_was(database: Database) -> None:
    scope = make_place(database).connect("stripe")
    _keep(database, _delivery(scope))
    with database.write() as connection:
        kept.finish(connection, "stripe", ["evt_1"], NOW)
    _keep(database, _delivery(scope, body=b"other"), _delivery(scope, "evt_2"), _delivery(scope, "evt_2"))
    assert _waiting(database, scope) == ["evt_2"]
    with database.read() as connection:
        row = connection.execute(select(inbox).where(inbox.c.event_id == "evt_1")).one()
    assert (kept.body(row), row.state) == (b'{"id": "evt_1"}', "done")


def test_the_same_event_at_two_doors_at_once_is_kept_once(database: Database) -> None:
    scope = make_place(database).connect("stripe")
    ready = threading.Barrier(4)

    def arrive(_: int) -> None:
        ready.wait()
        _keep(database, _delivery(scope))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(arrive, range(4)))
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(inbox)).scalar_one() == 1


def test_oldest_first(database: Database) -> None:
    scope = make_place(database).connect("stripe")
    _keep(database, _delivery(scope, "b"), at=NOW + timedelta(seconds=1))
    _keep(database, _delivery(scope, "c"), _delivery(scope, "a"), at=NOW + timedelta(seconds=2))
    _keep(database, _delivery(scope, "z"))
    assert _waiting(database, scope) == ["z", "b", "a", "c"]


def test_after_so_many_tries_it_is_set_aside(database: Database) -> None:
    scope = make_place(database).connect("stripe")
    _keep(database, _delivery(scope))
    for number in range(MAX_TRIES):
        assert _waiting(database, scope) == ["evt_1"], number
        with database.write() as connection:
            kept.fail(connection, "stripe", ["evt_1"], "It could not be read.", NOW)
    assert _waiting(database, scope) == []
    with database.write() as connection:
        row = connection.execute(select(inbox)).one()
        assert (row.state, row.tries, row.problem) == ("failed", MAX_TRIES, "It could not be read.")
        assert kept.reopen(connection, scope.organisation_id, scope.connection_id) == 1
    assert _waiting(database, scope) == ["evt_1"]


def test_what_nobody_is_connected_for_is_kept_and_waits_for_none(database: Database) -> None:
    scope = make_place(database).connect("stripe")
    _keep(database, _delivery(None))
    with database.read() as connection:
        assert kept.connections_waiting(connection) == []
    _keep(database, _delivery(scope, "evt_2"), _delivery(scope, "evt_3"))
    with database.read() as connection:
        assert kept.connections_waiting(connection) == [(scope.organisation_id, scope.connection_id)]


def test_another_organisation_sees_none_of_it(database: Database) -> None:
    scope = make_place(database).connect("stripe")
    foreign = make_place(database, "Other").connect("stripe")
    _keep(database, _delivery(scope))
    with database.write() as connection:
        assert kept.reopen(connection, foreign.organisation_id, foreign.connection_id) == 0
    assert _waiting(database, foreign) == []


def test_more_than_one_statement_holds_are_all_kept(database: Database) -> None:
    scope = make_place(database).connect("stripe")
    _keep(database, *(_delivery(scope, f"evt_{number:03}") for number in range(ROWS_PER_STATEMENT + 7)))
    with database.read() as connection:
        assert (
            len(kept.waiting(connection, scope.organisation_id, scope.connection_id, 1_000)) == ROWS_PER_STATEMENT + 7
        )


def test_a_connection_that_broke_is_opened_again(database: Database) -> None:
    scope = make_place(database).connect("stripe")
    keeping = Keeping(database)
    keeping.keep([_delivery(scope)], NOW)
    if database.is_sqlite:
        keeping.close()
    else:
        with database.write() as connection:
            others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            connection.exec_driver_sql(f"{others} AND datname = current_database()")
    keeping.keep([_delivery(scope, "evt_2")], NOW)
    keeping.close()
    assert _waiting(database, scope) == ["evt_1", "evt_2"]


def test_a_lock_is_not_waited_for_without_end(database: Database) -> None:
    """The provider sends again; whoever stands behind is not to wait for half a minute."""
    keeping = Keeping(database, patience_ms=20)
    keeping.keep([_delivery(None, "1")], NOW)
    with database.write() as connection:
        connection.execute(update(inbox).values(type="held"))
        if not database.is_sqlite:  # a row's own lock: the same event once more has to wait for how that ends
            connection.execute(delete(inbox))
        with pytest.raises(Unreachable, match=r"busy for 0\.02 seconds"):
            keeping.keep([_delivery(None, "1")], NOW)
    keeping.keep([_delivery(None, "1"), _delivery(None, "2")], NOW)
    keeping.close()
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(inbox)).scalar_one() == 2
