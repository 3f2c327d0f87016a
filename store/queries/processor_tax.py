"""Tax rates and exchange rates of the books, by what a rule names."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from sqlalchemy import Connection, select

from store.tables.pulled import NOUN_NAMED

_rates = NOUN_NAMED["tax_rates"].table


def tax_percent(connection: Connection, organisation_id: UUID, connection_id: UUID, code: str) -> Decimal | None:
    """Of a tax code or rate of the books, by its id or name; None where it is not known or not in use."""
    query = select(_rates.c.rate).where(
        _rates.c.organisation_id == organisation_id, _rates.c.connection_id == connection_id,
        (_rates.c.external_id == code) | (_rates.c.name == code), _rates.c.status == "active", _rates.c.gone_at.is_(None),
    )  # fmt: skip
    return connection.execute(query.limit(1)).scalar_one_or_none()
