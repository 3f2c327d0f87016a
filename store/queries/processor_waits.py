"""What is open of a processor's money and what of it waits for somebody, as names alone: also where there is very much."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, and_, case, exists, select

from store.queries.processor import is_covered, is_open
from store.tables.matching import matches, receipts, sightings
from store.tables.pulled import NOUN_NAMED

_moves = NOUN_NAMED["balance_transactions"].table
_payouts = NOUN_NAMED["payouts"].table
_seen = receipts.alias("seen")
_DECIDED = ("awaiting", "approved", "posting", "failed", "posted")
_AT_ONCE = 500
WAITS, LOOK = 1, 2


def open_names(
    connection: Connection, organisation_id: UUID, connection_id: UUID, *, since: date, sales: Collection[str],
    sale_before: date,
) -> list[tuple[str, int]]:  # fmt: skip
    """Balance transactions of which some part is in no posting, in their order, each with WAITS, LOOK or 0.

    LOOK: a refund, of which only its credits tell. What a person said is not counted in. sales: currencies whose sales
    without an invoice are mapped; they are booked by themselves where they moved on `sale_before` or earlier.
    """
    seen = and_(
        _seen.c.organisation_id == _moves.c.organisation_id, _seen.c.connection_id == _moves.c.connection_id,
        _seen.c.external_id == _moves.c.source_external_id, _moves.c.treatment == "undecided",
    )  # fmt: skip
    asks = case(
        (and_(_moves.c.treatment == "undecided", _seen.c.id.is_(None)), WAITS),
        (and_(_moves.c.treatment == "undecided", _is_lonely(sales, sale_before)), WAITS),
        (_moves.c.treatment == "parked", WAITS),
        (and_(_moves.c.treatment == "payout", ~_moves.c.reporting_category.like("topup%"), ~_has_payout()), WAITS),
        (and_(_moves.c.treatment == "refund", _moves.c.reporting_category != "charge_failure"), LOOK),
        else_=0,
    )  # fmt: skip
    query = (
        select(_moves.c.external_id, asks)
        .select_from(_moves.outerjoin(_seen, seen))
        .where(_moves.c.organisation_id == organisation_id, _moves.c.connection_id == connection_id)
        .where(_moves.c.gone_at.is_(None), _moves.c.booked_on >= since, is_open())
        .order_by(_moves.c.created_at, _moves.c.external_id)
    )
    return [(row[0], row[1]) for row in connection.execute(query)]


def _is_lonely(sales: Collection[str], sale_before: date) -> Any:
    """A charge's receipt that nothing has been said of, and that no rule books by itself."""
    of_it = and_(matches.c.organisation_id == _seen.c.organisation_id, matches.c.receipt_id == _seen.c.id)
    by_itself = and_(
        _moves.c.currency.in_(sorted(sales)), _moves.c.booked_on <= sale_before, _seen.c.status == "unmatched",
        ~exists().where(of_it, matches.c.state == "proposed"),
    )  # fmt: skip
    held = exists().where(
        sightings.c.organisation_id == _seen.c.organisation_id, sightings.c.receipt_id == _seen.c.id,
        sightings.c.kind == "ledger",
    )  # fmt: skip
    return and_(
        _seen.c.status != "already_recorded", ~exists().where(of_it, matches.c.state.in_(_DECIDED)), ~held,
        ~is_covered("gross"), ~by_itself,
    )  # fmt: skip


def _has_payout() -> Any:
    return exists().where(
        _payouts.c.organisation_id == _moves.c.organisation_id, _payouts.c.connection_id == _moves.c.connection_id,
        _payouts.c.external_id == _moves.c.source_external_id, _payouts.c.gone_at.is_(None),
    )  # fmt: skip


def recent_names(connection: Connection, organisation_id: UUID, connection_id: UUID, since: date) -> list[str]:
    """All balance transactions of these days, the newest first."""
    query = (
        select(_moves.c.external_id)
        .where(_moves.c.organisation_id == organisation_id, _moves.c.connection_id == connection_id)
        .where(_moves.c.gone_at.is_(None), _moves.c.booked_on >= since)
        .order_by(_moves.c.created_at.desc(), _moves.c.external_id.desc())
    )
    return list(connection.execute(query).scalars())


def names_of(connection: Connection, organisation_id: UUID, ids: Collection[UUID]) -> set[str]:
    """The processor's own ids of these balance transactions."""
    found: set[str] = set()
    wanted = sorted(ids)
    for start in range(0, len(wanted), _AT_ONCE):
        query = select(_moves.c.external_id).where(
            _moves.c.organisation_id == organisation_id, _moves.c.id.in_(wanted[start : start + _AT_ONCE])
        )
        found |= set(connection.execute(query).scalars())
    return found
