"""One record of Xero's being mapped: money, statuses, rates and what was odd about it.

CurrencyRate is foreign units for one of the base currency; ours is the inverse, home units for one of the document's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Context as DecimalContext
from decimal import Decimal

from connectors.port import Context, Mapped, Record, Value
from connectors.xero import wire
from connectors.xero.dates import calendar
from ledger.currency import is_currency
from ledger.faults import LargerThanAnyAmount
from ledger.finding import Finding, Severity
from ledger.money import Money, convert

Flag = bool | str | None
"""Xero's examples write some truth values as texts."""

_RATES = DecimalContext(prec=24)

_HINT = re.compile(r"\b(?:in|ch|py|pi|po|re)_[A-Za-z0-9]{8,}\b")

PAYMENT_STATUS = {"AUTHORISED": "open", "DELETED": "deleted"}

SUPPLIER = frozenset(
    [
        "ACCPAY",
        "ACCPAYCREDIT",
        "ACCPAYPAYMENT",
        "APCREDITPAYMENT",
        "APOVERPAYMENTPAYMENT",
        "APPREPAYMENTPAYMENT",
        "APOVERPAYMENT",
        "APPREPAYMENT",
        "SPEND-OVERPAYMENT",
        "SPEND-PREPAYMENT",
        "PAYBATCH",
    ]
)


@dataclass(slots=True)
class Reading:
    """One record being mapped: what surrounds it, and what was odd about it so far."""

    record: Record
    context: Context
    findings: list[Finding] = field(default_factory=list)

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

    def currency(self, code: str | None, rate: Decimal | None = None) -> str:
        """The document's currency; the home currency where Xero leaves it out, which is told where its rate says otherwise."""
        home = self.context.home_currency
        if not code and is_foreign(rate):
            self.currency_missing(f"the currency is missing though the rate is {rate}")
        return (code or home).upper()

    def held_in(self, account: wire.AccountRef | None) -> str | None:
        """The currency of a bank account; None where it is not known."""
        if account is None:
            return None
        named, own = (account.currency_code or "").upper(), account.account_id or ""
        if is_currency(named):
            return named
        home = self.context.home_currency if own in self.context.bank_accounts else None
        return self.context.account_currencies.get(own) or home

    def currency_missing(self, what: str) -> None:
        read_as = self.context.home_currency
        self.note("currency_missing", f"{what}; it was read as {read_as}.", field_name="CurrencyCode")

    def money(self, amount: Decimal | None, currency: str, name: str) -> Money:
        """Raises BadInput for an amount finer than the currency's minor unit or a currency that is none."""
        if amount is None:
            self.note("amount_missing", f"{name} is missing and was read as 0.", field_name=name)
            return Money(0, currency)
        return Money.of(amount, currency)

    def rate(self, currency_rate: Decimal | None, currency: str) -> Decimal | None:
        """As the function of this name; a rate below 0 is told and is none."""
        if currency != self.context.home_currency and currency_rate is not None and currency_rate < 0:
            self.note(
                "rate_missing",
                f"the rate of {currency} is {currency_rate}, which is none; it counts as missing.",
                field_name="CurrencyRate",
            )
        return rate(currency_rate, currency, self.context)

    def own_day(self, text: str | None, twin: str | None = None) -> date | None:
        """The record's own date; one that is missing is told."""
        if not text and not twin:
            self.note("date_missing", "the date is missing; the record stands without one.", field_name="Date")
        return self.day(text, twin)

    def day(self, text: str | None, twin: str | None = None) -> date | None:
        """A calendar date of either form; one that cannot be is told, and the record then stands without it."""
        found = calendar(text) or calendar(twin)
        if text and found is None:
            self.note("date_unreadable", f"{text!r} is no date; the record stands without one.", field_name="Date")
        return found

    def status(self, value: str | None, known: dict[str, str], fallback: str) -> str:
        if value in known:
            return known[value]
        self.note("unknown_status", f"the status {value!r} is not known; read as {fallback}.", field_name="Status")
        return fallback

    def unknown(self, name: str, value: str | None) -> Mapped:
        self.note("unknown_type", f"the {name} {value!r} is not known; the record means nothing here.", field_name=name)
        return Mapped(findings=tuple(self.findings))

    def failed(self, sentence: str) -> Mapped:
        self.note("unmappable", sentence, severity=Severity.ERROR)
        return Mapped(findings=tuple(self.findings))

    def done(self, *values: Value) -> Mapped:
        return Mapped(values=values, findings=tuple(self.findings))


def rate(currency_rate: Decimal | None, currency: str, context: Context) -> Decimal | None:
    """Home units for one unit of the document's currency; None where Xero gives no rate for a foreign document."""
    if currency == context.home_currency:
        return Decimal(1)
    if not currency_rate or currency_rate < 0:
        return None
    return _RATES.divide(Decimal(1), currency_rate)


def is_foreign(currency_rate: Decimal | None) -> bool:
    """Whether a rate is that of another currency than the base one, whose rate is 1."""
    return bool(currency_rate) and currency_rate != 1


def at_home(reading: Reading, amount: Money, exchange: Decimal | None) -> Money | None:
    """Xero states no home amounts of documents; its rule is amount / CurrencyRate."""
    if exchange is None:
        return None
    try:
        return convert(amount, exchange, reading.context.home_currency)
    except LargerThanAnyAmount as fault:
        reading.note("home_amount_too_large", str(fault), field_name="CurrencyRate")
        return None


def yes_no(value: Flag) -> str:
    if value is None:
        return "unknown"
    return "yes" if str(value).lower() == "true" else "no"


def is_true(value: Flag) -> bool:
    return str(value).lower() == "true"


def hints(*texts: str | None) -> tuple[str, ...]:
    """Processors' ids named in the texts."""
    return tuple(dict.fromkeys(found for text in texts if text for found in _HINT.findall(text)))
