"""One record being mapped: amounts, rates and names out of QuickBooks' fields, and what was odd about them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from connectors.port import Context, Mapped, Record, Value
from connectors.quickbooks import wire
from connectors.quickbooks.times import calendar, instant
from ledger.currency import is_currency
from ledger.faults import FinerThanMinorUnit, LargerThanAnyAmount
from ledger.finding import Finding, Severity
from ledger.money import Money, convert

_HINT = re.compile(r"\b(?:in|ch|py|pi|po|re)_[A-Za-z0-9]{8,}\b")


@dataclass(slots=True)
class Reading:
    record: Record
    context: Context
    findings: list[Finding] = field(default_factory=list)

    @property
    def own_id(self) -> str:
        return self.record.external_id

    def note(self, code: str, sentence: str, *, field_name: str = "", severity: Severity = Severity.WARNING) -> None:
        self.findings.append(
            Finding(
                code=code,
                sentence=f"{self.record.kind} {self.record.external_id}: {sentence}",
                severity=severity,
                record_kind=self.record.kind,
                external_id=self.record.external_id,
                field=field_name,
            )
        )

    def customer(self, ref: wire.Ref | None) -> str | None:
        """Whose document it is. Each has one; where it is not said, that is told."""
        found = value_of(ref)
        if found is None:
            self.note("customer_missing", "it names no customer; it stands without one.", field_name="CustomerRef")
        return found

    def day(self, text: str | None, name: str) -> date | None:
        """A calendar date; one that cannot be is told, and the record then stands without it."""
        found = calendar(text)
        if not text and name == "TxnDate":
            self.note("date_missing", f"{name} is missing; the record stands without a date.", field_name=name)
        if text and found is None:
            self.note("date_unreadable", f"{name} {text!r} is no date; the record stands without one.", field_name=name)
        return found

    def currency(self, ref: wire.Ref | None, rate: Decimal | None) -> str:
        """The document's currency; the home currency where QuickBooks leaves it out (one currency only), which is told where
        its rate says otherwise.
        """
        named, home = value_of(ref), self.context.home_currency
        if not named and rate and rate != 1 and not any(one.code == "currency_missing" for one in self.findings):
            sentence = f"the currency is missing though the rate is {rate}; it was read as {home}."
            self.note("currency_missing", sentence, field_name="CurrencyRef")
        return (named or home).upper()

    def money(self, amount: Decimal | None, currency: str, name: str) -> Money:
        """Raises BadInput for an amount finer than the currency's minor unit or a currency that is none."""
        if amount is None:
            self.note("amount_missing", f"{name} is missing and was read as 0.", field_name=name)
            return Money(0, currency)
        return Money.of(amount, currency)

    def left(self, stated: Decimal | None, total: Money, name: str) -> Money:
        """What is open of a document. Where that is missing all of it is: silence settles no debt, and links tell no amounts."""
        if stated is not None:
            return Money.of(stated, total.currency)
        self.note("amount_missing", f"{name} is missing; {total} was read as open.", field_name=name)
        return total

    def home(self, total: Money, amount: Decimal | None, rate: Decimal | None) -> Money | None:
        """The home amount as QuickBooks states it, else at its rate, by which it converts itself; None where it says neither."""
        home = self.context.home_currency
        if total.currency == home:
            return total
        try:
            if amount is not None:
                return Money.of(amount, home)
            return convert(total, rate, home) if rate and rate > 0 else None
        except FinerThanMinorUnit as fault:
            self.note("home_amount_too_fine", str(fault), field_name="HomeTotalAmt")
        except LargerThanAnyAmount as fault:
            self.note("home_amount_too_large", str(fault), field_name="HomeTotalAmt")
        return None

    def rate(self, txn: wire.Transaction, currency: str) -> Decimal | None:
        """Home units for one unit of the document's currency, which is how QuickBooks states it too."""
        if currency == self.context.home_currency:
            return Decimal(1)
        if not txn.exchange_rate or txn.exchange_rate < 0:
            said = "missing" if not txn.exchange_rate else f"{txn.exchange_rate}, which is none"
            self.note("rate_missing", f"the exchange rate of {currency} is {said}.", field_name="ExchangeRate")
            return None
        return txn.exchange_rate

    def done(self, *values: Value) -> Mapped:
        return Mapped(values=values, findings=tuple(self.findings))

    def failed(self, sentence: str) -> Mapped:
        self.note("unmappable", sentence, severity=Severity.ERROR)
        return Mapped(findings=tuple(self.findings))


def value_of(ref: wire.Ref | None) -> str | None:
    return (ref.value or None) if ref else None


def name_of(ref: wire.Ref | None) -> str | None:
    return (ref.name or ref.value or None) if ref else None


def updated(meta: wire.MetaData | None) -> datetime | None:
    return instant(meta.last_updated_time) if meta else None


def voided(txn: wire.Transaction) -> bool:
    """QuickBooks has no status: a void leaves a total of 0 and puts this word before the note."""
    return not txn.total_amt and (txn.private_note or "").lstrip().lower().startswith("voided")


def own_currency(ref: wire.Ref | None) -> str | None:
    code = value_of(ref)
    return code if code and is_currency(code) else None


def hints(*texts: str | None) -> tuple[str, ...]:
    """Processors' ids named in the texts."""
    return tuple(dict.fromkeys(found for text in texts if text for found in _HINT.findall(text)))


def custom_texts(fields: Iterable[wire.CustomField] | None) -> list[str]:
    return [item.string_value for item in fields or () if item.string_value]


def number_order(external_id: str) -> tuple[int, str]:
    """Ids are numbers given in the order of entry: the lower one is the older."""
    return (int(external_id), "") if external_id.isdigit() else (1 << 62, external_id)
