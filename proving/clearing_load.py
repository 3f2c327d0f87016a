"""Both sides of the proof of clearing, read from the store."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from ledger.money import Money
from proving.clearing_items import CHARGED, FEE, GROSS, Booked, Cent
from store.database import Connection
from store.queries import clearing as queries
from store.queries import processor, processor_charges

_ID = re.compile(r"\b(?:txn|ch|py|pi|po|re|pyr|du|dp|tu|in)_[A-Za-z0-9]{6,}\b")
MEMO_LETTERS = 60
_LONG = re.compile(r"\b(?=\w*\d)[A-Z0-9]{12,}\b")
"""A bank's trace id, or our own marker."""


def booked_of(
    read: Connection, organisation_id: UUID, books: UUID, account: str, currency: str, source: UUID
) -> list[Booked]:
    """What stands on the clearing account, with what each record is known to be."""
    ours = {
        (row.record_kind, row.external_id): row for row in queries.written_by_us(read, organisation_id, books, account)
    }
    parts = _parts_of(ours)
    seen = {(row.record_kind, row.external_id): row for row in queries.seen_records(read, organisation_id, books)}
    found = []
    for row in queries.moved_on(read, organisation_id, books, account, currency):
        own = ours.get(row.key) or ours.get(row.record) or parts.get(row.key)
        known = seen.get(row.key)
        is_charge = known is not None and known.connection_id == source
        found.append(
            Booked(
                key=row.key,
                kind=row.kind,
                on=row.on,
                amount=Money(row.minor, currency),
                names=frozenset(name for text in row.texts for name in (*_ID.findall(text), *_LONG.findall(text))),
                posting=None if own is None else own.posting_id,
                charge=known.receipt_external_id if known is not None and is_charge else None,
                payout=known.payout_external_id if known is not None and not is_charge else None,
                written=_written(own, row, currency),
                converted=row.converted,
                doubtful=row.doubtful,
                words=_words(row),
            )
        )
    return found


def _parts_of(ours: dict[tuple[str, str], Any]) -> dict[tuple[str, str], Any]:
    """Records that came with one of ours: the payments of a batch, the transaction of an overpayment."""
    return {
        (str(kind), str(own)): row
        for row in ours.values()
        for kind, own in ((row.standing or {}).get("parts") or ())
    }  # fmt: skip


def _written(own: Any, row: queries.Moved, currency: str) -> Money | None:
    """What we wrote there, signed as it moves the account; None where it is not ours or in another currency."""
    if own is None or own.currency != currency or (own.record_kind, own.external_id) != row.key or row.converted:
        return None
    return Money(own.amount_minor if row.minor >= 0 else -own.amount_minor, currency)


_KINDS = {
    "deposit": "A deposit", "receive": "Money received", "sale": "A sale on the spot", "transfer": "A transfer",
    "journal": "A journal", "spend": "Money spent", "overpayment": "An overpayment", "prepayment": "A prepayment",
    "refund": "A refund",
}  # fmt: skip


def _words(row: queries.Moved) -> str:
    text = next((one for one in row.texts if len(one) <= MEMO_LETTERS), "")
    named = f', "{text}"' if text else ""
    return f"{_KINDS.get(row.kind, 'A payment')} ({row.key[0]} {row.key[1]}{named})"


def cents_of(
    read: Connection, organisation_id: UUID, entity_id: UUID, source: UUID, currency: str, books: UUID | None
) -> list[Cent]:
    """Every part of every balance transaction in a currency."""
    side = _Processor(read, organisation_id, entity_id, source, books)
    rows = processor.transactions(read, organisation_id, source, currency=currency)
    return [cent for row in rows for cent in side.cents(row)]


