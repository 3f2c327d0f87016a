"""What a payment was applied to: sources (its own cash, credits) laid against targets (invoices, debits of AR).

QuickBooks lists what takes part with an amount each, unsigned, and not who pays whom. With one source or one target there
is nothing to choose; where it is many to many the oldest source pays the oldest target, and what is left the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import product
from typing import NamedTuple

from connectors.quickbooks import wire
from connectors.quickbooks.linked import TXN_KINDS
from connectors.quickbooks.reading import Reading, number_order
from ledger.allocation import Allocation, Basis, SourceKind, TargetKind
from ledger.money import Money
from ledger.unnamed_lines import UNNAMED

_LOWERS = frozenset({"CreditMemo", "Deposit", "CreditCardCredit"})  # what lowers AR by its nature
_FIXED = frozenset({"Invoice", "CreditMemo"})
_APPLIED = frozenset({"Invoice", "CreditMemo", "JournalEntry", "Purchase", "Deposit"})
_SEVERAL_MAX = 6  # lines that name several transactions: 729 readings
_FREE_MAX = 12  # beyond 4,096 readings of the signs the usual one is taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One linked transaction: minor > 0 raises what is owed (a target), < 0 lowers it (a source).

    again: how often the payment has named it before, without a line.
    """

    type: str
    txn_id: str
    line_id: str | None
    minor: int
    again: int = 0

    @property
    def key(self) -> str:
        line = f"-{self.line_id}" if self.line_id is not None else f"#{self.again + 1}" if self.again else ""
        return f"{self.type}-{self.txn_id}{line}"

    def turned(self) -> Part:
        return replace(self, minor=-self.minor)


class _Named(NamedTuple):
    """A line of a payment: its place, its amount, and the transactions that it names."""

    number: int
    minor: int
    links: Sequence[wire.LinkedTxn]


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


def parts_of(reading: Reading, lines: Iterable[wire.Line] | None, currency: str, cash: int) -> list[Part]:
    """What the lines link to, by the usual sign of its type. cash: what of the payment's money is said to be applied.

    A transaction, or a line of one, that comes several times is one; but lines that name a journal and no line of it may mean
    several of its lines.
    """
    named = [one for one in _named(reading, lines, currency) if one.minor]
    found: dict[tuple[str, str, str | None, int], int] = {}
    for one, links in zip(named, _meant(reading, named, cash), strict=True):
        for link in links:
            kind, txn_id = link.txn_type or "", link.txn_id or ""
            line_id = None if kind in _FIXED else link.txn_line_id or None
            again = 0 if kind in _FIXED or line_id else sum(key[:3] == (kind, txn_id, None) for key in found)
            key = (kind, txn_id, line_id, again)
            found[key] = found.get(key, 0) + _signed(link, one.minor)
    parts = [
        Part(type=key[0], txn_id=key[1], line_id=key[2], again=key[3], minor=minor) for key, minor in found.items()
    ]
    return sorted((part for part in parts if part.minor), key=lambda part: (number_order(part.txn_id), part.key))


def _named(reading: Reading, lines: Iterable[wire.Line] | None, currency: str) -> Iterator[_Named]:
    """The lines with an amount that name something that is known."""
    for number, line in enumerate(lines or (), start=1):
        if not line.amount:
            continue
        links = [link for link in line.linked_txn or [] if link.txn_id]
        if not links:
            reading.note("link_missing", f"line {number} names nothing that it was applied to.", field_name="Line")
        known = [link for link in links if TXN_KINDS.get(link.txn_type or "") in _APPLIED]
        if links and not known:
            kind = links[0].txn_type or ""
            reading.note("unknown_link", f"line {number} is applied to {kind!r}, not known here.", field_name="TxnType")
        if known:
            yield _Named(number, Money.of(line.amount, currency).minor, known)


def _meant(reading: Reading, named: Sequence[_Named], cash: int) -> list[Sequence[wire.LinkedTxn]]:
    """Which of its links each line means. One that names what is owed and a credit applies the one to the other, where all
    then come to the cash; else one of the two takes part.
    """
    if all(len(one.links) == 1 for one in named):
        return [one.links for one in named]
    readings = [_readings(one.links) for one in named]
    usual = [one[0] for one in readings]
    several = [place for place, one in enumerate(readings) if len(one) > 1]
    tried = product(*readings) if len(several) <= _SEVERAL_MAX else iter([tuple(usual)])
    even = next((list(each) for each in tried if _sum(named, each) == cash), None)
    for place, one in enumerate(named):
        if len(one.links) > 1 and (even is None or len(even[place]) < len(one.links)):
            taken = (even or usual)[place]
            told = " and ".join(f"{link.txn_type} {link.txn_id}" for link in taken)
            sentence = f"line {one.number} names several transactions; {told} was taken."
            reading.note("many_links", sentence, field_name="Line")
    return even or usual


def _readings(links: Sequence[wire.LinkedTxn]) -> list[Sequence[wire.LinkedTxn]]:
    """The likeliest first."""
    lowers = next((link for link in links if link.txn_type in _LOWERS), None)
    raises = next((link for link in links if link.txn_type not in _LOWERS), None)
    if lowers is None or raises is None:
        return [links[:1]]
    return [(lowers, raises), (raises,), (lowers,)]


def _sum(named: Sequence[_Named], meant: Sequence[Sequence[wire.LinkedTxn]]) -> int:
    return sum(_signed(link, one.minor) for one, links in zip(named, meant, strict=True) for link in links)


def _signed(link: wire.LinkedTxn, minor: int) -> int:
    return -minor if link.txn_type in _LOWERS else minor


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
        source_id = source.txn_id if is_credit else _line(source)
    to_invoice = target.type == "Invoice"
    return Allocation(
        external_id=f"{reading.own_id}/{source.key if source else 'cash'}/{target.key}",
        source_kind=source_kind,
        source_external_id=source_id,
        target_kind=TargetKind.INVOICE if to_invoice else TargetKind.JOURNAL,
        target_external_id=target.txn_id if to_invoice else _line(target),
        amount=amount,
        source_amount=amount,
        applied_on=how.applied_on,
        basis=Basis.DERIVED,
        exchange_rate=how.exchange_rate,
        updated_at=how.updated_at,
    )


def _line(part: Part) -> str:
    """Which line it is where none is named is told by the journal (sync/unnamed.py)."""
    return journal_id(TXN_KINDS[part.type], part.txn_id, part.line_id or UNNAMED)
