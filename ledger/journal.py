"""One line of a journal, purchase or deposit on an accounts-receivable account: it moves what a customer owes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from ledger.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalLine:
    """`amount` is positive where it raises what is owed (a debit of AR) and negative where it lowers it."""

    external_id: str
    transaction_external_id: str
    transaction_kind: str
    customer_external_id: str | None
    posted_on: date | None
    amount: Money
    number: str | None = None
    memo: str | None = None
    ar_account: str | None = None
    exchange_rate: Decimal | None = None
    home_amount: Money | None = None
    updated_at: datetime | None = None
