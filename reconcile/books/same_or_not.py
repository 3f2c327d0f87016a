"""What people say of cash in two places: that a record of the books is a receipt's, that it is not, and the undo of both.

Each is one transaction with its audit entry. A person's no is remembered: the pair is neither tied nor suggested again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from ledger.faults import Conflict, NotFound, Refused
from ledger.receipt import PostStatus, ReceiptStatus, SightingKind
from ledger.source import pulled_id
from reconcile.books.checks import CLOSED
from reconcile.books.decisions import Deciding
from reconcile.books.save import withdraw_proposals
from store import recordings as store
from store.audit import Act, record
from store.database import Connection
from store.queries.documents import find_receipt
from store.receipts import (
    add_sighting,
    change_receipt,
    drop_sighting,
    drop_sightings_of,
    join_receipt,
    ledger_receipts_alone,
)
from store.recordings import Key
from store.statements import drop_receipts

_OUTSIDE = (SightingKind.BANK_LINE.value, SightingKind.CHARGE.value)
LOOK_AGAIN = "This was changed by somebody else meanwhile; look at the receipt again."


@dataclass(frozen=True, slots=True)
class SameOrNot:
    """A person speaking of one receipt and one record. `key`: connection, kind and external id of the record."""

    deciding: Deciding

    def say_same(self, receipt_id: UUID, key: Key, *, seen: int, now: datetime) -> UUID:
        """The record is this cash. Gives the receipt that stands for it from now on. Raises Conflict, Refused, NotFound."""
        own = self.deciding.organisation_id
        with self.deciding.alone() as connection:
            receipt = self._seen(connection, receipt_id, seen)
            row = self._suggested(connection, receipt_id, key)
            if receipt.status in CLOSED or receipt.post_status != PostStatus.NONE.value:
                raise Refused("Somebody has decided on this receipt; undo that match first, then say what it is.")
            found = store.find_record(connection, own, key)
            if found is None or found.status != "open":
                raise Refused("The books' record is gone or void by now, so the cash is not in it.")
            words = f"{self.deciding.actor} said that it is the same cash."
            stands = self._tie(connection, receipt, key, found, words, now)
            self._save(connection, receipt, key, store.SAME, row.reason, now)
            self._audit(
                connection, "receipt.recorded", stands, key, "A receipt and a record of the books are one.", now
            )
            return stands

    def say_apart(self, receipt_id: UUID, key: Key, *, seen: int, now: datetime) -> UUID:
        """The record is other cash. Gives the id of the receipt that was parted from it.

        `key` may be a suggested record, a further sighting of the receipt, or the payout that a line was taken for. A line
        or charge that was joined to the ledger's receipt has its own again after its connection was settled.
        """
        own = self.deciding.organisation_id
        with self.deciding.alone() as connection:
            receipt = self._seen(connection, receipt_id, seen)
            sighting = store.find_sighting(connection, own, key)
            if sighting is not None and sighting.receipt_id == receipt_id:
                parted, other = self._part(connection, receipt, sighting)
            else:
                self._suggested(connection, receipt_id, key)
                parted, other = receipt_id, key
            row = {"receipt_id": parted, "entity_id": receipt.entity_id}
            self._save_row(connection, row, other, store.APART, "Somebody said that they are two.", now)
            words = "A receipt and a record of the books are not the same cash."
            self._audit(connection, "receipt.apart", receipt_id, key, words, now)
            return parted

    def undo(self, receipt_id: UUID, key: Key, *, now: datetime) -> None:
        """Takes back what was said of the pair; the next look weighs it anew. Raises NotFound."""
        own = self.deciding.organisation_id
        with self.deciding.alone() as connection:
            row = store.find_recording(connection, own, receipt_id, key)
            if row is None or row.state == store.SUGGESTED:
                raise NotFound("Nothing was said of these two that could be taken back.")
            if row.state == store.SAME:
                self._untie(connection, receipt_id, key)
            store.drop_recording(connection, own, receipt_id, key)
            words = "What was said of a receipt and a record of the books was taken back."
            self._audit(connection, "receipt.recorded_undone", receipt_id, key, words, now)

    def _tie(self, connection: Connection, receipt: Any, key: Key, found: Any, words: str, now: datetime) -> UUID:
        own = self.deciding.organisation_id
        joinable = ledger_receipts_alone(connection, own, receipt.entity_id)
        if key in joinable:
            join_receipt(connection, own, receipt.id, joinable[key], words)
            drop_receipts(connection, own, [receipt.id])
            return joinable[key]
        if store.find_sighting(connection, own, key) is not None:
            raise Conflict("The books' record is another receipt's by now; look at it again.")
        add_sighting(connection, own, receipt.id, found, kind=SightingKind.LEDGER, reason=words, now=now)
        withdraw_proposals(connection, own, receipt.id, words, now)
        values = {"status": ReceiptStatus.ALREADY_RECORDED.value, "status_reason": words, "unapplied_minor": 0}
        change_receipt(connection, own, receipt.id, values)
        stands: UUID = receipt.id
        return stands

    def _part(self, connection: Connection, receipt: Any, sighting: Any) -> tuple[UUID, Key]:
        """The receipt that is parted, and from which record."""
        own = self.deciding.organisation_id
        first = (receipt.connection_id, receipt.record_kind, receipt.external_id)
        key = (sighting.connection_id, sighting.record_kind, sighting.external_id)
        if key == first:
            raise Refused("This is the receipt's own record; it cannot be parted from itself.")
        if sighting.kind in _OUTSIDE:
            if receipt.post_status != PostStatus.NONE.value:
                raise Refused("A match of this receipt was accepted; undo it first.")
            drop_sighting(connection, own, sighting)
            change_receipt(connection, own, receipt.id, {})
            return pulled_id(sighting.connection_id, f"receipt/{sighting.record_kind}", sighting.external_id), first
        drop_sighting(connection, own, sighting)
        is_payout = receipt.status == ReceiptStatus.PAYOUT.value
        if sighting.kind == SightingKind.LEDGER.value and is_payout:
            change_receipt(connection, own, receipt.id, {})
            return receipt.id, key
        drop_sightings_of(connection, own, receipt.id, (SightingKind.LEDGER,))  # a payout's transfer goes with it
        self._wait_again(connection, receipt, "Somebody said that it is other cash; the next look matches it.")
        return receipt.id, key

    def _wait_again(self, connection: Connection, receipt: Any, words: str) -> None:
        values = {
            "status": ReceiptStatus.UNMATCHED.value, "status_reason": words, "unapplied_minor": receipt.open_minor,
            **({"payout_external_id": None} if receipt.status == ReceiptStatus.PAYOUT.value else {}),
        }  # fmt: skip
        change_receipt(connection, self.deciding.organisation_id, receipt.id, values)

    def _untie(self, connection: Connection, receipt_id: UUID, key: Key) -> None:
        """A line that was joined to the ledger's receipt has its own again after its connection was settled."""
        own = self.deciding.organisation_id
        sighting = store.find_sighting(connection, own, key)
        if sighting is None:
            return
        if sighting.receipt_id == receipt_id:
            drop_sighting(connection, own, sighting)
            words = "What was said of it was taken back; the next look matches it."
            self._wait_again(connection, find_receipt(connection, own, receipt_id), words)
            return
        for joined in store.sightings_of_receipt(connection, own, sighting.receipt_id, _OUTSIDE):
            if pulled_id(joined.connection_id, f"receipt/{joined.record_kind}", joined.external_id) == receipt_id:
                drop_sighting(connection, own, joined)

    def _seen(self, connection: Connection, receipt_id: UUID, seen: int) -> Any:
        receipt = find_receipt(connection, self.deciding.organisation_id, receipt_id)
        if receipt.revision != seen:
            raise Conflict(LOOK_AGAIN)
        return receipt

    def _suggested(self, connection: Connection, receipt_id: UUID, key: Key) -> Any:
        row = store.find_recording(connection, self.deciding.organisation_id, receipt_id, key)
        if row is None or row.state != store.SUGGESTED:
            raise Conflict(LOOK_AGAIN)
        return row

    def _save(self, connection: Connection, receipt: Any, key: Key, state: str, words: str, now: datetime) -> None:
        row = {"receipt_id": receipt.id, "entity_id": receipt.entity_id}
        self._save_row(connection, row, key, state, words, now)

    def _save_row(
        self, connection: Connection, row: dict[str, Any], key: Key, state: str, words: str, now: datetime
    ) -> None:
        said = {
            "organisation_id": self.deciding.organisation_id, "connection_id": key[0], "record_kind": key[1],
            "external_id": key[2], "state": state, "reason": words, "decided_by": self.deciding.actor,
            "decided_at": now, "recorded_at": now,
        }  # fmt: skip
        store.save_recording(connection, {**row, **said})

    def _audit(
        self, connection: Connection, verb: str, receipt_id: UUID, key: Key, summary: str, now: datetime
    ) -> None:
        detail = {"connection": str(key[0]), "record": f"{key[1]} {key[2]}"}
        act = Act(
            actor=self.deciding.actor, verb=verb, object_kind="receipt", object_id=str(receipt_id), summary=summary,
            detail=detail,
        )  # fmt: skip
        record(connection, self.deciding.organisation_id, act, now)
