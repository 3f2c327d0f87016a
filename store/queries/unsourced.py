"""Invoices of a processor that say more is settled than any payment, credit or balance known here explains."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, or_, select, update

from store.queries.applied_beyond import applied_to
from store.queries.screens.parts import is_mirror
from store.scope import Scope
from store.sums import compared_sum
from store.tables.intake import findings
from store.tables.pulled import NOUN_NAMED

_invoices = NOUN_NAMED["invoices"].table
_allocations = NOUN_NAMED["allocations"].table


def unsourced(connection: Connection, scope: Scope, code: str, since: datetime | None) -> list[Row[Any]]:
    """Their record, number, currency and the part (`missing`). A mirror is left out: its ledger says what is paid.

    since: those alone that were written since, and those of which a finding with this code stands.
    """
    keys = (_invoices.c.record_kind, _invoices.c.record_id, _invoices.c.number, _invoices.c.currency)
    settled = _invoices.c.total_minor - _invoices.c.open_amount_minor
    known = func.coalesce(compared_sum(_allocations.c.amount_minor), 0)
    query = (
        select(*keys, (settled - known).label("missing"))
        .select_from(_invoices.outerjoin(_allocations, applied_to(scope)))
        .where(scope.where(_invoices), _invoices.c.gone_at.is_(None), ~is_mirror(_invoices))
        .where(_invoices.c.status.in_(("open", "paid")), settled > 0)
        .group_by(*keys, _invoices.c.total_minor, _invoices.c.open_amount_minor)
        .having(settled > known)
    )
    if since is not None:
        told = select(findings.c.external_id).where(_standing(scope, code))
        query = query.where(or_(_invoices.c.recorded_at >= since, _invoices.c.record_id.in_(told)))
    return list(connection.execute(query.order_by(_invoices.c.record_id)))


def settle_told(connection: Connection, scope: Scope, code: str, keep: Sequence[str], now: datetime) -> None:
    """Findings with this code are settled, less those of the records `keep`."""
    told = select(findings.c.external_id).where(_standing(scope, code))
    over = sorted(set(connection.execute(told).scalars()) - set(keep))
    for start in range(0, len(over), 500):
        where = and_(_standing(scope, code), findings.c.external_id.in_(over[start : start + 500]))
        connection.execute(update(findings).where(where).values(settled_at=now))


def _standing(scope: Scope, code: str) -> Any:
    return and_(scope.where(findings), findings.c.code == code, findings.c.settled_at.is_(None))
