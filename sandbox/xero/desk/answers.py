"""What the reading and the writing paths answer alike."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sandbox.xero.desk.books import Books
from sandbox.xero.desk.gate import Gate
from sandbox.xero.desk.views import Views
from sandbox.xero.desk.wire import Record, ms

PROVIDER_NAME = "Sandbox"


@dataclass(frozen=True)
class Desk:
    """One organisation as the API serves it."""

    books: Books
    views: Views


def head(gate: Gate) -> Record:
    """The fields that stand before the records in every answer."""
    return {
        "Id": str(UUID(int=gate.chance.getrandbits(128), version=4)),
        "Status": "OK",
        "ProviderName": PROVIDER_NAME,
        "DateTimeUTC": f"/Date({ms(gate.clock.now())})/",
    }
