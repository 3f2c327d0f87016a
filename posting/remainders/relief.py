"""Tax relief on a bad debt is a task with a date, not a posting: by the country's conditions, as far as we know them."""

from __future__ import annotations

from datetime import date

from ledger.money import Money

UK_MONTHS = 6


def task(
    country: str | None, name: str, tax: Money, issued_on: date | None, due_on: date | None, today: date
) -> tuple[date, str]:
    """When to look at it, and what at, in one sentence."""
    if not tax:
        return today, f"Invoice {name} had no tax, so there is none to reclaim."
    if (country or "").upper() in ("GB", "GBR", "UK"):
        since = max(day for day in (issued_on, due_on, date.min) if day is not None)
        on = max(today, _months_later(since, UK_MONTHS)) if since != date.min else today
        return on, (
            f"From {on:%-d %B %Y}, {UK_MONTHS} months after invoice {name} was supplied and due, the VAT of {tax} may be"
            " reclaimed as bad debt relief in the VAT return (not by a credit note); keep the invoice and this record."
        )
    return today, (
        f"Ask your adviser whether and when the tax of {tax} in invoice {name} can be reclaimed, now that it is a bad debt."
    )


def _months_later(day: date, months: int) -> date:
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    return date(year, month, 28)
