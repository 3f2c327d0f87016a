"""What each account is for, and each kind of a processor's money, in words for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from posting.rules import FeePolicy, Kind, Mode, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleWords:
    """scope: processor (one for each processor and currency), bank (one for each bank account), general."""

    name: str
    words: str
    scope: str = "general"
    taxed: bool = False


ROLES: Final[Mapping[Role, RoleWords]] = MappingProxyType(
    {
        Role.BANK: RoleWords(
            name="Bank account",
            scope="bank",
            words="Where money from this bank account's statement stands in the books.",
        ),
        Role.CLEARING: RoleWords(
            name="Clearing",
            scope="processor",
            words="Mirrors the processor's balance; payments go in, fees and payouts out.",
        ),
        Role.DISPUTED: RoleWords(
            name="Disputed funds",
            scope="processor",
            words="Money that a payer's bank took back and that is argued about.",
        ),
        Role.RESERVE: RoleWords(name="Reserve", scope="processor", words="Money that the processor holds back."),
        Role.UNDEPOSITED: RoleWords(
            name="Undeposited funds", words="Payments that reach the bank together, before their deposit."
        ),
        Role.PROCESSOR_FEE: RoleWords(name="Processor's fees", words="An expense, never less revenue.", taxed=True),
        Role.DISPUTE_FEE: RoleWords(
            name="Dispute fees",
            words="What the processor charges for a dispute; empty: with its other fees.",
            taxed=True,
        ),
        Role.BANK_FEE: RoleWords(name="Bank fees", words="What a bank keeps of a payment.", taxed=True),
        Role.WITHHOLDING: RoleWords(
            name="Tax withheld", words="Tax that a customer kept back and paid for you; an asset."
        ),
        Role.DISCOUNT: RoleWords(
            name="Discounts",
            words="Early-payment discounts and agreed reductions, with the invoice's own tax.",
            taxed=True,
        ),
        Role.ROUNDING: RoleWords(name="Rounding", words="Cents that are left, under a monthly cap."),
        Role.BAD_DEBT: RoleWords(
            name="Bad debt", words="What will not be collected; no tax is taken back by it.", taxed=True
        ),
        Role.EXCHANGE: RoleWords(name="Exchange differences", words="The cent that a rate leaves."),
        Role.SUSPENSE: RoleWords(name="Suspense", words="Passed through by a reversal; it always ends at nil."),
        Role.SALES: RoleWords(
            name="Sales without an invoice", words="Only where you switch such sales on; one record a day.", taxed=True
        ),
    }
)
MODES: Final[Mapping[Mode, tuple[str, str]]] = MappingProxyType(
    {
        Mode.OFF: ("Off", "The books are only read. Accepted matches wait under Ready; nothing is written anywhere."),
        Mode.BY_HAND: (
            "By hand",
            "Accepted matches wait under Ready. What somebody posts there is written to the books at once, and nothing else.",
        ),
        Mode.AUTOMATIC: (
            "Automatic",
            (
                "The worker writes every accepted match, and what the rules below say of the processor's money, "
                "within a minute. It stops by itself when many fail in a row, or when another app books the same."
            ),
        ),
    }
)
KINDS: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        Kind.CHARGE: "Payments of customers", Kind.FEE: "Fees", Kind.REFUND: "Refunds", Kind.DISPUTE: "Disputes",
        Kind.RESERVE: "Reserves", Kind.PAYOUT: "Payouts",
    }
)  # fmt: skip
FEES: Final[Mapping[FeePolicy, str]] = MappingProxyType(
    {
        FeePolicy.PAYOUT: "With each payout, one expense", FeePolicy.DAY: "Once a day, one expense",
        FeePolicy.CHARGE: "With each charge",
    }
)  # fmt: skip
PER: Final[Mapping[str, str]] = MappingProxyType(
    {"user": "each person, a month", "customer": "each customer, a month", "month": "everybody, a month"}
)
