"""What the matcher reads and what it answers, as plain frozen values.

Amounts are whole minor units of the currency beside them. Nothing here reads a clock, a file or a store; the file command and the
store both translate into these values. They hold no cycles, so the collector need not know them.
"""

import datetime as dt
from decimal import Decimal
from functools import cache
from typing import Literal

import msgspec

Kind = Literal["invoice", "credit_note"]
ItemStatus = Literal["open", "paid", "void", "draft", "uncollectible", "disputed"]
Decision = Literal["auto", "suggest"]
ReceiptStatus = Literal["matched", "partly_matched", "suggested", "duplicate", "payout", "reversal", "unmatched"]
ResidualKind = Literal["", "fee", "discount", "withholding", "fx", "rounding", "short_pay", "part", "overpay"]


class OpenItem(msgspec.Struct, frozen=True, gc=False):
    """An invoice or a credit note. `open_minor` is positive or zero for both kinds; a credit note counts against."""

    id: str
    customer_id: str
    currency: str
    total_minor: int
    open_minor: int
    kind: Kind = "invoice"
    number: str = ""
    references: tuple[str, ...] = ()
    """Other names of the same debt: mirrored documents' ids, provider ids, contract numbers."""
    po_number: str = ""
    payment_reference: str = ""
    issued_on: dt.date | None = None
    due_on: dt.date | None = None
    terms: str = ""
    status: ItemStatus = "open"


class Payer(msgspec.Struct, frozen=True, gc=False):
    """A customer as somebody who pays."""

    id: str
    name: str = ""
    email: str = ""
    parent_id: str = ""
    accounts: tuple[str, ...] = ()


class Receipt(msgspec.Struct, frozen=True, gc=False):
    """Money that came in, gross; negative when it went back."""

    id: str
    received_on: dt.date
    currency: str
    amount_minor: int
    fee_minor: int = 0
    payer_name: str = ""
    payer_account: str = ""
    payer_email: str = ""
    reference: str = ""
    method: str = ""
    source: str = ""
    metadata: tuple[tuple[str, str], ...] = ()
    payout_id: str = ""


class HistoryRow(msgspec.Struct, frozen=True, gc=False):
    """A receipt that a person matched before, with one of the invoices it paid."""

    receipt: Receipt
    invoice_id: str
    customer_id: str
    applied_minor: int = 0
    learn: bool = True
    """Whether it also teaches who pays how; not where `reconcile.facts` say that already."""


class Rate(msgspec.Struct, frozen=True, gc=False):
    """`value` units of `target` for one unit of `base`, on a day."""

    on: dt.date
    base: str
    target: str
    value: Decimal


class Line(msgspec.Struct, frozen=True, gc=False):
    """What a proposal applies to one item, in the item's currency; negative for a credit note."""

    item_id: str
    applied_minor: int
    currency: str
    residual_minor: int = 0
    residual_kind: ResidualKind = ""


class Reason(msgspec.Struct, frozen=True, gc=False):
    """One piece of evidence: a code that programs read and the values that the words need."""

    code: str
    values: tuple[str, ...] = ()


@cache
def plain_reason(code: str) -> Reason:
    """A reason without values: one for all that give it."""
    return Reason(code)


class Rival(msgspec.Struct, frozen=True, gc=False):
    """Another answer that was weighed, and why it lost."""

    item_ids: tuple[str, ...]
    confidence: float
    why: tuple[Reason, ...]


class Proposal(msgspec.Struct, frozen=True, gc=False):
    """One possible answer for a receipt."""

    receipt_id: str
    lines: tuple[Line, ...]
    decision: Decision
    rank: int
    confidence: float
    reasons: tuple[Reason, ...]
    against: tuple[Reason, ...] = ()
    missing: tuple[Reason, ...] = ()
    """What would have made it automatic; empty for an automatic one."""
    runner_up: tuple[str, ...] = ()
    """Item ids of the strongest rival, if there is one."""
    unapplied_minor: int = 0
    evidence: str = ""
    """The code of its class of evidence (`reconcile.classes`)."""
    rivals: tuple[Rival, ...] = ()
    """On the first proposal: the strongest others, best first. A plain number with its exact amount and payer has none looked at."""


class ReceiptOutcome(msgspec.Struct, frozen=True, gc=False):
    """What became of one receipt. `unapplied_minor` is in the receipt's currency."""

    receipt_id: str
    status: ReceiptStatus
    unapplied_minor: int
    reasons: tuple[Reason, ...]
    proposals: tuple[Proposal, ...] = ()
    takes_back: tuple[Line, ...] = ()
    """Of money that went back: what the payment that it undoes was applied to, in negative amounts."""


class Result(msgspec.Struct, frozen=True, gc=False):
    """Every receipt's outcome, in the order of receipt ids."""

    outcomes: tuple[ReceiptOutcome, ...]
