from __future__ import annotations

from datetime import timedelta

import pytest

from sandbox.core.clock import SandboxClock
from tests.sandbox.quickbooks.office import NOW, Office


def _changed(office: Office, entities: str, days: int = 29) -> list[dict[str, object]]:
    since = (NOW - timedelta(days=days)).isoformat()
    answer = office.get("cdc", entities=entities, changedSince=since)
    assert answer.status == 200, answer.body
    parts: list[dict[str, object]] = answer.body["CDCResponse"][0]["QueryResponse"]
    return parts


def test_each_entity_has_its_part_in_the_order_asked(office: Office) -> None:
    invoices, customers, payments = _changed(office, "Invoice,Customer,Payment")
    rows = invoices["Invoice"]
    assert isinstance(rows, list)
    assert [row.get("status") for row in rows] == [None, "Deleted"]
    assert rows[0]["Id"] == office.id("inv-3")
    assert set(rows[1]) == {"domain", "status", "Id", "MetaData"}
    assert rows[1]["MetaData"]["LastUpdatedTime"].startswith("2026-11-06T")
    assert (invoices["startPosition"], invoices["maxResults"]) == (1, 2)
    assert [row["DisplayName"] for row in customers["Customer"]] == ["Cedar Inc (deleted)"]  # type: ignore[attr-defined]
    assert [row["Id"] for row in payments["Payment"]] == [office.id("pay-2")]  # type: ignore[attr-defined]


def test_nothing_changed_is_an_empty_part(office: Office) -> None:
    assert _changed(office, "Invoice", days=1) == [{}]


def test_a_change_shows_with_its_linked_records(office: Office, clock: SandboxClock) -> None:
    clock.advance(60)
    assert office.pay("ash", "10", ("10", "Invoice", "inv-2")).status == 200
    invoices, payments = _changed(office, "Invoice,Payment", days=0)
    assert [row["Id"] for row in invoices["Invoice"]] == [office.id("inv-2")]  # type: ignore[attr-defined]
    assert len(payments["Payment"]) == 1  # type: ignore[arg-type]


def test_at_most_a_thousand_objects_and_deletes_are_lost_first(office: Office) -> None:
    for number in range(1001):
        body = {"DisplayName": f"Customer {number}"}
        office.stand.desks[office.realm].writer.create("Customer", body)
    customers, invoices = _changed(office, "Customer,Invoice")
    assert len(customers["Customer"]) == 1000  # type: ignore[arg-type]
    assert invoices == {}


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"entities": "Invoice", "changedSince": "2026-10-01T00:00:00Z"}, "2040"),
        ({"entities": "Invoice", "changedSince": "yesterday"}, "2040"),
        ({"entities": "TaxCode", "changedSince": NOW.isoformat()}, "2110"),
        ({"entities": "Elephant", "changedSince": NOW.isoformat()}, "2110"),
        ({"changedSince": NOW.isoformat()}, "2020"),
        ({"entities": "Invoice"}, "2020"),
    ],
)
def test_what_cannot_be_asked(office: Office, params: dict[str, str], code: str) -> None:
    answer = office.get("cdc", **params)
    assert (answer.status, answer.code) == (400, code)
