"""The company behind a connection, as the provider describes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """external_id: realm id, tenant id or account id. time_zone: an IANA name, or None where the provider has none.

    live: False for a sandbox or test-mode account. lock_date: nothing may be dated on or before it.
    """

    external_id: str
    name: str
    country: str | None = None
    home_currency: str | None = None
    time_zone: str | None = None
    lock_date: date | None = None
    multi_currency: bool = False
    live: bool = True
    notes: tuple[str, ...] = ()
    updated_at: datetime | None = None
