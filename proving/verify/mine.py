"""Our own figures of one connection's company, as the store has them: given by runtime, which knows the ageing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from ledger.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Mine:
    """customers: by external id in home currency on the day, by the ledger's own rule of rates. standing: by customer and by
    currency, whatever the dates. unpriced: documents without a
    rate.
    """

    home: str
    on: date
    total: Money
    customers: Mapping[str, Money]
    standing: Mapping[str, Mapping[str, Money]]
    names: Mapping[str, str] = field(default_factory=dict)
    unpriced: tuple[str, ...] = ()
    currencies: frozenset[str] = frozenset()

    def standing_of(self, customer: str) -> Decimal:
        """The bare sum of a customer's documents in their own currencies, as Xero adds them up."""
        return sum((money.decimal() for money in self.standing.get(customer, {}).values()), Decimal(0))

    def currencies_of(self, customer: str) -> set[str]:
        return set(self.standing.get(customer, ()))