class _Processor:
    """What is read once for all transactions of a connection."""

    def __init__(
        self, read: Connection, organisation_id: UUID, entity_id: UUID, source: UUID, books: UUID | None
    ) -> None:
        self._payouts = {row.external_id: row for row in processor.payouts(read, organisation_id, source)}
        self._parts = {
            (row.transaction_id, row.part): row for row in processor.standing_parts(read, organisation_id, source)
        }
        self._receipts = processor_charges.charge_receipts(read, organisation_id, source)
        self._matches = queries.match_postings(read, organisation_id, entity_id)
        self._charges = processor_charges.charges(read, organisation_id, source)
        self._elsewhere: dict[UUID, str] = {}
        self._payouts_elsewhere: dict[str, str] = {}
        if books is not None:
            self._look_elsewhere(read, organisation_id, books, source)

    def _look_elsewhere(self, read: Connection, organisation_id: UUID, books: UUID, source: UUID) -> None:
        """Records that are known to be a charge's or a payout's cash. The proof asks only where none is on clearing."""
        for row in queries.seen_records(read, organisation_id, books):
            words = f"record {row.record_kind} {row.external_id}"
            if row.connection_id == source:
                self._elsewhere[row.receipt_id] = words
            elif row.payout_external_id:
                self._payouts_elsewhere[row.payout_external_id] = words

    def cents(self, row: Any) -> Iterator[Cent]:
        gross = Money(row.gross_minor, row.currency)
        if gross:
            yield self._cent(row, GROSS, gross)
        if row.fee_minor:
            yield self._cent(row, FEE, Money(-row.fee_minor, row.currency))

    def _cent(self, row: Any, part: str, amount: Money) -> Cent:
        payout = self._payouts.get(row.source_external_id or "")
        carried = self._payouts.get(row.payout_external_id or "")
        receipt = self._receipts.get(row.charge_external_id or "") if part == GROSS else None
        is_charge = row.reporting_category in CHARGED
        posting, state, why = self._posting(row, part, receipt if is_charge else None)
        return Cent(
            transaction=row.id,
            external_id=row.external_id,
            part=part,
            on=row.booked_on,
            amount=amount,
            category=row.reporting_category,
            names=frozenset(self._names(row, payout)) if part == GROSS else frozenset({row.external_id}),
            charge=row.charge_external_id if is_charge else None,
            payout=row.payout_external_id,
            carried_on=None if carried is None else carried.left_on,
            due_on=None if payout is None or row.reporting_category != "payout" else payout.arrives_on,
            back_of=self._back_of(row) if part == GROSS else None,
            posting=posting,
            state=state,
            why=why,
            elsewhere=self._seen(row, receipt if is_charge else None) if part == GROSS else "",
        )

    def _names(self, row: Any, payout: Any) -> Iterator[str]:
        yield row.external_id
        if row.source_external_id:
            yield row.source_external_id
        charge = self._charges.get(row.source_external_id or "")
        if charge is not None and charge.payment_intent:
            yield charge.payment_intent
        if payout is not None and payout.trace_id and row.reporting_category == "payout":
            yield payout.trace_id

    def _posting(self, row: Any, part: str, receipt: Any) -> tuple[UUID | None, str, str]:
        """What puts it into the books: the posting that covers it, or its match's."""
        covered = self._parts.get((row.id, part))
        if covered is not None:
            return covered.posting_id, covered.state, covered.reason or f"in the outbox, {covered.state}"
        if part == GROSS and receipt is not None:
            posting = self._matches.get(receipt.id)
            if posting is not None:
                return posting.id, posting.state, posting.reason or f"in the outbox, {posting.state}"
            return None, "", _waiting(receipt)
        return None, "", ""

    def _seen(self, row: Any, receipt: Any) -> str:
        if receipt is not None:
            return self._elsewhere.get(receipt.id, "")
        if row.reporting_category == "payout":
            return self._payouts_elsewhere.get(row.source_external_id or "", "")
        return ""

    def _back_of(self, row: Any) -> str | None:
        """What may have come back: a payout, a refund, a debit."""
        if row.reporting_category in (
            "payout",
            "payout_reversal",
            "refund",
            "refund_failure",
            "charge",
            "charge_failure",
        ):
            found: str | None = row.source_external_id
            return found
        return None


def _waiting(receipt: Any) -> str:
    if receipt.match_state == "awaiting":
        return "its match waits for a second person"
    if receipt.match_state is not None:
        return f"its match is {receipt.match_state}"
    return "nobody has said what it pays"
