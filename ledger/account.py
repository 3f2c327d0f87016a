"""An account of the ledger's chart, and a tax rate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from ledger.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """kind: receivable, bank, current_asset, income, expense, other; provider_type as the provider names it.

    system_role: receivable, undeposited, or None. balance: the provider's own present figure, where it gives one.
    """

    external_id: str
    name: str
    kind: str
    provider_type: str
    code: str | None = None
    currency: str | None = None
    status: str = "active"
    system_role: str | None = None
    payments_enabled: bool = False
    balance: Money | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxRate:
    """rate in per cent (20 = 20 %)."""

    external_id: str
    name: str
    rate: Decimal | None
    status: str = "active"
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeRate:
    """home units for one unit of `currency`, from the day `on`."""

    external_id: str
    currency: str
    home_currency: str
    on: date
    rate: Decimal
    updated_at: datetime | None = None
