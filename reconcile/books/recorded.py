"""Cash that the ledger holds already: a charge whose payment somebody, or another app, has entered. Pure.

Said only where it is certain: the ledger's record names the charge (or what hangs on it), or the charge's own invoice has
a twin in the ledger that a payment of the same amount has paid within some days. One record is one charge's, never two.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

DAYS_APART = 12  # a payment entered by hand from the payout's e-mail, after a long weekend


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A receipt and the ledger's record of the same money. `words` say how it is known."""

    receipt_id: UUID
    record: Any
    words: str


@dataclass(slots=True)
class LedgerRecords:
    """The ledger's records of cash, by what can name or find them."""

    by_hint: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    by_payment: dict[tuple[UUID, str], Any] = field(default_factory=dict)
    paid_by: dict[tuple[UUID, str], list[tuple[Any, Any]]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, payments: Sequence[Any], entries: Sequence[Any], allocations: Sequence[Any]) -> LedgerRecords:
        records = cls()
        for row in payments:
            if row.status == "open" and row.kind != "refund":
                records.by_payment[(row.connection_id, row.external_id)] = row
        for row in (*records.by_payment.values(), *(entry for entry in entries if entry.status == "open")):
            for hint in row.hints:
                records.by_hint[hint].append(row)
        for row in allocations:
            payment = records.by_payment.get((row.connection_id, row.source_external_id))
            if payment is not None and row.target_kind == "invoice":
                records.paid_by[(row.connection_id, row.target_external_id)].append((row, payment))
        return records


def find_recorded(
    receipts: Sequence[Any],
    names_of: Mapping[UUID, Sequence[str]],
    twins_of: Mapping[UUID, Sequence[Any]],
    records: LedgerRecords,
    taken: set[tuple[UUID, str, str]],
    apart: frozenset[tuple[UUID, tuple[UUID, str, str]]] = frozenset(),
) -> list[Recorded]:
    """`names_of`: ids that mean a receipt's money (charge, intent, balance transaction). `twins_of`: ledger invoices
    that are twins of what the processor applied it to. `taken`: ledger records that are some receipt's sighting already.
    `apart`: pairs of which a person said that they are two.
    """
    found: list[Recorded] = []
    for receipt in receipts:
        for record, words in _candidates(receipt, names_of.get(receipt.id, ()), twins_of.get(receipt.id, ()), records):
            key = (record.connection_id, record.record_kind, record.external_id)
            if key not in taken and (receipt.id, key) not in apart:
                taken.add(key)
                found.append(Recorded(receipt_id=receipt.id, record=record, words=words))
                break
    return found


def _candidates(
    receipt: Any, names: Sequence[str], twins: Sequence[Any], records: LedgerRecords
) -> Iterator[tuple[Any, str]]:
    for name in names:
        for record in records.by_hint.get(name, ()):
            if _same_money(receipt, record):
                yield record, f"The books hold it already: a record there names {name}."
    for twin in twins:
        for allocation, payment in records.paid_by.get((twin.connection_id, twin.external_id), ()):
            if payment.currency != receipt.currency or receipt.amount_minor not in (
                payment.amount_minor,
                allocation.amount_minor,
            ):
                continue
            if payment.paid_on is not None and abs((payment.paid_on - receipt.received_on).days) <= DAYS_APART:
                yield (
                    payment,
                    f"The books hold it already: invoice {twin.number or twin.external_id} was paid there with the same amount.",
                )


def _same_money(receipt: Any, record: Any) -> bool:
    """A record that names the charge is of it, whether gross or, entered short by the fee, net."""
    amounts = {receipt.amount_minor, receipt.settled_minor}
    if receipt.fee_minor is not None and receipt.settled_minor is not None:
        amounts.add(receipt.settled_minor - receipt.fee_minor)
    return record.amount_minor in amounts
