"""How a record is looked at while it is mapped: its struct, the company's day, and findings that name it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, date
from functools import lru_cache
from zoneinfo import ZoneInfo

from connectors.decode import unknown_value
from connectors.port import Context, Record
from connectors.stripe.currency import money
from connectors.stripe.records import instant
from ledger.finding import Finding, Severity
from ledger.money import Money


@dataclass(slots=True)
class View:
    """One record in its context, gathering findings."""

    record: Record
    context: Context
    findings: list[Finding] = field(default_factory=list)

    def day(self, seconds: int | None) -> date | None:
        """An instant as a date in the company's time zone."""
        return None if seconds is None else instant(seconds).astimezone(_zone(self.context.time_zone)).date()

    def sure_day(self, seconds: int | None) -> date:
        """As `day`; where Stripe gives no time, the day on which the record was seen."""
        day = self.day(seconds)
        return day if day is not None else self.record.seen_at.astimezone(_zone(self.context.time_zone)).date()

    def known(self, name: str, value: str | None, values: Collection[str], read_as: str | None = None) -> str:
        """The value; one that we do not know is kept, or counts as `read_as`, and is noted."""
        text = value or ""
        if text in values:
            return text
        self.findings.append(unknown_value(self.record.kind, self.record.external_id, name, text, read_as))
        return text if read_as is None else read_as

    def warn(self, code: str, sentence: str, name: str = "") -> None:
        self.findings.append(Finding(code, sentence, Severity.WARNING, self.record.kind, self.record.external_id, name))

    def home(self, amount: Money) -> Money | None:
        """The amount in home currency where it is in it already; Stripe gives no rate on documents."""
        return amount if amount.currency == self.context.home_currency else None


def utc_day(seconds: int | None) -> date | None:
    """A calendar date that Stripe gives as midnight UTC: never shifted into a zone."""
    return None if seconds is None else instant(seconds).astimezone(UTC).date()


def some_money(amount: int | None, currency: str) -> Money | None:
    return None if amount is None else money(amount, currency)


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
