"""Tokens lie sealed, turn with the keys, and are never shown."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select

from ledger.faults import BadInput, NotFound
from store.credentials import Sealer, load_tokens, mark_dead, replace_tokens, reseal_all
from store.database import Database
from store.tables.tenancy import token_sets
from tests.store.place import NOW, SEALER, SECRET, Place, make_place


def _token_set(database: Database) -> tuple[Place, UUID]:
    place = make_place(database)
    place.connect("stripe")
    with database.read() as connection:
        return place, connection.execute(select(token_sets.c.id)).scalar_one()


def test_what_lies_in_the_database_is_sealed(database: Database) -> None:
    place, own = _token_set(database)
    with database.read() as connection:
        row = connection.execute(select(token_sets)).one()
        stored = load_tokens(connection, SEALER, place.organisation_id, own)
    for secret in ("tok-plain", "ref-plain"):
        assert secret not in str(row._mapping)
        assert secret.encode() not in bytes(row.sealed)
        assert secret not in repr(stored)
        assert secret not in str(stored)
    assert stored.secret == SECRET
    assert stored.revision == 1


def test_keys_turn(database: Database) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    place, own = _token_set(database)
    with database.write() as connection:
        replace_tokens(
            connection, Sealer([old]), place.organisation_id, own, secret=SECRET, expires_at=None,
            refresh_expires_at=None, now=NOW,
        )  # fmt: skip
    with database.write() as connection:
        assert load_tokens(connection, Sealer([new, old]), place.organisation_id, own).revision == 2
        assert reseal_all(connection, Sealer([new, old])) == 1
        assert load_tokens(connection, Sealer([new]), place.organisation_id, own).secret == SECRET
        with pytest.raises(BadInput, match="put the key back"):
            load_tokens(connection, Sealer([old]), place.organisation_id, own)


def test_saving_new_tokens_brings_a_dead_set_back(database: Database) -> None:
    place, own = _token_set(database)
    with database.write() as connection:
        mark_dead(connection, place.organisation_id, own, NOW)
        assert load_tokens(connection, SEALER, place.organisation_id, own).dead_at == NOW
        replace_tokens(
            connection, SEALER, place.organisation_id, own, secret={**SECRET, "access_token": "b"},
            expires_at=NOW + timedelta(hours=1), refresh_expires_at=None, now=NOW,
        )  # fmt: skip
        stored = load_tokens(connection, SEALER, place.organisation_id, own)
    assert (stored.dead_at, stored.secret["access_token"], stored.expires_at) == (None, "b", NOW + timedelta(hours=1))


def test_another_organisation_has_no_such_tokens(database: Database) -> None:
    _, own = _token_set(database)
    other = make_place(database, "Other")
    with database.read() as connection, pytest.raises(NotFound, match="connect it again"):
        load_tokens(connection, SEALER, other.organisation_id, own)


@pytest.mark.parametrize("keys", [[], ["short"], [Fernet.generate_key().decode(), "%%%"]])
def test_a_key_that_is_none_is_named_without_being_shown(keys: list[str]) -> None:
    with pytest.raises(BadInput, match="TIEOUT_ENCRYPTION_KEYS") as raised:
        Sealer(keys)
    assert not any(key in str(raised.value) for key in keys)
