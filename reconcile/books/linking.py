"""Saying that two invoice documents are one debt, or that they are not."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from ledger.faults import Refused
from store.database import Connection
from store.queries.documents import links_of


def may_link(connection: Connection, organisation_id: UUID, mirror: Any, primary: Any, *, linked: bool) -> None:
    """Raises Refused unless the two can be one debt: the processor's document of what the ledger has, once."""
    standing = links_of(connection, organisation_id, (mirror.id, primary.id))
    if not linked:
        if (mirror.id, primary.id) not in standing:
            raise Refused("These two documents are not linked.")
        return
    if mirror.entity_id != primary.entity_id or (mirror.role, primary.role) != ("processor", "books"):
        raise Refused("Two documents are one debt only across two systems of one entity: the ledger and the processor.")
    if (mirror.currency, mirror.total_minor) != (primary.currency, primary.total_minor):
        raise Refused("The two documents differ in currency or total, so they are not one debt.")
    if standing - {(mirror.id, primary.id)}:
        raise Refused("One of the two is linked to another document already; part those first.")
