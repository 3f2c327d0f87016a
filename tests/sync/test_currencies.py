"""A payment of Xero's that says no currency takes its document's, whichever of them comes first."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from connectors.port import Context, Mapped, Record
from connectors.xero.mapping import map_record
from store.database import Database
from store.intake import standing_findings
from store.scope import Scope
from store.tables.pulled import NOUN_NAMED
from sync.apply import Target
from sync.currencies import settle_currencies
from tests.connectors.xero.payloads import CONTEXT, INVOICE, PAYMENT
from tests.store.place import NOW, make_place, record_of
from tests.sync.fake import Clock, FakeConnector, Provider

PAYMENTS, ALLOCATIONS = NOUN_NAMED["payments"].table, NOUN_NAMED["allocations"].table


class Mapping(FakeConnector):
    def map(self, record: Record, context: Context) -> Mapped:
        return map_record(record, context)


@dataclass
class Xero:
    database: Database
    scope: Scope
    put: Any

    def payment(self, own: str, **changed: Any) -> None:
        document = {"InvoiceID": f"i-{own}"}
        self.bring("Payments", own, {**PAYMENT, "PaymentID": own, "Invoice": document, "CurrencyRate": 1.25, **changed})

    def invoice(self, own: str, **changed: Any) -> None:
        self.bring("Invoices", f"i-{own}", {**INVOICE, "InvoiceID": f"i-{own}", **changed})

    def bring(self, kind: str, own: str, content: dict[str, Any]) -> None:
        raw = json.dumps(content).encode()
        came = map_record(
            Record(kind=kind, external_id=own, raw=raw, seen_at=datetime(2026, 5, 4, tzinfo=UTC)), CONTEXT
        )
        self.put(self.scope, record_of(*came.values, kind=kind, external_id=own, raw=raw, findings=came.findings))

    def settle(self) -> int:
        target = Target(self.database, self.scope, replace(CONTEXT, company_id="co-1"))
        return settle_currencies(target, Mapping(Provider(Clock())), NOW)

    def read(self) -> dict[str, tuple[str, str, bool]]:
        """By payment its currency, that of what it applies, and whether it is doubted."""
        with self.database.read() as connection:
            doubted = {row.external_id for row in standing_findings(connection, self.scope.organisation_id)}
            paid = connection.execute(select(PAYMENTS.c.external_id, PAYMENTS.c.currency)).all()
            rows = connection.execute(select(ALLOCATIONS.c.record_id, ALLOCATIONS.c.currency))
            applied = {row.record_id: row.currency for row in rows}
        return {own: (currency, applied[own], own in doubted) for own, currency in paid}


def test_the_document_settles_it(database: Database) -> None:
    place = make_place(database)
    xero = Xero(database, place.connect("xero"), place.write)
    for own in ("usd", "home", "none", "doubtful"):
        xero.payment(own)
    assert xero.settle() == 0
    assert xero.read() == dict.fromkeys(("usd", "home", "none", "doubtful"), ("GBP", "GBP", True))
    xero.invoice("usd", CurrencyCode="USD")
    xero.invoice("home")
    xero.invoice("doubtful", CurrencyCode=None, CurrencyRate=1.25)
    assert xero.settle() == 2, "the payment, and what it applies"
    told = xero.read()
    assert told["usd"] == ("USD", "USD", False)
    assert told["home"] == ("GBP", "GBP", False)
    assert told["none"] == told["doubtful"] == ("GBP", "GBP", True)
    assert xero.settle() == 0
