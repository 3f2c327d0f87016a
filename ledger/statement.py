"""What a bank says of one account: statements with their balances, and the lines between them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ledger.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One payment inside a line that the bank booked in one sum; signed like the line."""

    amount: Money
    counterparty: str = ""
    counterparty_account: str = ""
    text: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """One booking. `amount` is signed from the account holder's side: money in is positive.

    booked_on: None while the bank has not booked it (`pending`). reference: what the payer gave (an end-to-end id, a
    creditor reference). bank_reference: the bank's own number of the booking. code: the bank's word for its kind.
    reversal: it takes back an earlier line. balance_after: the account's balance behind it, where the file tells.
    parts: the payments it sums up; either none, or they add up to it. place: where in the file it stands, for people.
    """

    booked_on: date | None
    amount: Money
    value_on: date | None = None
    counterparty: str = ""
    counterparty_account: str = ""
    text: str = ""
    reference: str = ""
    bank_reference: str = ""
    code: str = ""
    reversal: bool = False
    pending: bool = False
    balance_after: Money | None = None
    parts: tuple[Part, ...] = ()
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement of one account, lines in the bank's order.

    account: IBAN or number as the bank writes it, "" where the file names none. number: the bank's number of the
    statement. opening stands before the first line and closing behind the last, each on its day, where they are told.
    """

    account: str
    currency: str
    lines: tuple[StatementLine, ...]
    account_name: str = ""
    number: str = ""
    opening: Money | None = None
    closing: Money | None = None
    opening_on: date | None = None
    closing_on: date | None = None

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and the last day that it speaks of; None where it says nothing. An opening balance is often dated on
        the day before.
        """
        told = [line.booked_on for line in self.lines if line.booked_on is not None]
        if self.closing_on is not None:
            told.append(self.closing_on)
        if not told and self.opening_on is not None:
            told.append(self.opening_on)
        return (min(told), max(told)) if told else None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementFile:
    """A file as it was understood. format: a key of connectors.statement.formats; kind: its name for people.

    notes: what a person should know about the file as a whole, in sentences.
    """

    format: str
    kind: str
    statements: tuple[Statement, ...]
    notes: tuple[str, ...] = ()
