"""What a record's values come to on receivables, and how they are applied. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from connectors.port import Value
from ledger.allocation import Allocation, TargetKind
from ledger.credit import CreditNote
from ledger.invoice import Invoice
from ledger.journal import JournalLine
from ledger.money import Money, convert
from ledger.payment import Payment

NOTHING_OWED = frozenset({"draft", "void", "uncollectible", "pending", "deleted", "failed"})
CASH = frozenset({"payment", "overpayment", "prepayment", "refund", "entry"})
Ends = tuple[str, str]
"""A source and a target, each as its kind and external id."""
Applied = Mapping[Ends, tuple[int, str]]
"""By their ends what is applied, in minor units of the target's currency, and that currency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One live document: noun in words, what it adds to what its customer owes (signed), at its own rate in home money."""

    noun: str
    number: str
    customer: str
    on: date | None
    amount: Money
    home: Money | None


def standings(values: Iterable[Value], home: str) -> dict[str, Standing]:
    """By kind and external id, those that count."""
    values = list(values)
    refunded = {
        one.target_external_id for one in values if isinstance(one, Allocation) and one.target_kind == TargetKind.REFUND
    }
    found = {}
    for value in values:
        one = _standing(value, home, refunded)
        if one is not None and one.amount:
            found[f"{one.noun} {value.external_id}"] = one
    return found


def _standing(value: Value, home: str, refunded: set[str]) -> Standing | None:
    if isinstance(value, Invoice):
        if value.status in NOTHING_OWED:
            return None
        worth = value.home_total or _worth(value.total, value.exchange_rate, home)
        return _made("invoice", value.number, value, value.issued_on, value.total, worth)
    if isinstance(value, CreditNote):
        if value.status in NOTHING_OWED:
            return None
        worth = value.home_total or _worth(value.total, value.exchange_rate, home)
        return _made(
            "credit note", value.number, value, value.issued_on, -value.total, None if worth is None else -worth
        )
    if isinstance(value, Payment):
        if value.status in NOTHING_OWED or (value.kind == "refund" and value.external_id not in refunded):
            return None
        sign = 1 if value.kind == "refund" else -1
        worth = value.home_amount or _worth(value.amount, value.exchange_rate, home)
        amount = Money(sign * value.amount.minor, value.amount.currency)
        return _made(
            value.kind,
            value.reference,
            value,
            value.paid_on,
            amount,
            None if worth is None else Money(sign * worth.minor, home),
        )
    if isinstance(value, JournalLine):
        worth = value.home_amount or _worth(value.amount, value.exchange_rate, home)
        return _made("journal line", value.number, value, value.posted_on, value.amount, worth)
    return None


def _made(noun: str, number: str | None, value: Any, on: date | None, amount: Money, home: Money | None) -> Standing:
    return Standing(
        noun=noun, number=number or value.external_id, customer=value.customer_external_id or "", on=on, amount=amount, home=home,
    )  # fmt: skip


def _worth(amount: Money, rate: Decimal | None, home: str) -> Money | None:
    if amount.currency == home:
        return amount
    return None if rate is None else convert(amount, rate, home)


def applied(values: Iterable[Value]) -> dict[tuple[str, str], tuple[int, str]]:
    """(source, target) -> amount off the target, and its currency."""
    found: dict[tuple[str, str], tuple[int, str]] = {}
    for one in values:
        if isinstance(one, Allocation) and one.reversed_on is None:
            key = (f"{one.source_kind} {one.source_external_id}", f"{one.target_kind} {one.target_external_id}")
            found[key] = (found.get(key, (0, ""))[0] + one.amount.minor, one.amount.currency)
    return found


def by_application(before: Sequence[Value], after: Sequence[Value]) -> Standing:
    """A record that is nothing but an application: the credit that it uses, and where."""
    for value in (*after, *before):
        if isinstance(value, Payment):
            return _made(value.kind, value.reference, value, value.paid_on, value.amount, None)
        if isinstance(value, Allocation):
            return Standing(
                noun="application", number=value.source_external_id, customer="", on=value.applied_on, amount=value.amount, home=None,
            )  # fmt: skip
    return Standing(noun="record", number="", customer="", on=None, amount=Money(0, "USD"), home=None)


def let_go(was: Applied, now: Applied) -> frozenset[str] | None:
    """Of applications that lost targets and gained none: the external ids of those targets; else None."""
    lost = {ends[1].partition(" ")[2] for ends in was if ends not in now}
    kept = all(was.get(ends) == amount for ends, amount in now.items())
    return frozenset(lost) if lost and kept else None
