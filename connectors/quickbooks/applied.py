"""What a payment was applied to: sources (its own cash, credits) laid against targets (invoices, debits of AR).

QuickBooks lists what takes part with an amount each, unsigned, and not who pays whom. With one source or one target there
is nothing to choose; where it is many to many the oldest source pays the oldest target, and what is left the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import product

from connectors.quickbooks import wire
from connectors.quickbooks.linked import TXN_KINDS
from connectors.quickbooks.reading import Reading, number_order
from ledger.allocation import Allocation, Basis, SourceKind, TargetKind
from ledger.money import Money

_LOWERS = frozenset({"CreditMemo", "Deposit", "CreditCardCredit"})  # what lowers AR by its nature
_FIXED = frozenset({"Invoice", "CreditMemo"})
_FREE_MAX = 12  # beyond 4,096 readings of the signs the usual one is taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One linked transaction: minor > 0 raises what is owed (a target), < 0 lowers it (a source)."""

    type: str
    txn_id: str
    line_id: str | None
    minor: int

    @property
    def key(self) -> str:
        return f"{self.type}-{self.txn_id}" + (f"-{self.line_id}" if self.line_id is not None else "")

    def turned(self) -> Part:
        return Part(type=self.type, txn_id=self.txn_id, line_id=self.line_id, minor=-self.minor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """The payment around its parts. cash: what of its money was applied."""

    cash: Money
    applied_on: date | None
    exchange_rate: Decimal | None
    updated_at: datetime | None


def journal_id(kind: str, transaction_id: str, line_id: str) -> str:
    """The id of a transaction's AR line: the same whether seen from the transaction or from a payment linked to it."""
    return f"{kind}/{transaction_id}/{line_id}"


def parts_of(reading: Reading, lines: Iterable[wire.Line] | None, currency: str) -> list[Part]:
    """What the lines link to, each transaction once, by the usual sign of its type."""
    found: dict[tuple[str, str, str | None], int] = {}
    for number, line in enumerate(lines or (), start=1):
        links = [link for link in line.linked_txn or [] if link.txn_id]
        if not line.amount:
            continue
        if not links:
            reading.note("link_missing", f"line {number} names nothing that it was applied to.", field_name="Line")
            continue
        if len(links) > 1:
            reading.note(
                "many_links", f"line {number} names several transactions; the first was taken.", field_name="Line"
            )
        kind = links[0].txn_type or ""
        if TXN_KINDS.get(kind) not in ("Invoice", "CreditMemo", "JournalEntry", "Purchase", "Deposit"):
            reading.note("unknown_link", f"line {number} is applied to {kind!r}, not known here.", field_name="TxnType")
            continue
        minor = Money.of(line.amount, currency).minor
        line_id = None if kind in _FIXED else links[0].txn_line_id
        key = (kind, links[0].txn_id or "", line_id)
        found[key] = found.get(key, 0) + (-minor if kind in _LOWERS else minor)
    parts = [Part(type=key[0], txn_id=key[1], line_id=key[2], minor=minor) for key, minor in found.items()]
    return sorted((part for part in parts if part.minor), key=lambda part: (number_order(part.txn_id), part.key))


def signed(parts: Sequence[Part], cash: int) -> list[Part]:
    """The parts with the signs that make them come to the cash: a journal's line may be a debit or a credit."""
    free = [place for place, part in enumerate(parts) if part.type not in _FIXED]
    if sum(part.minor for part in parts) == cash or len(free) > _FREE_MAX:
        return list(parts)
    for turns in sorted(product((False, True), repeat=len(free)), key=sum):
        turned = {place for place, turn in zip(free, turns, strict=True) if turn}
        tried = [part.turned() if place in turned else part for place, part in enumerate(parts)]
        if sum(part.minor for part in tried) == cash:
            return tried
    return list(parts)


def allocations(reading: Reading, parts: Sequence[Part], how: Application) -> list[Allocation]:
    """Oldest source to oldest target; the payment's own cash is the youngest source."""
    sources: list[tuple[Part | None, int]] = [(part, -part.minor) for part in parts if part.minor < 0]
    if how.cash.minor > 0:
        sources.append((None, how.cash.minor))
    targets = [(part, part.minor) for part in parts if part.minor > 0]
    if sum(amount for _, amount in sources) != sum(amount for _, amount in targets):
        reading.note(
            "uneven_application", "what it pays and what it pays with do not come to the same.", field_name="Line"
        )
    found = []
    while sources and targets:
        (source, has), (target, owes) = sources[0], targets[0]
        minor = min(has, owes)
        found.append(_allocation(reading, source, target, Money(minor, how.cash.currency), how))
        sources[0], targets[0] = (source, has - minor), (target, owes - minor)
        sources = sources[1:] if has == minor else sources
        targets = targets[1:] if owes == minor else targets
    return found


def _allocation(reading: Reading, source: Part | None, target: Part, amount: Money, how: Application) -> Allocation:
    source_kind, source_id = (SourceKind.PAYMENT, reading.own_id)
    if source is not None:
        is_credit = source.type == "CreditMemo"
        source_kind = SourceKind.CREDIT_NOTE if is_credit else SourceKind.JOURNAL
        source_id = source.txn_id if is_credit else _line(reading, source)
    to_invoice = target.type == "Invoice"
    return Allocation(
        external_id=f"{reading.own_id}/{source.key if source else 'cash'}/{target.key}",
        source_kind=source_kind,
        source_external_id=source_id,
        target_kind=TargetKind.INVOICE if to_invoice else TargetKind.JOURNAL,
        target_external_id=target.txn_id if to_invoice else _line(reading, target),
        amount=amount,
        source_amount=amount,
        applied_on=how.applied_on,
        basis=Basis.DERIVED,
        exchange_rate=how.exchange_rate,
        updated_at=how.updated_at,
    )


def _line(reading: Reading, part: Part) -> str:
    if part.line_id is None:
        sentence = f"it is applied to {part.type} {part.txn_id} without saying to which line."
        reading.note("line_unnamed", sentence, field_name="TxnLineId")
    return journal_id(TXN_KINDS[part.type], part.txn_id, part.line_id or "?")
