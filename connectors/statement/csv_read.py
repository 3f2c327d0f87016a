"""Reading a CSV by its layout. Exact figures; a row that cannot be read is refused with its number."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from datetime import date, datetime

from connectors.statement.csv_guess import is_day, rows_of, without_clock
from connectors.statement.decoded import clean
from connectors.statement.figures import currency_code, day, short_year
from connectors.statement.layout import Layout, lacks
from ledger.faults import BadInput
from ledger.money import Money
from ledger.statement import Statement, StatementFile, StatementLine

_MINUS = re.compile("[\u2212\u2013]")
_UNMARKED = re.compile(r"[A-Z]{3}|[$\u20ac\u00a3]|[\s'\u2019\u00a0\u202f]")
_OUT = frozenset({"d", "dr", "debit", "af", "s", "soll", "out", "-", "debet", "withdrawal"})
_IN = frozenset({"c", "cr", "credit", "bij", "h", "haben", "in", "+", "deposit"})
_PENDING = re.compile(r"pending|vorgemerkt|vorgemerkte|gereserveerd|reserved|en attente|pendiente", re.IGNORECASE)
_TIED = re.compile(r"\d+(\.\d*)?\Z")


def read(text: str, name: str, layout: Layout, currency: str) -> StatementFile:
    """`currency` counts where no column names one. Raises BadInput with the row."""
    problem = lacks(layout)
    if problem is not None:
        raise BadInput(f"{name}: {problem}")
    lines, accounts = [], set()
    rows = rows_of(text, layout.delimiter, name)
    for number, row in enumerate(rows[layout.first_row :], start=layout.first_row + 1):
        cells = [cell.strip() for cell in row]
        if _is_beside(cells, layout):
            continue
        lines.append(_line(cells, layout, currency, f"{name}, row {number}", number))
        accounts.add(_cell(cells, layout, "account").replace(" ", ""))
    named = accounts - {""}
    if len(named) > 1:
        raise BadInput(f"{name} holds lines of {len(named)} accounts; download one file an account.")
    currencies = {line.amount.currency for line in lines}
    if len(currencies) > 1:
        raise BadInput(f"{name} holds lines in {', '.join(sorted(currencies))}; download one file a currency.")
    if not lines:
        raise BadInput(f"{name}: there is no line below the header; download the statement for a period with bookings.")
    in_order = _oldest_first(lines)
    return StatementFile(
        format="csv", kind="CSV", statements=(_statement(in_order, next(iter(named), ""), lines[0].amount.currency),)
    )


def _statement(lines: Sequence[StatementLine], account: str, currency: str) -> Statement:
    """Balances follow from the column of balances, where there is one and its lines chain."""
    booked = [line for line in lines if not line.pending]
    opening = closing = None
    if booked and _chains(booked):
        assert booked[0].balance_after is not None
        opening = booked[0].balance_after - booked[0].amount
        closing = booked[-1].balance_after
    return Statement(account=account, currency=currency, lines=tuple(lines), opening=opening, closing=closing)


def _chains(lines: Sequence[StatementLine]) -> bool:
    if any(line.balance_after is None for line in lines):
        return False
    pairs = itertools.pairwise(lines)
    return all(
        after.balance_after is not None
        and before.balance_after is not None
        and before.balance_after + after.amount == after.balance_after
        for before, after in pairs
    )


def _oldest_first(lines: list[StatementLine]) -> list[StatementLine]:
    """Most banks list the newest first. Where all stand on one day, the balances tell."""
    days = [line.booked_on or line.value_on or date.min for line in lines]
    if days[0] > days[-1] or (days[0] == days[-1] and not _chains(lines) and _chains(lines[::-1])):
        return lines[::-1]
    return lines


def _is_beside(cells: Sequence[str], layout: Layout) -> bool:
    """Empty rows, and what banks write below the lines: no day where the day should be, and no amount."""
    if not any(cells):
        return True
    at = layout.place("booked_on")
    assert at is not None
    told = cells[at] if at < len(cells) else ""
    figures = [
        cells[place] for role in ("amount", "credit", "debit") for place in layout.places(role) if place < len(cells)
    ]
    has_figure = any(any(sign.isdigit() for sign in cell) for cell in figures)
    return not is_day(told) and (not told or not has_figure)


def _cell(cells: Sequence[str], layout: Layout, role: str) -> str:
    at = layout.place(role)
    return cells[at] if at is not None and at < len(cells) else ""


def _line(cells: Sequence[str], layout: Layout, currency: str, where: str, number: int) -> StatementLine:
    told = _cell(cells, layout, "currency")
    code = currency_code(told, where) if told else currency
    booked_on = _day(_cell(cells, layout, "booked_on"), layout.date_order, where)
    value = _cell(cells, layout, "value_on")
    amount = _amount(cells, layout, code, where)
    balance = _cell(cells, layout, "balance")
    pending = _PENDING.search(_cell(cells, layout, "status")) is not None
    texts = [cells[at] for at in layout.places("text") if at < len(cells)]
    return StatementLine(
        booked_on=None if pending else booked_on,
        value_on=_day(value, layout.date_order, where) if value else (booked_on if pending else None),
        amount=-amount if layout.inverted else amount,
        counterparty=clean(_cell(cells, layout, "counterparty")),
        counterparty_account=_cell(cells, layout, "counterparty_account").replace(" ", ""),
        text=clean(" ".join(dict.fromkeys(one for one in texts if one))),
        reference=clean(_cell(cells, layout, "reference")),
        bank_reference=clean(_cell(cells, layout, "bank_reference")),
        pending=pending,
        balance_after=_figure(balance, code, layout.decimal, where) if balance else None,
        place=f"row {number}",
    )


def _amount(cells: Sequence[str], layout: Layout, currency: str, where: str) -> Money:
    if "amount" in layout.columns:
        amount = _figure(_cell(cells, layout, "amount"), currency, layout.decimal, where)
        side = _cell(cells, layout, "side").lower()
        if side in _OUT:
            return -abs(amount)
        if layout.place("side") is not None and side not in _IN:
            raise BadInput(f"{where}: {side!r} says neither money in nor money out; choose another column for that.")
        return amount
    told_in, told_out = _cell(cells, layout, "credit"), _cell(cells, layout, "debit")
    zero = Money.zero(currency)
    came = _figure(told_in, currency, layout.decimal, where) if told_in else zero
    went = _figure(told_out, currency, layout.decimal, where) if told_out else zero
    if came and went:
        raise BadInput(
            f"{where}: it has money in ({told_in}) and money out ({told_out}) at once; choose other columns."
        )
    if not told_in and not told_out:
        raise BadInput(f"{where}: it has neither money in nor money out; choose other columns.")
    return came - abs(went)


def _figure(text: str, currency: str, decimal: str, where: str) -> Money:
    told = _MINUS.sub("-", text).strip()
    negative = told.startswith("(") and told.endswith(")")
    told = told.strip("()").strip()
    if told.upper().endswith(("CR", "DR")):
        negative, told = negative or told.upper().endswith("DR"), told[:-2]
    told = _UNMARKED.sub("", told)
    if told.endswith(("-", "+")):
        negative, told = negative or told.endswith("-"), told[:-1]
    if told.startswith(("-", "+")):
        negative, told = negative or told.startswith("-"), told[1:]
    grouping = "," if decimal == "." else "."
    digits = _ungrouped(told, grouping, decimal)
    if digits is None or not _TIED.match(digits):
        raise BadInput(f"{where}: {text!r} is not an amount; correct the cell or the decimal sign.")
    try:
        amount = Money.of(digits, currency)
    except BadInput as fault:
        raise BadInput(f"{where}: {fault}") from None
    return -amount if negative else amount


def _ungrouped(told: str, grouping: str, decimal: str) -> str | None:
    """Without its grouping marks, which have to stand before three digits (two, in India): 1,25 is no thousand."""
    whole, mark, rest = told.partition(decimal)
    if grouping in whole:
        groups = whole.split(grouping)
        if (
            not 1 <= len(groups[0]) <= 3
            or len(groups[-1]) != 3
            or any(len(group) not in {2, 3} for group in groups[1:])
        ):
            return None
        whole = "".join(groups)
    if grouping in rest:
        return None
    return f"{whole or '0'}{'.' if mark else ''}{rest}"


def _day(text: str, order: str, where: str) -> date:
    told = without_clock(text)
    parts = [part for part in re.split(r"[^0-9A-Za-z]+", told) if part]
    if len(parts) == 3 and any(part.isalpha() for part in parts):
        return _named_month(parts, where, text)
    if len(parts) == 1 and parts[0].isdigit() and len(parts[0]) == 8:
        run = parts[0]
        parts = [run[:4], run[4:6], run[6:]] if order == "ymd" else [run[:2], run[2:4], run[4:]]
    if len(parts) != 3 or not all(part.isdigit() and part.isascii() for part in parts):
        raise BadInput(f"{where}: {text!r} is not a date; correct the cell, or choose another column for the date.")
    own = "ymd" if len(parts[0]) == 4 else order
    told_of = dict(zip(own, parts, strict=True))
    year = int(told_of["y"]) if len(told_of["y"]) == 4 else short_year(int(told_of["y"]))
    return day(year, int(told_of["m"]), int(told_of["d"]), where)


def _named_month(parts: Sequence[str], where: str, text: str) -> date:
    for pattern in ("%d %b %Y", "%d %B %Y", "%d %b %y", "%b %d %Y", "%B %d %Y"):
        try:
            found = datetime.strptime(" ".join(parts), pattern)  # noqa: DTZ007 a day has no zone
        except ValueError:
            continue
        return day(found.year, found.month, found.day, where)
    raise BadInput(f"{where}: {text!r} is not a date; correct the cell, or choose another column for the date.")
