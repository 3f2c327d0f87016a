"""What a writer has to know of the company: its accounts, its home currency, and whether its country has sales tax of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ledger.account import Account
from ledger.faults import Refused

_STATES = frozenset({"", "US", "USA"})  # where QuickBooks' sales tax knows no GlobalTaxCalculation


@dataclass(frozen=True, slots=True)
class Chart:
    home: str
    country: str
    accounts: Mapping[str, Account]

    @classmethod
    def of(cls, home: str, country: str, accounts: Sequence[Account]) -> Chart:
        return cls(home, country.upper(), {account.external_id: account for account in accounts})

    @property
    def taxes_globally(self) -> bool:
        """Whether a document says for all of its lines how tax is reckoned."""
        return self.country not in _STATES

    def receivable(self, currency: str) -> str:
        """The account of what is owed in a currency: QuickBooks keeps one for each. Raises Refused."""
        found = [
            account for account in self.accounts.values()
            if account.kind == "receivable" and account.status == "active" and (account.currency or self.home) == currency
        ]  # fmt: skip
        if not found:
            raise Refused(
                f"No account of receivables in {currency} is known of QuickBooks; sync the connection, then try again."
            )
        return min((account.external_id for account in found), key=lambda own: (len(own), own))

    def takes_payments(self, account: str) -> bool:
        """Whether a payment may go straight into it: banks and other current assets."""
        known = self.accounts.get(account)
        return known is not None and known.payments_enabled

    def currency(self, account: str) -> str | None:
        """None where the account is not known."""
        known = self.accounts.get(account)
        return None if known is None else known.currency or self.home
