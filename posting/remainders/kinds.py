"""The kinds of what remains of an invoice: what each comes to in the books, and in what words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from posting.rules import Role


class Remainder(StrEnum):
    """discount: for early payment. reduction: agreed with the customer. short_pay: nobody knows yet, nothing is posted."""

    DISCOUNT = "discount"
    REDUCTION = "reduction"
    BANK_FEE = "bank_fee"
    ROUNDING = "rounding"
    WITHHOLDING = "withholding"
    BAD_DEBT = "bad_debt"
    SHORT_PAY = "short_pay"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """role: the account. credit: a credit note lowers what is owed; else the record closes the invoice against the account.

    taxed: the credit carries the invoice's tax mix pro rata. words: what a person reads; posts: whether anything is written.
    """

    role: Role
    credit: bool
    taxed: bool
    words: str
    posts: bool = True


WAYS: Mapping[Remainder, Way] = MappingProxyType(
    {
        Remainder.DISCOUNT: Way(
            role=Role.DISCOUNT, credit=True, taxed=True,
            words="A credit note for the discount, with the invoice's tax in proportion.",
        ),
        Remainder.REDUCTION: Way(
            role=Role.DISCOUNT, credit=True, taxed=True,
            words="A credit note for what was agreed, with the invoice's tax in proportion.",
        ),
        Remainder.BANK_FEE: Way(
            role=Role.BANK_FEE, credit=False, taxed=False,
            words="An expense; the customer is credited in full. The sale and its tax stay as they are.",
        ),
        Remainder.ROUNDING: Way(
            role=Role.ROUNDING, credit=False, taxed=False, words="Closed against the rounding account; no tax changes."
        ),
        Remainder.WITHHOLDING: Way(
            role=Role.WITHHOLDING, credit=False, taxed=False,
            words="An asset: tax that the customer paid for you. Keep their certificate; the sale and its tax stay.",
        ),
        Remainder.BAD_DEBT: Way(
            role=Role.BAD_DEBT, credit=True, taxed=False,
            words="A credit without tax to the bad-debt account; tax relief is a task of its own.",
        ),
        Remainder.SHORT_PAY: Way(
            role=Role.SUSPENSE, credit=False, taxed=False, posts=False,
            words="Nothing is posted; it stays owed until somebody decides.",
        ),
    }
)  # fmt: skip

OF_RESIDUAL = MappingProxyType(
    {
        "fee": Remainder.BANK_FEE, "discount": Remainder.DISCOUNT, "withholding": Remainder.WITHHOLDING,
        "rounding": Remainder.ROUNDING, "short_pay": Remainder.SHORT_PAY, "part": Remainder.SHORT_PAY,
    }
)  # fmt: skip
"""What the matcher took a difference for, as a kind of remainder."""
