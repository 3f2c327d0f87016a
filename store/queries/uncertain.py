"""Records whose currency nothing in them says, and what their documents say of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import Connection, and_, case, select

from ledger.allocation import TargetKind
from store import bulk
from store.incoming import Key
from store.scope import Scope
from store.tables.intake import findings
from store.tables.pulled import NOUN_NAMED

_allocations = NOUN_NAMED["allocations"].table
_DOCUMENTS = tuple(NOUN_NAMED[name].table for name in ("invoices", "credit_notes", "payments"))


def currencies_beside(connection: Connection, scope: Scope, code: str) -> dict[Key, Mapping[str, str]]:
    """Of records of which a finding with this code stands: their documents' currencies, by the documents' ids.

    A document of which one stands itself says nothing.
    """
    doubted = select(findings.c.external_id).where(
        scope.where(findings), findings.c.code == code, findings.c.settled_at.is_(None)
    )
    refunded = _allocations.c.target_kind == TargetKind.REFUND.value
    document = case((refunded, _allocations.c.source_external_id), else_=_allocations.c.target_external_id)
    query = select(_allocations.c.record_kind, _allocations.c.record_id, document.label("document")).where(
        scope.where(_allocations), _allocations.c.gone_at.is_(None), _allocations.c.record_id.in_(doubted)
    )
    rows = connection.execute(query).all()
    sure: dict[str, str] = {}
    for table in _DOCUMENTS if rows else ():
        among = bulk.among(connection, table.c.external_id, sorted({row.document for row in rows}))
        where = and_(scope.where(table), table.c.gone_at.is_(None), table.c.record_id.not_in(doubted))
        said = connection.execute(select(table.c.external_id, table.c.currency).where(where, among))
        sure.update((row.external_id, row.currency) for row in said)
    found: dict[Key, dict[str, str]] = defaultdict(dict)
    for row in rows:
        if row.document in sure:
            found[row.record_kind, row.record_id][row.document] = sure[row.document]
    return dict(found)
