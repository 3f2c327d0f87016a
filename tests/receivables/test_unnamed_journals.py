"""Payments of QuickBooks that name a journal and no line pay the line that was meant, whichever came first."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from connectors.port import Record
from connectors.quickbooks.mapping import map_record
from receivables.load import load_ledger
from receivables.open_items import by_customer, open_on
from store.database import Database
from store.incoming import Incoming
from store.intake import standing_findings
from store.queries.exports.documents import allocations
from store.queries.exports.parts import Reader
from store.scope import Scope
from sync.apply import Target
from sync.unnamed import note_unnamed
from tests.connectors.quickbooks.mapped import CONTEXT
from tests.store.place import NOW, Place, make_place, record_of

RECEIVABLE = min(CONTEXT.ar_accounts)


@dataclass
class Company:
    """A QuickBooks company whose records are written as they come; each write is later than the one before."""

    place: Place
    scope: Scope
    writes: int = field(default=0)

    def put(self, kind: str, own: str, payload: dict[str, Any], *, deleted: bool = False) -> None:
        self.writes += 1
        raw = json.dumps({"Id": own, "CurrencyRef": {"value": "USD"}, **payload}).encode()
        came = map_record(
            Record(kind=kind, external_id=own, raw=raw, seen_at=datetime(2026, 5, 9, tzinfo=UTC)), CONTEXT
        )
        now = NOW + timedelta(minutes=self.writes)
        values = () if deleted else came.values
        record: Incoming = record_of(*values, kind=kind, external_id=own, raw=raw, seen_at=now, deleted=deleted)
        self.place.write(self.scope, record, now=now)

    def customer(self, own: str, parent: str | None = None) -> None:
        above = {"ParentRef": {"value": parent}} if parent else {}
        self.put("Customer", own, {"DisplayName": f"Customer {own}", **above})

    def journal(self, own: str, *lines: tuple[str, float], on: str = "2026-05-05", deleted: bool = False) -> None:
        """Each line of AR with its customer: a credit is below 0."""
        found = [
            {"Id": str(n), "Amount": abs(amount), "DetailType": "JournalEntryLineDetail", "JournalEntryLineDetail": {
                "PostingType": "Debit" if amount > 0 else "Credit", "AccountRef": {"value": RECEIVABLE},
                "Entity": {"Type": "Customer", "EntityRef": {"value": who}}}}
            for n, (who, amount) in enumerate(lines)
        ]  # fmt: skip
        self.put("JournalEntry", own, {"TxnDate": on, "Line": found}, deleted=deleted)

    def payment(self, own: str, who: str, *journals: tuple[str, float], cash: float | None = None) -> None:
        lines = [
            {"Amount": amount, "LinkedTxn": [{"TxnId": journal, "TxnType": "JournalEntry"}]}
            for journal, amount in journals
        ]
        total = sum(amount for _, amount in journals) if cash is None else cash
        self.put("Payment", own, {
            "CustomerRef": {"value": who}, "TotalAmt": total, "UnappliedAmt": 0, "TxnDate": "2026-05-04", "Line": lines,
        })  # fmt: skip

    def owed(self, day: date = date(2026, 6, 1)) -> dict[str, int]:
        with self.place.database.read() as connection:
            ledger = load_ledger(Reader(connection, self.place.organisation_id, self.place.entity_id))
        found = by_customer(open_on(ledger.items, ledger.applications, day))
        return {who: money.minor for (who, _), money in found.items() if money.minor}

    def flows(self) -> list[tuple[str, str, str, str | None]]:
        """(source, target, amount, day), each with an id of its own."""
        with self.place.database.read() as connection:
            rows = list(allocations(Reader(connection, self.place.organisation_id)))
        assert len({row["id"] for row in rows}) == len({row["external_id"] for row in rows}) == len(rows)
        return [
            (row["source_external_id"], row["target_external_id"].removeprefix("JournalEntry/"), row["amount"],
             row["applied_on"])
            for row in rows
        ]  # fmt: skip


@pytest.fixture
def company(database: Database) -> Company:
    place = make_place(database)
    made = Company(place, place.connect("quickbooks", "1"))
    for own in ("1", "2", "3", "4"):
        made.customer(own)
    made.customer("11", parent="1")
    return made


def test_customer_and_side_tell_the_line_whichever_comes_first(company: Company) -> None:
    company.payment("961", "1", ("960", 30))
    company.payment("971", "3", ("970", 40))
    assert company.flows() == [("961", "960/?", "30.00", "2026-05-04"), ("971", "970/?", "40.00", "2026-05-04")]
    company.journal("960", ("1", 30), ("2", 20))
    company.payment("962", "2", ("960", 20))
    company.journal("970", ("3", 40), ("4", -40))
    company.payment("972", "4", ("970", 40), ("980", 40), cash=0)
    company.journal("980", ("4", 40), ("2", 5))
    assert company.owed() == {"2": 500}
    assert company.flows() == [
        ("961", "960/0", "30.00", "2026-05-05"),
        ("962", "960/1", "20.00", "2026-05-05"),
        ("971", "970/0", "40.00", "2026-05-05"),
        ("JournalEntry/970/1", "980/0", "40.00", "2026-05-05"),
    ]
    assert company.owed(date(2026, 5, 4)) == {"1": -3000, "2": -2000, "3": -4000}, "the journals are of the next day"


def test_a_guess_is_told_and_a_sure_line_is_not(company: Company) -> None:
    target = Target(company.place.database, company.scope, CONTEXT)

    def told() -> dict[str, str]:
        note_unnamed(target, NOW + timedelta(minutes=company.writes))
        with company.place.database.read() as connection:
            rows = standing_findings(connection, company.place.organisation_id)
        assert {row.code for row in rows} <= {"line_unnamed"}
        return {row.external_id: row.sentence for row in rows}

    assert told() == {}
    company.payment("961", "1", ("960", 30))
    assert told() == {
        "961": "Payment 961 is applied to JournalEntry 960 without saying to which line; no line of it that is known here fits."
    }
    company.journal("960", ("1", 50), ("2", 20))
    assert told() == {}, "but one line is the customer's"
    company.journal("960", ("1", 50), ("1", 30), ("2", 20))
    assert told() == {}, "but one is of the amount"
    company.journal("960", ("1", 50), ("1", 31), ("2", 20))
    assert told() == {
        "961": "Payment 961 is applied to JournalEntry 960 without saying to which line; line 0 was taken, by customer, side and amount."
    }
    company.payment("961", "1", ("960", 30), ("960", 50))
    assert list(told()) == ["961"]
    assert company.owed() == {"1": 100, "2": 2000}
    company.journal("960", ("1", 50), ("1", 30), ("2", 20))
    assert told() == {}
    assert [flow[1:3] for flow in company.flows()] == [("960/1", "30.00"), ("960/0", "50.00")]


def test_it_follows_a_journal_that_changes_or_goes(company: Company) -> None:
    company.journal("960", ("1", 30), ("2", 20))
    company.payment("961", "1", ("960", 30))
    assert company.owed() == {"2": 2000}
    company.journal("960", ("2", 20), ("4", 7), ("1", 30))
    assert company.owed() == {"2": 2000, "4": 700}
    company.journal("960", ("2", 20), ("1", 12), ("1", 18))
    assert company.owed() == {"2": 2000}
    assert company.flows() == [
        ("961", "960/1", "12.00", "2026-05-05"), ("961", "960/2", "18.00", "2026-05-05"),
    ]  # fmt: skip
    company.journal("960", ("2", 20), ("4", 30))
    assert company.flows() == [("961", "960/?", "30.00", "2026-05-04")]
    company.journal("960", deleted=True)
    assert company.flows() == [("961", "960/?", "30.00", "2026-05-04")]


def test_several_payments_and_more_than_nine_lines(company: Company) -> None:
    company.journal("960", *[("1", 10.25 + n) for n in range(12)], ("2", 1))
    for n in range(12):
        company.payment(str(1000 + n), "1", ("960", 21.25 - n))
    assert company.owed() == {"2": 100}
    assert [target for _, target, _, _ in company.flows()] == [f"960/{11 - n}" for n in range(12)]
    company.payment("1003", "1", ("960", 18.24))
    assert company.owed() == {"1": 1, "2": 100}


def test_a_credit_of_several_lines_pays_several(company: Company) -> None:
    company.journal("950", ("1", -25), ("1", -15), ("2", 40))
    company.journal("960", ("1", 10), ("1", 30), ("2", 9))
    company.payment("965", "1", ("960", 40), ("950", 40), cash=0)
    assert [(source, target, amount) for source, target, amount, _ in company.flows()] == [
        ("JournalEntry/950/0", "960/0", "10.00"),
        ("JournalEntry/950/0", "960/1", "15.00"),
        ("JournalEntry/950/1", "960/1", "15.00"),
    ]
    assert company.owed() == {"2": 4900}


def test_a_parent_pays_for_its_child_after_itself(company: Company) -> None:
    company.journal("960", ("11", 10), ("1", 20), ("3", 30))
    company.payment("961", "1", ("960", 20))
    company.payment("962", "1", ("960", 10))
    assert company.owed() == {"3": 3000}
    assert company.flows()[1] == ("962", "960/0", "10.00", "2026-05-05")
    company.payment("962", "11", ("960", 10))
    assert company.flows()[1] == ("962", "960/0", "10.00", "2026-05-05")
