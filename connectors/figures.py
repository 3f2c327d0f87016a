"""The provider's own figures, at the fewest calls: what the store is held against (proving/verify)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import StrEnum
from typing import Protocol

from connectors.port import Page
from ledger.currency import exponent
from ledger.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """Accounts receivable on a day in home currency, debit positive. accounts: each of them by its id.

    source: the words for where it was read (a report's name), for people. every: all accounts of that report, by id, for
    whoever compares another one; empty where no report could be read. finer: by id what the report says of accounts whose
    balance is finer than the currency's unit; elsewhere they stand at the nearest one.
    """

    on: date
    home: str
    accounts: Mapping[str, Money]
    source: str
    every: Mapping[str, Money] = field(default_factory=dict)
    finer: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def total(self) -> Money:
        return sum(self.accounts.values(), Money(0, self.home))


def nearest(amount: Decimal, currency: str) -> Money:
    """Reports hold sums of converted amounts, which may be finer than the currency's unit: the nearest one, half up.

    Raises BadInput for what is no amount.
    """
    with suppress(InvalidOperation):
        amount = amount.quantize(Decimal(1).scaleb(-exponent(currency)), rounding=ROUND_HALF_UP)
    return Money.of(amount, currency)


def finer(amounts: Mapping[str, Decimal], currency: str) -> dict[str, Decimal]:
    """Those that are finer than the currency's unit."""
    return {own: amount for own, amount in amounts.items() if nearest(amount, currency).decimal() != amount}


class Basis(StrEnum):
    """How a provider states what a customer owes.

    home: in home currency on the day asked for. standing: the sum of the documents' own amounts as they stand now,
    whatever their dates and currencies.
    """

    HOME = "home"
    STANDING = "standing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Balances:
    """What each customer owes, credits netted, by external id; who owes nothing is left out. A sum without a customer
    stands under "". held: how many customers the provider has, where the listing tells.
    """

    basis: Basis
    customers: Mapping[str, Decimal]
    names: Mapping[str, str] = field(default_factory=dict)
    held: int | None = None


class Figures(Protocol):
    """One connection's figures. Every method calls, and raises what a connector's do."""

    provider: str

    @property
    def feeds(self) -> tuple[str, ...]:
        """Of the connector's feeds those that may move what is owed."""

    @property
    def bank_feeds(self) -> tuple[str, ...]:
        """Feeds beside those, of what moves accounts of money and nothing that is owed."""

    @property
    def calls(self) -> int:
        """Data calls made by this object so far."""

    def control(self, on: date, home: str) -> Control | None:
        """The control account at the end of a day; None where the provider has none."""

    def customers(self, on: date) -> Balances | None:
        """What each customer owes; None where the provider has no such figure."""

    def counts(self) -> dict[str, int]:
        """By kind how many records the provider holds, as a full pass would bring them; kinds that it cannot count
        cheaply are left out.
        """

    def funds(self) -> dict[str, Money] | None:
        """A processor's balance by currency, what is available and what is pending; None for a ledger."""

    def owed(self) -> Iterator[Page]:
        """The invoices that are owed at this moment, of a processor whose own records are the books; the newest first.

        Nothing of a ledger: it has its control account.
        """

    def documents(self, customers: Sequence[str]) -> Iterator[Page]:
        """The records of these customers that may stand on receivables, whatever their age."""
