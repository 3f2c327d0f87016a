"""An organisation with one connection in an empty database: `python -m bench.sync.placed PROVIDER DATABASE_URL`.

Prints the organisation's id.
"""

from __future__ import annotations

import sys

from bench.sync.ours import COMPANY, now
from ledger.company import Company
from ledger.source import connection_id
from store import schema, tenancy
from store.credentials import Sealer, add_tokens
from store.database import Database
from store.scope import Scope


def place(database: Database, provider: str) -> Scope:
    """An organisation with one connection in an empty database."""
    schema.upgrade(database)
    sealer = Sealer(["Y29ubmVjdGlvbi1iZW5jaC1jb25uZWN0aW9uLWJlbmM="])
    books = Company(external_id=COMPANY, name="Bench", country="US", home_currency="USD", time_zone="America/New_York")
    secret = {"access_token": "rk_test_bench", "refresh_token": None, "scope": "", "account": None}
    with database.write() as connection:
        organisation_id = tenancy.add_organisation(connection, "Bench", actor="bench", now=now())
        entity_id = tenancy.add_entity(connection, organisation_id, books, actor="bench", now=now())
        token_set_id = tenancy.new_id(now())
        add_tokens(
            connection, sealer, organisation_id=organisation_id, token_set_id=token_set_id, provider=provider,
            secret=secret, expires_at=None, refresh_expires_at=None, now=now(),
        )  # fmt: skip
        tenancy.save_connection(
            connection, organisation_id, entity_id, provider, books, token_set_id=token_set_id, since=None,
            actor="bench", now=now(),
        )  # fmt: skip
    return Scope(organisation_id, connection_id(provider, COMPANY))


if __name__ == "__main__":
    _database = Database(sys.argv[2])
    print(place(_database, sys.argv[1]).organisation_id)
    _database.close()
