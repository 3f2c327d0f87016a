"""A customer as one system has it. The party behind several such records is ledger/party.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ledger.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """status: active, archived, deleted, merged (then `merged_into`). balance: the provider's own figure, if it gives one."""

    external_id: str
    name: str
    email: str | None = None
    phone: str | None = None
    country: str | None = None
    tax_number: str | None = None
    account_number: str | None = None
    currency: str | None = None
    parent_external_id: str | None = None
    merged_into: str | None = None
    status: str = "active"
    balance: Money | None = None
    updated_at: datetime | None = None
