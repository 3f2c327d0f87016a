"""What the statements pages show: a file as it was understood, with what a person chose of it; accounts and lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from connectors.statement.formats import guess_layout
from connectors.statement.layout import DATE_ORDERS, ROLE_WORDS, Guess, Layout, lacks
from connectors.statement.unpacked import unpack
from ledger.faults import Ambiguous, BadInput
from ledger.money import Money
from ledger.statement import StatementLine
from runtime import statements
from runtime.wiring import App
from sync.statements.accounts import masked
from sync.statements.plan import Asked, Plan
from webapp.shown import receipt_state

SHOWN_LINES = 12
NOT_READ = "-"  # forms leave out what is empty
_CHOICES = ("date_order", "decimal", "inverted")
ORDER_WORDS = {"ymd": "Year, month, day", "dmy": "Day, month, year", "mdy": "Month, day, year"}
_LINE_STATES = {
    "pending": ("quiet", "pause", "Not booked yet"),
    "debit": ("quiet", "dash", "Money out"),
    "reversal": ("needs", "dash", "Taken back"),
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a person said of a file. layout: `column.N`, `date_order`, `decimal`, `inverted`."""

    account: str = ""
    currency: str = ""
    layout: dict[str, str] = field(default_factory=dict)

    def applied(self, asked: Asked) -> Asked:
        account, currency = self.account.strip() or None, self.currency.strip().upper() or None
        asked = replace(asked, account=account, currency=currency)
        if not self.layout:
            return asked
        guess = _guess(asked)
        if guess is None:
            return asked
        told = {name: "" if value == NOT_READ else value for name, value in self.layout.items()}
        return replace(asked, layout=statements.layout_from(guess.layout, told))

    @property
    def fields(self) -> dict[str, str]:
        """As the form of the import says it again."""
        return {"account": self.account, "currency": self.currency, **self.layout}


def chosen_of(given: Mapping[str, str]) -> Chosen:
    layout = {
        name: value
        for name, value in given.items()
        if value and (name in _CHOICES or (name.startswith("column.") and name[7:].isdigit()))
    }
    return Chosen(given.get("account", "")[:200], given.get("currency", "")[:3], layout)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """problem: why it cannot be imported as it stands; plan is None then. asks: the account has to be named."""

    plan: Plan | None
    problem: str | None
    asks: bool
    layout: Layout | None
    doubts: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[tuple[StatementLine, bool], ...]

    roles = ROLE_WORDS
    orders = tuple((key, ORDER_WORDS[key]) for key in DATE_ORDERS)


def look_view(app: App, asked: Asked, chosen: Chosen) -> Look:
    """Raises BadInput for a file that cannot be read whatever a person says of it."""
    guess = _guess(asked)
    applied = chosen.applied(asked)
    layout = applied.layout or (None if guess is None else guess.layout)
    doubts = () if guess is None else guess.doubts
    rows = () if guess is None else guess.rows
    try:
        planned = statements.look(app, applied)
    except BadInput as fault:
        names_none = "does not say which account" in str(fault)
        if not names_none and not isinstance(fault, Ambiguous) and guess is None:
            raise
        missing = None if layout is None else lacks(layout)
        return Look(
            plan=None, problem=missing or str(fault), asks=names_none or isinstance(fault, Ambiguous), layout=layout,
            doubts=doubts, rows=rows, lines=(),
        )  # fmt: skip
    told = [(one.line, one.is_new) for sheet in planned.sheets for one in sheet.lines[:SHOWN_LINES]]
    return Look(
        plan=planned, problem=None, asks=False, layout=planned.layout, lines=tuple(told[:SHOWN_LINES]),
        doubts=() if planned.remembered else doubts, rows=rows,
    )  # fmt: skip


def _guess(asked: Asked) -> Guess | None:
    members = unpack(asked.file_name, asked.data)
    return guess_layout(members[0], asked.books()) if len(members) == 1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountView:
    row: Any
    number: str
    closing: Money | None
    closing_on: Any


def account_views(rows: Sequence[Any], closings: Mapping[UUID, Any]) -> list[AccountView]:
    found = []
    for row in rows:
        closing = closings.get(row.id)
        amount = None if closing is None else Money(closing.closing_minor, closing.currency)
        number = masked(row.number) if row.number else ""
        on = None if closing is None else closing.last_on
        found.append(AccountView(row=row, number=number, closing=amount, closing_on=on))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetView:
    row: Any
    number: str
    opening: Money | None
    total: Money
    closing: Money | None
    left: Money | None


def sheet_views(rows: Sequence[Any]) -> list[SheetView]:
    """left: what opening balance and lines leave to the closing one."""
    found = []
    for row in rows:
        opening = None if row.opening_minor is None else Money(row.opening_minor, row.currency)
        closing = None if row.closing_minor is None else Money(row.closing_minor, row.currency)
        total = Money(row.sum_minor, row.currency)
        left = None if opening is None or closing is None else closing - opening - total
        number = masked(row.account_number) if row.account_number else ""
        found.append(SheetView(row=row, number=number, opening=opening, total=total, closing=closing, left=left))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    row: Any
    amount: Money
    account: str
    state: tuple[str, str, str]


def line_views(rows: Sequence[Any]) -> list[LineView]:
    return [
        LineView(
            row=row,
            amount=Money(row.amount_minor, row.currency),
            account=masked(row.counterparty_account) if row.counterparty_account else "",
            state=_state(row),
        )
        for row in rows
    ]


def _state(row: Any) -> tuple[str, str, str]:
    if row.status == "pending":
        return _LINE_STATES["pending"]
    if row.receipt_id is not None:
        return receipt_state(row.receipt_status, row.post_status)
    return _LINE_STATES.get(row.kind, ("quiet", "dash", "Kept"))
