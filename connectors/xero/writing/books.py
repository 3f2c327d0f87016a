"""What the writing side has to know of the organisation besides the entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ledger.account import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """codes, currencies: of its accounts by id; lines go by code. payee: the contact of money spent and received where an
    entry names none.
    """

    home_currency: str
    country: str
    payee: str
    codes: Mapping[str, str]
    currencies: Mapping[str, str]

    @classmethod
    def of(cls, home_currency: str, country: str, payee: str, accounts: Sequence[Account]) -> Books:
        """Accounts without a currency of their own are in home currency."""
        return cls(
            home_currency=home_currency,
            country=country,
            payee=payee,
            codes={one.external_id: one.code for one in accounts if one.code},
            currencies={one.external_id: one.currency or home_currency for one in accounts},
        )

    def currency_of(self, account_id: str | None) -> str | None:
        """None for an account that is not known."""
        return self.currencies.get(account_id or "")
