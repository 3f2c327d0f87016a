"""Moves made up, in US dollars and cents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from ledger.money import Money
from posting.processor.move import Charged, Kept, Move
from posting.rules import Booking, FeePolicy, Kind, PostingRules

SOURCE = uuid5(NAMESPACE_URL, "stripe")
TODAY = date(2026, 3, 20)
DAY = date(2026, 3, 3)


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def own_id(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, name)


def a_move(
    treatment: str = "undecided", gross: int = 10_000, fee: int = 0, *, name: str = "txn_1", on: date = DAY,
    category: str = "charge", refund_status: str | None = None, kept: Sequence[tuple[str, int]] = (), **given: Any,
) -> Move:  # fmt: skip
    row = SimpleNamespace(
        id=own_id(name), external_id=name, booked_on=on, gross_minor=gross, fee_minor=fee, net_minor=gross - fee,
        currency="USD", treatment=treatment, reporting_category=category, refund_status=refund_status,
        refund_minor=None, refund_currency=None, source_external_id="ch_1", charge_external_id="ch_1",
    )  # fmt: skip
    fees = tuple(Kept(kind=kind, amount=usd(amount)) for kind, amount in kept)
    return Move(row=row, fees=fees, **given)


def charged(status: str = "unmatched", match_state: str | None = None, **given: Any) -> Charged:
    return Charged(
        receipt_id=own_id("receipt"), received_on=DAY, status=status, reason="", match_state=match_state, **given
    )


def a_payout(name: str = "po_1", **given: Any) -> Any:
    values = {
        "id": own_id(name), "external_id": name, "status": "paid", "arrives_on": date(2026, 3, 9),
        "left_on": date(2026, 3, 7), "reconciliation_status": "completed", "currency": "USD",
    }  # fmt: skip
    return SimpleNamespace(**{**values, **given})


def rules(*kinds: Kind, since: date | None = date(2026, 3, 1), fees: FeePolicy = FeePolicy.PAYOUT) -> PostingRules:
    booked = tuple(Booking(source=str(SOURCE), kind=kind, poster="tieout", since=since) for kind in kinds or Kind)
    return PostingRules(bookings=booked, fees=fees)
