"""Balance transactions as moves, read from the store."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from ledger.balance import NOT_CAPTURED, Treatment
from ledger.money import Money
from posting.processor.move import GROSS, Charged, Kept, Move, Said, Sent
from store.database import Connection
from store.queries import processor as queries
from store.queries import processor_charges, processor_credits


def moves_of(
    connection: Connection, organisation_id: UUID, connection_id: UUID, *, since: date | None = None,
    through: date | None = None, currency: str | None = None, only_open: bool = False, among: Sequence[str] | None = None,
) -> list[Move]:  # fmt: skip
    """In the order in which they moved the balance. only_open: those of which some part is in no standing posting."""
    rows = queries.transactions(
        connection,
        organisation_id,
        connection_id,
        since=since,
        through=through,
        currency=currency,
        only_open=only_open,
        among=among,
    )
    if not rows:
        return []
    known = _Known(connection, organisation_id, connection_id, rows)
    return [known.move(row) for row in rows]


class _Known:
    """What is read once for all moves of a connection."""

    def __init__(
        self, connection: Connection, organisation_id: UUID, connection_id: UUID, rows: Sequence[Any]
    ) -> None:  # fmt: skip
        whose = (connection, organisation_id, connection_id)
        own = [row.external_id for row in rows]
        charges = sorted({row.charge_external_id for row in rows if row.charge_external_id})
        self._fees = queries.fee_details(*whose, among=own)
        self._payouts = {row.external_id: row for row in queries.payouts(*whose)}
        self._receipts = processor_charges.charge_receipts(*whose, among=charges)
        self._recorded = processor_charges.recorded_charges(*whose, among=charges)
        self._said = queries.said(connection, organisation_id)
        self._covered: dict[UUID, set[str]] = defaultdict(set)
        self._sent: set[str] = set()
        self._gave = processor_credits.refunds_sent(*whose, {row.source_external_id for row in rows if _is_back(row)})
        left = [row.balance_transaction for row in self._payouts.values() if row.balance_transaction]
        self._booked_as: dict[UUID, str] = {}
        self._charge_as: dict[str, str] = {}
        lines = self._lines_of_charges(whose, rows)
        for part in queries.covering(*whose, among=[*own, *left, *lines]):
            self._covered[part.transaction_id].add(part.part)
            self._sent.add(part.external_id)
            if part.part == GROSS:
                what = self._booked_as[part.transaction_id] = str(part.choices.get("what", ""))
                if part.external_id in lines:
                    self._charge_as[lines[part.external_id]] = what

    @staticmethod
    def _lines_of_charges(whose: tuple[Connection, UUID, UUID], rows: Sequence[Any]) -> dict[str, str]:
        """By balance transaction: the charge of it, where a part of that was not captured."""
        some = {row.charge_external_id for row in rows if row.reporting_category == NOT_CAPTURED}
        found = processor_charges.charges(*whose, among=sorted(filter(None, some))) if some else {}
        return {row.balance_transaction: name for name, row in found.items() if row.balance_transaction}

    def move(self, row: Any) -> Move:
        said = self._said.get(row.id)
        payout = self._payouts.get(row.source_external_id or "")
        return Move(
            row=row,
            fees=kept_of(row, self._fees.get(row.external_id, ())),
            charged=self._charged(row),
            said=None if said is None or said.treatment == Treatment.UNDECIDED.value else Said(
                treatment=Treatment(said.treatment), choices=said.choices, by=said.said_by
            ),
            covered=frozenset(self._covered.get(row.id, ())),
            booked_as=self._booked_as.get(row.id, ""),
            payout=payout,
            sent=payout is not None and payout.balance_transaction in self._sent,
            carried=self._payouts.get(row.payout_external_id or ""),
            gave=self._sent_as(row) if _is_back(row) else None,
            whole_as=self._charge_as.get(row.charge_external_id or "", "") if row.reporting_category == NOT_CAPTURED else "",
        )  # fmt: skip

    def _sent_as(self, row: Any) -> Sent | None:
        sent = self._gave.get(row.source_external_id)
        if sent is None:
            return None
        said = self._said.get(sent.id)
        return Sent(
            on=sent.booked_on, state=sent.state or "", choices=sent.choices or {},
            said=None if said is None else Treatment(said.treatment),
        )  # fmt: skip

    def _charged(self, row: Any) -> Charged | None:
        receipt = self._receipts.get(row.charge_external_id or "")
        if receipt is None:
            return None
        return Charged(
            receipt_id=receipt.id,
            received_on=receipt.received_on,
            status=receipt.status,
            reason=receipt.status_reason,
            match_id=receipt.match_id,
            match_state=receipt.match_state,
            asked=bool(receipt.asked),
            recorded=receipt.match_id is None and receipt.id in self._recorded,
        )


def _is_back(row: Any) -> bool:
    """A refund whose money came back."""
    back = row.treatment == Treatment.REFUND.value and row.gross_minor > 0
    return bool(back and row.reporting_category != "charge_failure" and row.source_external_id)


def kept_of(row: Any, details: Sequence[Any]) -> tuple[Kept, ...]:
    """What was kept from a transaction, and a transaction that is itself a fee."""
    return tuple(
        Kept(kind=one.kind, amount=Money(one.amount_minor, one.currency), text=one.description or "") for one in details
    )
