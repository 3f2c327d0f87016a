"""The proof of one payout: what it carried, what of that stands in the books, its own transfer and the bank's line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from ledger.faults import NotFound
from ledger.money import Money
from proving.clearing import chosen_account
from proving.clearing_items import Booked, Cent, Tie
from proving.clearing_load import booked_of, cents_of
from proving.clearing_proof import ProofRow, Section, row_of_cent
from proving.clearing_ties import tie
from store.database import Connection
from store.queries import processor
from store.queries.processor_credits import bank_line_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutProof:
    """amount: as the processor sent it. carried: what its parts add up to; None where nobody can ask (sent by hand).

    booked: what of the parts stands on clearing. rows: the parts that do not, each with its reason. transfer: the record
    of the books that takes it to the bank. line: the bank's line; both None where there is none yet. differing: parts and
    records that are tied and not of one amount.
    """

    payout: str
    amount: Money
    arrives_on: date | None
    status: str
    trace_id: str | None
    carried: Money | None
    booked: Money
    rows: tuple[ProofRow, ...]
    differing: tuple[Tie, ...]
    transfer: Booked | None
    line: Any | None

    @property
    def difference(self) -> Money | None:
        """Between what it carried and what was sent; 0.00, or it is named."""
        return None if self.carried is None else self.amount - self.carried

    @property
    def ties(self) -> bool:
        """Its parts add up to it, all of them are in the books, and so is it."""
        return self.difference is not None and not self.difference and not self.rows and not self.differing and (
            self.transfer is not None or self.status in ("failed", "canceled")
        )  # fmt: skip


def payout_proof(
    read: Connection, organisation_id: UUID, entity_id: UUID, connection_id: UUID, payout_id: str
) -> PayoutProof:
    """Raises NotFound."""
    payout = processor.find_payout(read, organisation_id, connection_id, payout_id)
    if payout is None:
        raise NotFound("This payout does not exist here.")
    books = processor.books_connection(read, organisation_id, entity_id)
    account = chosen_account(read, organisation_id, entity_id, connection_id, payout.currency)
    cents = cents_of(read, organisation_id, entity_id, connection_id, payout.currency, books)
    records: Sequence[Booked] = ()
    if books is not None and account is not None:
        records = booked_of(read, organisation_id, books, account, payout.currency, connection_id)
    tied = tie(cents, records)
    inside = [one for one in cents if one.payout == payout_id]
    itemised = payout.automatic and payout.reconciliation_status == "completed"
    loose = {one.key for one in tied.cents}
    return PayoutProof(
        payout=payout_id,
        amount=Money(payout.amount_minor, payout.currency),
        arrives_on=payout.arrives_on,
        status=payout.status,
        trace_id=payout.trace_id,
        carried=_sum(inside, payout.currency) if itemised else None,
        booked=_sum([one for one in inside if one.key not in loose], payout.currency),
        rows=tuple(row for one in inside if one.key in loose for row in (row_of_cent(one),) if _counts(row)),
        differing=tuple(
            one for one in tied.ties if _differs(one) and any(cent.payout == payout_id for cent in one.cents)
        ),
        transfer=_transfer(tied.ties, payout_id),
        line=bank_line_of(read, organisation_id, entity_id, payout_id),
    )


def _counts(row: ProofRow) -> bool:
    """What is on another account of the books is in the books."""
    return row.section is not Section.ELSEWHERE


def _differs(one: Tie) -> bool:
    return bool(one.records) and one.moved(date.max) != one.booked(date.max)


def _transfer(ties: Sequence[Tie], payout_id: str) -> Booked | None:
    for one in ties:
        if any(cent.category == "payout" and cent.back_of == payout_id for cent in one.cents):
            return next(iter(one.records), None)
    return None


def _sum(cents: Sequence[Cent], currency: str) -> Money:
    return Money(sum(one.amount.minor for one in cents), currency)
