"""Pulled things: one table a noun, its columns made from the fields of the ledger's value.

An amount `x` becomes `x_minor`; its currency stands once a row in `currency`, or in the column that the table names for
it. Every table has the same block in front: whose it is, which record it came from, its revision, and whether it is gone.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from sqlalchemy import Boolean, Column, Date, Index, Integer, String, Table, Uuid

from ledger.account import Account, ExchangeRate, TaxRate
from ledger.allocation import Allocation
from ledger.balance import BalanceTransaction, Fee
from ledger.bank_entry import BankEntry
from ledger.charge import Charge, PaymentIntent, PaymentLink
from ledger.company import Company
from ledger.credit import CreditNote
from ledger.customer import Customer
from ledger.invoice import Invoice
from ledger.journal import JournalLine
from ledger.money import Money
from ledger.payment import Payment
from ledger.payout import Payout, PayoutItem
from ledger.refund import CustomerBalanceEntry, Dispute, Refund
from store import shapes
from store.tables.base import metadata
from store.types import CurrencyCode, ExactDecimal, ExternalId, Instant, Json, Label, Minor, cell_of

HOME = "home_currency"


@dataclass(frozen=True, slots=True)
class Noun:
    """A pulled noun: its value class, its table, and which currency column each amount is in.

    Versions are kept of a noun with `valid_on`: the field that says when it counts.
    """

    name: str
    value: type[Any]
    table: Table
    currencies: Mapping[str, str]
    valid_on: str | None
    amount: str | None
    open: str | None


def _noun(
    name: str,
    value: type[Any],
    *,
    currencies: Mapping[str, str] | None = None,
    valid_on: str | None = None,
    amount: str | None = None,
    open_: str | None = None,
    indexes: tuple[str, ...] = (),
) -> Noun:
    hints = typing.get_type_hints(value)
    money = {f.name: (currencies or {}).get(f.name, "currency") for f in fields(value) if _bare(hints[f.name]) is Money}
    columns = [
        _column(field.name, hints[field.name], required=field.name in money and field.default is not None)
        for field in fields(value)
    ]
    missing = sorted(set(money.values()) - {column.name for column in columns})
    columns += [Column(currency, CurrencyCode) for currency in missing]
    table = Table(
        name,
        metadata,
        Column("organisation_id", Uuid, primary_key=True),
        Column("id", Uuid, primary_key=True),
        Column("connection_id", Uuid, nullable=False),
        Column("record_kind", String(40), nullable=False),
        Column("record_id", ExternalId, nullable=False),
        Column("revision", Integer, nullable=False),
        Column("digest", String(32), nullable=False),
        Column("gone_at", Instant),
        Column("recorded_at", Instant, nullable=False),
        *columns,
        Index(f"ix_{name}_record", "organisation_id", "connection_id", "record_kind", "record_id"),
        Index(f"ix_{name}_external", "organisation_id", "connection_id", "external_id"),
        *(Index(f"ix_{name}_{column}", "organisation_id", "connection_id", column) for column in indexes),
    )
    return Noun(name, value, table, money, valid_on, amount, open_)


def _bare(hint: Any) -> Any:
    """`X | None` without the None."""
    if isinstance(hint, types.UnionType):
        return next(arg for arg in typing.get_args(hint) if arg is not type(None))
    return hint


def _column(name: str, hint: Any, *, required: bool) -> Column[Any]:
    bare = _bare(hint)
    nullable = isinstance(hint, types.UnionType)
    if bare is Money:
        return Column(f"{name}_minor", Minor, nullable=nullable or not required)
    if name.endswith("external_id") or name in ("source_external_id", "target_external_id"):
        return Column(name, ExternalId, nullable=nullable)
    if name in ("currency", "home_currency"):
        return Column(name, CurrencyCode, nullable=nullable)
    kind = _COLUMN_TYPES.get(bare)
    if kind is None:
        kind = Label if isinstance(bare, type) and issubclass(bare, Enum) else Json
    return Column(name, kind, nullable=nullable)


_COLUMN_TYPES: dict[Any, Any] = {
    str: Label,
    bool: Boolean,
    int: Integer,
    date: Date,
    datetime: Instant,
    Decimal: ExactDecimal,
}

_BALANCE = {"balance": "balance_currency"}  # a customer billed in dollars may be owed for in pounds

NOUNS: tuple[Noun, ...] = (
    _noun("companies", Company),
    _noun("accounts", Account, currencies=_BALANCE),
    _noun("tax_rates", TaxRate),
    _noun("exchange_rates", ExchangeRate, indexes=("currency",)),
    _noun("customers", Customer, currencies=_BALANCE),
    _noun(
        "invoices",
        Invoice,
        currencies={"home_total": HOME},
        valid_on="issued_on",
        amount="total",
        open_="open_amount",
        indexes=("customer_external_id", "number"),
    ),
    _noun(
        "credit_notes",
        CreditNote,
        currencies={"home_total": HOME},
        valid_on="issued_on",
        amount="total",
        open_="open_amount",
        indexes=("customer_external_id",),
    ),
    _noun(
        "payments",
        Payment,
        currencies={"home_amount": HOME, "bank_amount": "bank_currency"},
        valid_on="paid_on",
        amount="amount",
        open_="unapplied",
        indexes=("customer_external_id",),
    ),
    _noun(
        "allocations",
        Allocation,
        currencies={"source_amount": "source_currency"},
        valid_on="applied_on",
        amount="amount",
        indexes=("source_external_id", "target_external_id"),
    ),
    _noun("journal_lines", JournalLine, currencies={"home_amount": HOME}, valid_on="posted_on", amount="amount"),
    _noun("bank_entries", BankEntry, currencies={"home_amount": HOME}, valid_on="moved_on", amount="amount"),
    _noun("charges", Charge, valid_on="charged_on", amount="amount", indexes=("payment_intent", "balance_transaction")),
    _noun("payment_intents", PaymentIntent),
    _noun("payment_links", PaymentLink, indexes=("invoice_external_id", "payment_external_id")),
    _noun("balance_transactions", BalanceTransaction, indexes=("source_external_id",)),
    _noun("fees", Fee, valid_on="charged_on", amount="amount"),
    _noun("payouts", Payout, valid_on="arrives_on", amount="amount"),
    _noun("payout_items", PayoutItem, indexes=("payout_external_id", "balance_transaction", "source_external_id")),
    _noun("refunds", Refund, valid_on="refunded_on", amount="amount", indexes=("charge_external_id",)),
    _noun("disputes", Dispute, valid_on="opened_on", amount="amount", indexes=("charge_external_id",)),
    _noun("customer_balance_entries", CustomerBalanceEntry, valid_on="booked_on", amount="amount"),
)

NOUN_OF: dict[type[Any], Noun] = {noun.value: noun for noun in NOUNS}
NOUN_NAMED: dict[str, Noun] = {noun.name: noun for noun in NOUNS}


def _shape(noun: Noun) -> shapes.NounShape:
    return shapes.NounShape(
        name=noun.name,
        value=(noun.value.__module__, noun.value.__qualname__),
        columns=tuple(cell_of(column) for column in noun.table.columns if column.name not in shapes.COMMON),
        currencies=dict(noun.currencies),
    )


shapes.HELD.nouns.update({noun.name: _shape(noun) for noun in NOUNS})
