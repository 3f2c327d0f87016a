"""An entry against what the books hold of it: amount, day, account, and what it was applied to. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connectors.writing import Standing
from ledger.entry import Entry, EntryKind, LineRole
from ledger.money import Money

Key = tuple[str, str]
_MOVES = frozenset({EntryKind.SPEND, EntryKind.RECEIVE, EntryKind.TRANSFER, EntryKind.DEPOSIT})
_IN_PAYMENTS = (LineRole.PAYS, LineRole.UNAPPLIED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """code: vanished, amount, date, account, applied. sentence: what the books hold instead."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Held:
    """What the store holds after the read-back, by the records' kinds and ids. allocated: by source and target.

    journal_lines: by a journal's id those of its lines, each of which is a source by itself.
    """

    records: Mapping[Key, bool] = field(default_factory=dict)
    payments: Mapping[Key, Sequence[Any]] = field(default_factory=dict)
    bank_entries: Mapping[Key, Sequence[Any]] = field(default_factory=dict)
    credit_notes: Mapping[Key, Sequence[Any]] = field(default_factory=dict)
    allocated: Mapping[tuple[str, str], int] = field(default_factory=dict)
    journal_lines: Mapping[str, Sequence[str]] = field(default_factory=dict)


def keys_of(standing: Standing) -> list[Key]:
    """The records behind what stands. An id of two parts is a piece of a record: the record's own is the first."""
    return [(kind, own.partition("/")[0]) for kind, own in ((standing.kind, standing.external_id), *standing.parts)]


def differences(entry: Entry, standing: Standing, held: Held, ids: Mapping[str, str]) -> list[Difference]:
    """`ids`: by write id, the external ids of entries of the same posting."""
    keys = keys_of(standing)
    if not any(held.records.get(key) for key in keys):
        return [Difference(code="vanished", sentence="It was written, and it does not stand in the books any more.")]
    if entry.kind is EntryKind.RECEIPT:
        return list(_of_receipt(entry, standing, [row for key in keys for row in held.payments.get(key, ())], held))
    if entry.kind is EntryKind.ALLOCATION:
        return list(_of_allocation(entry, standing, held, ids))
    if entry.kind in _MOVES:
        return list(_of_move(entry, [row for key in keys for row in held.bank_entries.get(key, ())]))
    if entry.kind is EntryKind.CREDIT_NOTE:
        return list(_of_credit(entry, [row for key in keys for row in held.credit_notes.get(key, ())]))
    return []


def _of_receipt(entry: Entry, standing: Standing, rows: Sequence[Any], held: Held) -> Iterator[Difference]:
    if not rows:
        if standing.amount is not None and standing.amount.currency == entry.amount.currency:
            yield from _amount(entry.amount, standing.amount)
        return
    yield from _ended(rows)
    lines = [line.amount for line in entry.lines if line.role in _IN_PAYMENTS]
    wanted = _sum(lines) if lines else entry.amount
    if wanted is not None and all(row.currency == wanted.currency for row in rows):
        yield from _amount(wanted, Money(sum(row.amount_minor for row in rows), wanted.currency))
    for row in rows:
        if row.paid_on != entry.on:
            yield Difference(code="date", sentence=f"It is dated {row.paid_on}, not {entry.on}.")
        if entry.account is not None and row.deposit_account not in (None, entry.account):
            yield Difference(code="account", sentence="It stands in another account than it was written to.")
    sources = {row.external_id for row in rows}
    for target, amount in _paid(entry):
        applied = sum(held.allocated.get((source, target), 0) for source in sources)
        if applied != amount.minor:
            yield _applied(amount, applied)


def _of_allocation(entry: Entry, standing: Standing, held: Held, ids: Mapping[str, str]) -> Iterator[Difference]:
    """What stood of the same pair before counts, too: it may be more, never less. A charge is applied by its intent,
    which is a part of what stands.
    """
    if entry.source is None:
        return
    source = entry.source.external_id or ids.get(entry.source.entry, "").partition("/")[0]
    sources = {source, *(own for _, own in standing.parts), *held.journal_lines.get(source, ())}
    paid = [(amount, sum(held.allocated.get((one, target), 0) for one in sources)) for target, amount in _paid(entry)]
    if paid and not any(applied for _, applied in paid):
        yield Difference(code="vanished", sentence="Nothing of it is applied to the invoice any more.")
        return
    for amount, applied in paid:
        if applied < amount.minor:
            yield _applied(amount, applied)


def _of_move(entry: Entry, rows: Sequence[Any]) -> Iterator[Difference]:
    if not rows:
        return
    yield from _ended(rows)
    if all(row.currency == entry.amount.currency for row in rows):
        yield from _amount(entry.amount, Money(abs(sum(row.amount_minor for row in rows)), entry.amount.currency))
    for row in rows:
        if row.moved_on != entry.on:
            yield Difference(code="date", sentence=f"It is dated {row.moved_on}, not {entry.on}.")


def _of_credit(entry: Entry, rows: Sequence[Any]) -> Iterator[Difference]:
    for row in rows:
        if row.currency == entry.amount.currency:
            yield from _amount(entry.amount, Money(row.total_minor, row.currency))
        if row.issued_on != entry.on:
            yield Difference(code="date", sentence=f"It is dated {row.issued_on}, not {entry.on}.")


def _ended(rows: Iterable[Any]) -> Iterator[Difference]:
    if any(row.status in ("void", "deleted") for row in rows):
        yield Difference(code="vanished", sentence="It was voided or deleted in the books.")


def _amount(wanted: Money, stands: Money) -> Iterator[Difference]:
    if wanted != stands:
        yield Difference(code="amount", sentence=f"It stands with {stands}, not with {wanted}.")


def _applied(wanted: Money, applied: int) -> Difference:
    stands = Money(applied, wanted.currency)
    return Difference(code="applied", sentence=f"{stands} of it is applied to the invoice, not {wanted}.")


def _paid(entry: Entry) -> list[tuple[str, Money]]:
    """What its lines pay, document by document."""
    found: dict[tuple[str, str], int] = defaultdict(int)
    for line in entry.lines:
        if line.role is LineRole.PAYS and line.document is not None and line.document.external_id:
            found[(line.document.external_id, line.amount.currency)] += line.amount.minor
    return [(target, Money(minor, currency)) for (target, currency), minor in found.items()]


def _sum(amounts: Sequence[Money]) -> Money | None:
    """None where they are in several currencies."""
    if len({amount.currency for amount in amounts}) != 1:
        return None
    return Money(sum(amount.minor for amount in amounts), amounts[0].currency)
