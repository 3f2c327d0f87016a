"""The ledger's records of cash, whatever it calls them, in one form to be held against what the bank and processors saw. Pure.

Payments, over- and prepayments, deposits and batches, sales on the spot, money received, journals on a bank account and
transfers can all be the same cash. A payment that a deposit gathers is no record of its own: the deposit is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from reconcile.books.texts import Mentions, telling
from reconcile.fold import compact, fold, words
from reconcile.legal_forms import FORMS, PROCESSORS, WEAK

Key = tuple[UUID, str, str]
"""Connection, kind and external id of a record."""
Amount = tuple[str, int]
"""Currency and minor units."""
_CLEARING = frozenset({"CLEARING", "PAYOUT", "PAYOUTS", "MERCHANT"})
_ENTRIES = frozenset({"deposit", "receive", "sale", "spend", "transfer", "journal"})


class Place(StrEnum):
    """Where the ledger says that the cash is. elsewhere: on an account that no bank line shows."""

    BANK = "bank"
    CLEARING = "clearing"
    UNDEPOSITED = "undeposited"
    UNKNOWN = "unknown"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class CashRecord:
    """amount is signed from the account's side. owners: payers' ids; numbers: invoices that it paid; `names` are folded words."""

    row: Any
    on: date
    currency: str
    amount_minor: int
    place: Place
    account: str | None
    owners: frozenset[str]
    names: frozenset[str]
    tokens: frozenset[str]
    numbers: frozenset[str]

    @property
    def key(self) -> Key:
        return self.row.connection_id, self.row.record_kind, self.row.external_id

    @property
    def kind(self) -> str:
        return str(self.row.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Rows that records are made of. `owner`: (connection, customer) -> payer's id."""

    payments: Sequence[Any]
    entries: Sequence[Any]
    allocations: Sequence[Any]
    accounts: Sequence[Any]
    customers: Sequence[Any]
    invoices: Sequence[Any]
    owner: Mapping[tuple[UUID, str], str]

    def amounts(self) -> set[Amount]:
        """Of everything that stands: what has none of these is in the books nowhere."""
        return {(_currency(row), minor) for row, minor, _ in self._standing()}

    def records(self, wanted: AbstractSet[Amount]) -> list[CashRecord]:
        """What stands open of these amounts; each transfer twice, once for each of its accounts."""
        rows = [(row, minor, account) for row, minor, account in self._standing() if (_currency(row), minor) in wanted]
        if not rows:
            return []
        making = _Making(self)
        return [making.record(row, minor, account) for row, minor, account in rows]

    def _standing(self) -> Iterator[tuple[Any, int, str | None]]:
        """Each record with its amount and account."""
        gathered = {(row.connection_id, own) for row in self.entries for own in row.groups if row.status == "open"}
        for row in self.payments:
            stands = row.status == "open" and row.kind != "refund" and row.paid_on is not None
            if stands and row.amount_minor and (row.connection_id, row.external_id) not in gathered:
                yield row, row.bank_amount_minor if _converted(row) else row.amount_minor, row.deposit_account
        for row in self.entries:
            stands = row.status == "open" and row.kind in _ENTRIES and row.moved_on is not None
            if stands and (row.connection_id, row.external_id) not in gathered:
                yield row, row.amount_minor, row.account
                if row.kind == "transfer":
                    yield row, -row.amount_minor, row.other_account


def _converted(row: Any) -> bool:
    """A payment that moved on the bank's account in another currency than the invoice's."""
    return getattr(row, "bank_amount_minor", None) is not None and row.bank_currency is not None


def _currency(row: Any) -> str:
    return str(row.bank_currency if _converted(row) else row.currency)


class _Making:
    def __init__(self, ledger: Ledger) -> None:
        self._owner = ledger.owner
        self._places = {(row.connection_id, row.external_id): place_of(row) for row in ledger.accounts}
        self._names = {(row.connection_id, row.external_id): row.name for row in ledger.customers}
        self._rows = {(row.connection_id, row.external_id): row for row in (*ledger.payments, *ledger.entries)}
        self._gathers = {(row.connection_id, row.external_id): row.groups for row in ledger.entries if row.groups}
        self._invoices = {(row.connection_id, row.external_id): row for row in ledger.invoices}
        self._paid: dict[tuple[UUID, str], list[Any]] = defaultdict(list)
        for row in ledger.allocations:
            if row.target_kind == "invoice":
                self._paid[row.connection_id, row.source_external_id].append(row)

    def record(self, row: Any, minor: int, account: str | None) -> CashRecord:
        groups = self._gathers.get((row.connection_id, row.external_id), ()) if hasattr(row, "groups") else ()
        own = [self._rows.get((row.connection_id, one)) for one in groups]
        members = (row, *(one for one in own if one is not None))
        whose = [(one.connection_id, one.customer_external_id) for one in members if one.customer_external_id]
        texts = [text for one in members for text in (one.reference, *one.hints) if text]
        return CashRecord(
            row=row,
            on=row.paid_on if hasattr(row, "paid_on") else row.moved_on,
            currency=_currency(row),
            amount_minor=minor,
            place=Place.UNKNOWN if account is None else self._places.get((row.connection_id, account), Place.ELSEWHERE),
            account=account,
            owners=frozenset(self._owner.get(one, "") for one in whose) - {""},
            names=frozenset(word for one in whose for word in party_words(self._names.get(one, ""))),
            tokens=frozenset(token for text in texts for token in telling(text)),
            numbers=frozenset(number for one in members for number in self._numbers(one)),
        )

    def _numbers(self, member: Any) -> Iterator[str]:
        for row in self._paid.get((member.connection_id, member.external_id), ()):
            invoice = self._invoices.get((row.connection_id, row.target_external_id))
            if invoice is not None and invoice.number:
                yield compact(invoice.number)


def place_of(account: Any) -> Place:
    """A processor's clearing account is mostly kept as a bank account; its name tells."""
    if account.system_role == "undeposited":
        return Place.UNDEPOSITED
    if account.kind not in ("bank", "current_asset"):
        return Place.ELSEWHERE
    said = set(words(fold(account.name)))
    if said & (PROCESSORS | _CLEARING):
        return Place.CLEARING
    return Place.BANK if account.kind == "bank" else Place.ELSEWHERE


def party_words(name: str) -> set[str]:
    """What of a name tells one party from another."""
    return set(words(fold(name))) - FORMS - WEAK


def in_words(record: CashRecord) -> str:
    """What the record is called: `a deposit of 4 Mar 2026`."""
    kinds = {
        "deposit": "a deposit", "receive": "money received", "sale": "a sale on the spot", "transfer": "a transfer",
        "journal": "a journal", "spend": "money spent", "overpayment": "an overpayment", "prepayment": "a prepayment",
    }  # fmt: skip
    return f"{kinds.get(record.kind, 'a payment')} of {record.on.day} {record.on:%b %Y}"


def mentions_of(invoices: Iterable[Any]) -> Mentions:
    """How texts name the ledger's invoices."""
    return Mentions.of(row.number for row in invoices if row.number and row.status != "draft")
