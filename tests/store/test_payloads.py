"""Bodies come back byte for byte, whatever they were compressed with and whatever became of the schema."""

from __future__ import annotations

import re

import pytest
import zstandard
from sqlalchemy import func, select, update

from ledger.faults import NotFound
from store import schema
from store.database import Database
from store.dictionary import SAMPLES, Dictionary, packer_with, trained
from store.payloads import add_dictionaries, payload, standing_dictionaries
from store.ready import WITH_DICTIONARY
from store.scope import Scope
from store.tables.intake import payload_dictionaries, records
from tests.store.payloads import objects
from tests.store.place import NOW, make_place, record_of

RAWS = objects(SAMPLES + 6)


def filled(database: Database, *, name: str = "Acme", company: str = "co-1") -> tuple[Scope, Dictionary]:
    """Six records; the first five are compressed with a dictionary."""
    place = make_place(database, name)
    scope = place.connect("stripe", company)
    place.write(scope, *(record_of(external_id=f"{number}", raw=raw) for number, raw in enumerate(RAWS[SAMPLES:])))
    known = trained("Thing", RAWS[:SAMPLES])
    assert known is not None
    pack = packer_with(known)
    with database.write() as connection:
        for _ in range(2):
            add_dictionaries(connection, scope, [known, known], NOW)
        for number, raw in enumerate(RAWS[SAMPLES:-1]):
            own = (scope.where(records), records.c.external_id == f"{number}")
            connection.execute(update(records).where(*own).values(codec=WITH_DICTIONARY, body=pack(raw)))
    return scope, known


def read(database: Database, scope: Scope) -> list[bytes]:
    query = select(records).where(scope.where(records)).order_by(records.c.external_id)
    with database.read() as connection:
        return [payload(connection, row) for row in connection.execute(query)]


def test_they_come_back_with_and_without_a_dictionary(database: Database) -> None:
    scope, known = filled(database)
    assert read(database, scope) == RAWS[SAMPLES:]
    with database.read() as connection:
        assert standing_dictionaries(connection, scope) == [known]
        assert connection.execute(select(func.count()).select_from(payload_dictionaries)).scalar_one() == 1


@pytest.mark.parametrize("company", ["other", "own"])
def test_a_dictionary_that_is_missing_is_told_with_the_record(sqlite_database: Database, company: str) -> None:
    """Nor does another connection's serve, be it of the same company with another organisation."""
    other, _ = filled(sqlite_database, name="Other", company=company)
    scope, known = filled(sqlite_database, name="Own", company="own")
    assert read(sqlite_database, other) == RAWS[SAMPLES:]
    with sqlite_database.write() as connection:
        connection.execute(payload_dictionaries.delete().where(scope.where(payload_dictionaries)))
    said = re.escape(
        f"Thing 0 cannot be read: dictionary {known.number} of connection {scope.connection_id} is missing."
    )
    with pytest.raises(NotFound, match=said):
        read(sqlite_database, scope)
    assert read(sqlite_database, other) == RAWS[SAMPLES:]


def test_old_databases_are_read_and_old_versions_can_read_again(database: Database) -> None:
    scope, _ = filled(database)
    schema.downgrade(database, "0013")
    with database.read() as connection:
        query = select(records.c.codec, records.c.body).where(scope.where(records)).order_by(records.c.external_id)
        kept = [(codec, zstandard.decompress(body)) for codec, body in connection.execute(query)]
    assert kept == [("zstd1", raw) for raw in RAWS[SAMPLES:]]
    schema.upgrade(database)
    assert read(database, scope) == RAWS[SAMPLES:]
