"""What the planning of one posting looks at, as plain values: the decision, the cash, and what is owed by now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from ledger.entry import Target
from ledger.money import Money
from ledger.posting import Cause
from posting.remainders.limits import Used
from posting.rules import Role

INVOICE = "invoice"
CREDIT_NOTE = "credit_note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """A document as it was known when somebody decided on it."""

    total: Money
    customer: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """An invoice or credit note of the books as it stands by now. name: its number, for people.

    open_minor: what is open of it, without what this posting has taken already. taken_minor: what other decisions wait to
    take of it. here: it stands in the books that are written to.
    """

    document_id: UUID
    kind: str
    external_id: str
    name: str
    customer: str | None
    total: Money
    open_minor: int
    taken_minor: int = 0
    status: str = "open"
    issued_on: date | None = None
    ar_account: str | None = None
    gone: bool = False
    here: bool = True
    before: Before | None = None

    @property
    def currency(self) -> str:
        return self.total.currency

    @property
    def left(self) -> Money:
        return Money(max(0, self.open_minor - self.taken_minor), self.currency)

    def target(self) -> Target:
        return Target(kind=self.kind, external_id=self.external_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What of the cash goes to a document: positive to an invoice, negative for a credit note that is netted.

    closed: what the cash does not bring and the record closes nevertheless (`closes`: fee, withholding, rounding).
    """

    owed: Owed
    applied: Money
    closed: Money
    closes: str = ""

    @property
    def asked(self) -> Money:
        """What has to be open of the document for this."""
        return abs(self.applied) + self.closed


@dataclass(frozen=True, slots=True, kw_only=True)
class Cash:
    """A receipt. amount: what the payer paid. moved: what moves in the account, where that is known.

    origin: the role of the connection that saw it (processor, statement, books). source: the record of these very books
    that holds the money already, and what is left of it. trouble: why it is no money any more, in a sentence.
    """

    receipt_id: UUID
    connection_id: UUID
    origin: str
    external_id: str
    on: date
    amount: Money
    moved: Money | None
    customer: str | None = None
    payer: str = ""
    reference: str = ""
    source: Target | None = None
    source_left: Money | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """A customer of the books."""

    external_id: str
    name: str
    status: str = "active"
    merged_into: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One posting and all that its entries follow from. decision: the state of its match ("" where it has none).

    on: the day it is of, where no cash says. needs: what accounts its entries name beside the cash's.
    let_go: what else was let go of this month, where a limit asks for it.
    """

    posting_id: UUID
    cause: Cause
    choices: Mapping[str, Any]
    decision: str = ""
    cash: Cash | None = None
    lines: tuple[Line, ...] = ()
    customers: Mapping[str, Who] = field(default_factory=dict)
    on: date | None = None
    needs: tuple[Role, ...] = ()
    decided_by: str = ""
    seconded_by: str = ""
    let_go: tuple[Used, ...] = ()

    @property
    def seed(self) -> str:
        return str(self.posting_id)

    @property
    def day(self) -> date | None:
        """What its entries are dated, as far as cash or choice says it."""
        return self.chosen_date() or (self.cash.on if self.cash is not None else self.on)

    def chosen_date(self) -> date | None:
        chosen = self.choices.get("date")
        return date.fromisoformat(chosen) if chosen else None
