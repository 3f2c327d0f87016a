"""The rules of posting that the business goes by: everything of the processor is booked by Tieout, by itself."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from posting.rules import Booking, Kind, Mode, Place, PostingRules, Role

_NAMED = {
    "quickbooks": {
        Role.BANK: "Checking", Role.CLEARING: "Stripe Clearing", Role.UNDEPOSITED: "Undeposited Funds",
        Role.DISPUTED: "Disputed Funds", Role.RESERVE: "Disputed Funds", Role.PROCESSOR_FEE: "Stripe Fees",
        Role.DISPUTE_FEE: "Stripe Fees", Role.BANK_FEE: "Office Expenses", Role.WITHHOLDING: "Tax Withheld By Customers",
        Role.BAD_DEBT: "Bad Debts", Role.EXCHANGE: "Exchange Gain or Loss", Role.ROUNDING: "Office Expenses",
        Role.SUSPENSE: "Opening Balance Equity", Role.DISCOUNT: "Office Expenses",
    },
    "xero": {
        Role.BANK: "Business Current Account", Role.CLEARING: "Stripe Clearing", Role.PROCESSOR_FEE: "Card Processing Fees",
        Role.DISPUTED: "Disputed Funds", Role.RESERVE: "Disputed Funds", Role.DISPUTE_FEE: "Card Processing Fees",
        Role.BANK_FEE: "Bank Fees", Role.WITHHOLDING: "Withheld by Customers", Role.ROUNDING: "Rounding",
        Role.SUSPENSE: "Suspense", Role.DISCOUNT: "General Expenses", Role.BAD_DEBT: "General Expenses",
        Role.EXCHANGE: "Realised Currency Gains",
    },
}  # fmt: skip


def rules_of(provider: str, accounts: dict[str, str], source: UUID, since: date) -> PostingRules:
    """`accounts`: external ids by name; a role whose account the books do not have stays without one."""
    places = tuple(
        Place(role=role, account=accounts[name]) for role, name in _NAMED[provider].items() if name in accounts
    )
    bookings = tuple(Booking(source=str(source), kind=kind, poster="tieout", since=since) for kind in Kind)
    return PostingRules(mode=Mode.AUTOMATIC, places=places, bookings=bookings)
