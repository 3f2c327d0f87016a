"""Whether a connection has allocations that name a journal and no line of it."""

from __future__ import annotations

from sqlalchemy import Connection, and_, or_, select

from ledger.allocation import SourceKind, TargetKind
from ledger.unnamed_lines import UNNAMED
from store.scope import Scope
from store.tables.pulled import NOUN_NAMED

_allocations = NOUN_NAMED["allocations"].table


def names_no_line(connection: Connection, scope: Scope) -> bool:
    ends = (
        (_allocations.c.source_kind, SourceKind.JOURNAL, _allocations.c.source_external_id),
        (_allocations.c.target_kind, TargetKind.JOURNAL, _allocations.c.target_external_id),
    )
    unnamed = [and_(kind == journal.value, name.endswith(f"/{UNNAMED}")) for kind, journal, name in ends]
    query = select(_allocations.c.id).where(scope.where(_allocations), _allocations.c.gone_at.is_(None), or_(*unnamed))
    return connection.execute(query.limit(1)).first() is not None
