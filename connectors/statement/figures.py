"""Amounts and dates as banks write them, exactly; what cannot be read is refused with its place in the file."""

from __future__ import annotations

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from ledger.currency import is_currency
from ledger.faults import BadInput
from ledger.money import Money

_DOTTED = re.compile(r"[+-]?\d+(\.\d*)?\Z")
_COMMA = re.compile(r"[+-]?\d+(,\d*)?\Z")
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
YEAR_MIN, YEAR_MAX = 1970, 2199


def money(text: str, currency: str, where: str, *, comma: bool = False) -> Money:
    """Digits with one decimal sign and nothing else: grouped digits are taken apart by the CSV reader alone."""
    given = text.strip()
    if not (_COMMA if comma else _DOTTED).match(given):
        raise BadInput(f"{where}: {text!r} is not an amount; get the file from the bank again, unchanged.")
    try:
        return Money.of(given.replace(",", ".") if comma else given, currency)
    except BadInput as fault:
        raise BadInput(f"{where}: {fault}") from None


def currency_code(text: str, where: str) -> str:
    code = text.strip().upper()
    if not is_currency(code):
        raise BadInput(f"{where}: {text!r} is not an ISO 4217 currency code; get the file from the bank again.")
    return code


def day(year: int, month: int, number: int, where: str) -> date:
    try:
        found = date(year, month, number)
    except ValueError:
        raise BadInput(
            f"{where}: {year}-{month:02}-{number:02} is not a day; get the file from the bank again."
        ) from None
    if not YEAR_MIN <= found.year <= YEAR_MAX:
        raise BadInput(f"{where}: {found} cannot be the day of a booking; get the file from the bank again.")
    return found


def iso_day(text: str, where: str, zone: str) -> date:
    """An ISO date, or the day of an ISO moment: as the bank wrote it, but UTC (Z) in the entity's zone."""
    given = text.strip()
    found = _ISO_DAY.match(given)
    if found is None:
        raise BadInput(f"{where}: {text!r} is not a date like 2026-03-14; get the file from the bank again.")
    if given.endswith("Z") and "T" in given:
        try:
            moment = datetime.fromisoformat(given)
        except ValueError:
            raise BadInput(f"{where}: {text!r} is not a moment like 2026-03-14T09:30:00Z.") from None
        return moment.astimezone(ZoneInfo(zone)).date()
    return day(int(found[1]), int(found[2]), int(found[3]), where)


def short_year(two: int) -> int:
    """A year of two digits: nobody imports statements from before 1980."""
    return 1900 + two if two >= 80 else 2000 + two
