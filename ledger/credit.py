"""A credit note: a document that lowers what is owed, open until allocated or refunded; not cash."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from ledger.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditNote:
    """Amounts are positive. status: draft, open, applied, void. invoice_external_id: the invoice it was issued against, if any."""

    external_id: str
    number: str | None
    customer_external_id: str | None
    issued_on: date | None
    total: Money
    tax_total: Money
    open_amount: Money
    status: str
    invoice_external_id: str | None = None
    reference: str | None = None
    exchange_rate: Decimal | None = None
    home_total: Money | None = None
    ar_account: str | None = None
    updated_at: datetime | None = None
