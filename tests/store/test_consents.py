"""A consent's state is used once, also where two callbacks come at the same moment."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from store import consents
from store.database import Database
from store.tables.tenancy import token_sets
from tests.store.place import NOW, Place, make_place


def _open(database: Database) -> Place:
    place = make_place(database)
    with database.write() as connection:
        consents.open_consent(
            connection, place.organisation_id, state_hash="s", session_hash="p", provider="xero",
            purpose={"redirect_uri": "http://127.0.0.1/"}, expires_at=NOW + timedelta(minutes=15),
        )  # fmt: skip
    return place


def test_two_callbacks_at_once_and_one_is_served(database: Database) -> None:
    place = _open(database)
    ready = threading.Barrier(2)

    def come_back(_: int) -> Any:
        ready.wait()
        with database.write() as connection:
            return consents.use_consent(connection, place.organisation_id, "s", NOW)

    with ThreadPoolExecutor(2) as pool:
        served = list(pool.map(come_back, range(2)))
    assert sorted(row is not None for row in served) == [False, True]


def test_a_state_too_old_unknown_or_of_others_is_none(database: Database) -> None:
    place, other = _open(database), make_place(database, "Other")
    with database.write() as connection:
        late = NOW + timedelta(minutes=15)
        assert consents.use_consent(connection, place.organisation_id, "s", late) is None
        assert consents.use_consent(connection, place.organisation_id, "t", NOW) is None
        assert consents.use_consent(connection, other.organisation_id, "s", NOW) is None
        assert consents.use_consent(connection, place.organisation_id, "s", NOW) is not None


def test_a_grant_waits_for_its_company_until_it_is_closed_or_too_old(database: Database) -> None:
    place = _open(database)
    own = place.organisation_id
    with database.write() as connection:
        assert consents.find_grant(connection, own, "s", NOW) is None
        consents.keep_grant(connection, own, "s", b"sealed")
        found = consents.find_grant(connection, own, "s", NOW)
        assert found is not None
        assert bytes(found.granted) == b"sealed"
        assert consents.find_grant(connection, own, "s", NOW + timedelta(minutes=16)) is None
        consents.close_consent(connection, own, "s")
        assert consents.find_grant(connection, own, "s", NOW) is None


def test_tokens_go_when_the_last_connection_lets_go(database: Database) -> None:
    place = make_place(database)
    scope = place.connect("stripe")
    with database.write() as connection:
        own = connection.execute(select(token_sets.c.id)).scalar_one()
        consents.delete_tokens_unless_shared(connection, place.organisation_id, own)
        assert connection.execute(select(func.count()).select_from(token_sets)).scalar_one() == 1
        from store.tenancy import change_connection

        change_connection(connection, place.organisation_id, scope.connection_id, {"token_set_id": None})
        consents.delete_tokens_unless_shared(connection, place.organisation_id, own)
        assert connection.execute(select(func.count()).select_from(token_sets)).scalar_one() == 0
