"""An invoice: the document of a debt in one system."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from ledger.money import Money

STATUSES = ("draft", "open", "paid", "void", "uncollectible")


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceLine:
    position: int
    description: str
    amount: Money
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    tax: Money | None = None
    item: str | None = None
    account: str | None = None
    tax_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """status is one of STATUSES. exchange_rate: home units for one unit of the document's currency.

    hints: other systems' ids or numbers that the document names (metadata, reference, note), for linking mirrors:
    provider ids as they stand ("in_1Abc"), or "number:INV-204".
    """

    external_id: str
    number: str | None
    customer_external_id: str | None
    issued_on: date | None
    due_on: date | None
    total: Money
    tax_total: Money
    open_amount: Money
    status: str
    reference: str | None = None
    po_number: str | None = None
    memo: str | None = None
    terms: str | None = None
    exchange_rate: Decimal | None = None
    home_total: Money | None = None
    deposit: Money | None = None
    sent: bool | None = None
    ar_account: str | None = None
    hints: tuple[str, ...] = ()
    lines: tuple[InvoiceLine, ...] = ()
    updated_at: datetime | None = None
