"""What a receipt turned out to pay: by a person's decision here, else by the books' own allocations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from ledger.allocation import effective_day
from reconcile.books.past import by_document, issued_days
from reconcile.books.world import World
from reconcile.values import Proposal

Lines = Mapping[UUID, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """lines: receivable -> minor units. on: when it was settled; until then the money waited. said_by: who settled it."""

    lines: Lines
    on: date
    said_by: str


@dataclass(slots=True)
class Truths:
    """Everything that is known to have been right, by receipt and by payment of the books."""

    by_receipt: dict[UUID, Truth]
    by_payment: dict[tuple[UUID, str], Truth]

    @classmethod
    def of(cls, world: World, accepted: Sequence[Any], sightings: Sequence[Any]) -> Truths:
        by_payment = _of_books(world)
        by_receipt = {
            row.receipt_id: truth
            for row in sightings
            if (truth := by_payment.get((row.connection_id, row.external_id))) is not None
        }
        return cls({**by_receipt, **_of_people(accepted)}, by_payment)


def agrees(proposal: Proposal, truth: Truth) -> bool:
    """The same receivables, and of each the amount that was applied, with or without what a rule closes of it."""
    lines = {UUID(line.item_id): line for line in proposal.lines}
    invoices = {own: line for own, line in lines.items() if line.applied_minor > 0}
    if set(invoices) != {own for own, minor in truth.lines.items() if minor > 0}:
        return False
    if len(invoices) != len(lines):
        return True  # with credit notes, the books may have split the same settlement otherwise
    return all(
        truth.lines[own] in (line.applied_minor, line.applied_minor + line.residual_minor)
        for own, line in invoices.items()
    )


def _of_people(accepted: Sequence[Any]) -> dict[UUID, Truth]:
    lines: dict[UUID, dict[UUID, int]] = defaultdict(dict)
    heads = {}
    for row in accepted:
        lines[row.receipt_id][row.document_id] = row.applied_minor
        heads[row.receipt_id] = row
    return {
        own: Truth(lines=lines[own], on=row.decided_at.date(), said_by=row.decided_by) for own, row in heads.items()
    }


def _of_books(world: World) -> dict[tuple[UUID, str], Truth]:
    """Payments of the ledger that were applied in full, to what they were applied."""
    documents = by_document(world.rows["invoices"], world.twins())
    whole = {
        (row.connection_id, row.external_id)
        for row in world.of_role("payments", "books")
        if row.status == "open" and row.unapplied_minor == 0 and row.kind != "refund"
    }
    lines: dict[tuple[UUID, str], dict[UUID, int]] = defaultdict(lambda: defaultdict(int))
    newest: dict[tuple[UUID, str], date] = {}
    odd, issued = set(), issued_days(world)
    for row in world.of_role("allocations", "books"):
        key = (row.connection_id, row.source_external_id)
        if key not in whole or row.source_kind not in ("payment", "overpayment", "prepayment"):
            continue
        target = documents.get((row.connection_id, row.target_external_id)) if row.target_kind == "invoice" else None
        on = effective_day(
            row.basis, row.applied_on, issued.get((row.connection_id, row.target_kind, row.target_external_id))
        )
        if target is None or on is None or row.reversed_on is not None:
            odd.add(key)  # settled a journal or a refund, or something that is not read: nothing to compare with
            continue
        lines[key][target] += row.amount_minor
        newest[key] = max(newest.get(key, on), on)
    return {
        key: Truth(lines=dict(own), on=newest[key], said_by="the books") for key, own in lines.items() if key not in odd
    }
