"""How one bank's CSV reads: which column is what, in which order days stand, which sign parts the decimals."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

ROLES = (
    "booked_on", "value_on", "amount", "credit", "debit", "side", "currency", "counterparty", "counterparty_account",
    "text", "reference", "bank_reference", "balance", "account", "status",
)  # fmt: skip
ROLE_WORDS = {
    "booked_on": "Booking date",
    "value_on": "Value date",
    "amount": "Amount (signed)",
    "credit": "Money in",
    "debit": "Money out",
    "side": "In or out, in words",
    "currency": "Currency",
    "counterparty": "Name of the other side",
    "counterparty_account": "Account of the other side",
    "text": "Text",
    "reference": "Payer's reference",
    "bank_reference": "Bank's reference",
    "balance": "Balance behind the line",
    "account": "This account's number",
    "status": "Booked or pending",
}
MANY = frozenset({"text"})  # several columns may be text; they are read one behind the other
DATE_ORDERS = ("ymd", "dmy", "mdy")


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """columns: one role for each column of the header, "" where it is not read. first_row: of the lines, counted from 0.

    decimal: "." or ",". inverted: the bank writes money in as negative, as card statements do.
    """

    delimiter: str
    heading: tuple[str, ...]
    columns: tuple[str, ...]
    first_row: int
    date_order: str
    decimal: str
    inverted: bool = False

    def place(self, role: str) -> int | None:
        return self.columns.index(role) if role in self.columns else None

    def places(self, role: str) -> tuple[int, ...]:
        return tuple(at for at, own in enumerate(self.columns) if own == role)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """A layout with what is not sure of it, in sentences, and some rows to judge it by."""

    layout: Layout
    doubts: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def missing(self) -> str | None:
        return lacks(self.layout)


def lacks(layout: Layout) -> str | None:
    """What a layout cannot do without, as a sentence; None where it is whole."""
    if "booked_on" not in layout.columns:
        return "No column is the booking date; choose the one that is."
    if "amount" not in layout.columns and not {"credit", "debit"} & set(layout.columns):
        return "No column is the amount; choose it, or one for money in and one for money out."
    doubled = sorted({role for role in layout.columns if role and role not in MANY and layout.columns.count(role) > 1})
    if doubled:
        return f"Two columns are {ROLE_WORDS[doubled[0]].lower()}; choose one of them."
    return None


def fingerprint(heading: Sequence[str]) -> str:
    """The same header gives the same layout next time, whatever its blanks and capitals."""
    said = "\x1f".join(" ".join(cell.split()).lower() for cell in heading)
    return hashlib.sha256(said.encode()).hexdigest()
