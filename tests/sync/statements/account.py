"""One bank account in a real store, with files going into it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from store import tenancy
from store.database import Database
from store.intake import standing_findings
from store.scope import Scope
from store.tables.matching import receipts
from store.tables.pulled import NOUN_NAMED
from sync.settle import Settling, settle_lines
from sync.statements.plan import Asked, Plan, plan
from sync.statements.take import Taken, take, undo
from tests.store.place import NOW, Place, make_place

ENTRIES = NOUN_NAMED["bank_entries"].table


@dataclass
class Account:
    """Time goes on with each import, so that they stand in their order."""

    database: Database
    place: Place = field(init=False)
    now: datetime = NOW

    def __post_init__(self) -> None:
        self.place = make_place(self.database)

    def asked(self, data: bytes, name: str = "statement.xml", **more: Any) -> Asked:
        with self.database.read() as connection:
            entity = tenancy.list_entities(connection, self.place.organisation_id)[0]
        return Asked(organisation_id=self.place.organisation_id, entity=entity, file_name=name, data=data, **more)

    def look(self, data: bytes, **more: Any) -> Plan:
        with self.database.read() as connection:
            return plan(connection, self.asked(data, **more))

    def bring(self, data: bytes, **more: Any) -> Taken:
        self.now += timedelta(seconds=1)
        with self.database.write() as connection:
            taken = take(connection, plan(connection, self.asked(data, **more)), actor="ann", now=self.now)
        for own in taken.connections:
            scope = Scope(self.place.organisation_id, own)
            settle_lines(Settling(self.database, scope, self.place.entity_id, "statement"), lambda: self.now)
        return taken

    def undo(self, import_id: UUID) -> int:
        self.now += timedelta(seconds=1)
        with self.database.write() as connection:
            return undo(connection, self.place.organisation_id, import_id, actor="ann", now=self.now)

    def entries(self) -> list[Any]:
        query = select(ENTRIES).where(ENTRIES.c.gone_at.is_(None)).order_by(ENTRIES.c.moved_on, ENTRIES.c.external_id)
        with self.database.read() as connection:
            return list(connection.execute(query))

    def amounts(self) -> Counter[tuple[Any, int]]:
        """Standing booked lines, as (day, amount)."""
        return Counter((row.moved_on, row.amount_minor) for row in self.entries() if row.status == "open")

    def receipts(self) -> list[Any]:
        with self.database.read() as connection:
            return list(connection.execute(select(receipts).order_by(receipts.c.received_on, receipts.c.external_id)))

    def findings(self) -> list[str]:
        with self.database.read() as connection:
            return [row.sentence for row in standing_findings(connection, self.place.organisation_id)]
