"""Rows that were made before (store/fresh.py) into their tables: they are joined, given their moment and sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from store import bulk
from store.fresh import LAST, Fresh, open_cells, table_of
from store.tables.intake import records
from store.tables.pulled import NOUN_NAMED

RECORD = tuple(cell.name for cell in open_cells("records"))


def write_fresh(connection: Connection, found: Sequence[Fresh], now: datetime) -> int:
    """Rows whose keys should be absent, as `bulk.insert` would write them. Returns how many values came.

    Raises the driver's IntegrityError where one stands.
    """
    dialect = connection.dialect.name
    rows: dict[str, list[bytes]] = defaultdict(list)
    for one in found:
        for noun, line in one.values:
            rows[noun].append(line)
    own = [one.row for one in found]
    bulk.insert_packed(connection, records, (*RECORD, LAST), own, now)  # first: it shows what stands
    for noun in sorted(rows):
        bulk.insert_packed(connection, NOUN_NAMED[noun].table, table_of(noun, dialect).names, rows[noun], now)
    return sum(map(len, rows.values()))
