"""Filters, orders and changes since a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sandbox.core.clock import SandboxClock
from sandbox.xero.wire import read_instant
from tests.sandbox.xero.office import NOW, Office


def _keys(office: Office, **asked: object) -> set[str]:
    found = {row["InvoiceID"] for row in office.rows("Invoices", **asked)}
    return {key for key in (f"inv-{number}" for number in range(1, 10)) if office.id(key) in found}


@pytest.mark.parametrize(
    ("where", "keys"),
    [
        ('Status=="DRAFT"', {"inv-6"}),
        ('Type=="ACCREC" AND Date>=DateTime(2026,10,06) AND Date<DateTime(2026,11,01)', {"inv-5", "inv-6", "inv-8"}),
        ('Status=="VOIDED" OR Status=="DELETED"', {"inv-4", "inv-5"}),
        ('(Status=="DRAFT" || AmountDue==210) && Type=="ACCREC"', {"inv-6", "inv-8"}),
        ('Contact.Name=="Atelier Chêne"', {"inv-7"}),
        ('Reference.Contains("1Abc")', {"inv-3"}),
        ('InvoiceNumber.StartsWith("INV-9")', {"inv-9"}),
        ('Reference!="" AND Type=="ACCREC"', {"inv-3"}),
        ('FullyPaidOnDate!=null AND AmountPaid>=123.45 AND CurrencyCode=="GBP"', {"inv-9"}),
        ('DueDate<=DateTime(2026,9,2) AND Type=="ACCREC"', {"inv-1"}),
        ('SentToContact==false AND Type=="ACCREC"', {"inv-5", "inv-6"}),
    ],
)
def test_where(office: Office, where: str, keys: set[str]) -> None:
    assert _keys(office, where=where) == keys


def test_where_takes_a_guid(office: Office) -> None:
    assert _keys(office, where=f'InvoiceID==Guid("{office.id("inv-2")}")') == {"inv-2"}
    assert _keys(office, where=f'Contact.ContactID==guid("{office.id("chêne").upper()}")') == {"inv-7"}


@pytest.mark.parametrize(
    "where", ["Status", 'Status=="', "Status==DRAFT", 'Status=="A" AND', "(Status==1", "Date>5", "a b", ""]
)
def test_a_bad_filter_is_said(office: Office, where: str) -> None:
    answer = office.get("Invoices", page=1, where=where)
    if not where:
        assert answer.status == 200
        return
    assert answer.status == 400
    assert answer.body["Type"] == "QueryParseException"


def test_explicit_filters(office: Office) -> None:
    assert _keys(office, Statuses="DRAFT,VOIDED") == {"inv-4", "inv-6"}
    assert _keys(office, InvoiceNumbers="INV-1,INV-7") == {"inv-1", "inv-7"}
    assert _keys(office, ContactIDs=office.id("chêne")) == {"inv-7"}
    assert _keys(office, IDs=office.id("inv-9").upper()) == {"inv-9"}
    assert _keys(office, searchTerm="in_1ABC") == {"inv-3"}


def test_invoices_come_by_their_stamp(office: Office) -> None:
    stamps = [read_instant(row["UpdatedDateUTC"]) for row in office.rows("Invoices")]
    assert stamps == sorted(stamps, key=lambda stamp: stamp or NOW)
    backwards = [read_instant(row["UpdatedDateUTC"]) for row in office.rows("Invoices", order="UpdatedDateUTC DESC")]
    assert backwards == stamps[::-1]


def test_order_by_fields(office: Office) -> None:
    rows = office.rows("Invoices", order="CurrencyCode DESC, InvoiceNumber ASC", where='Type=="ACCREC"')
    assert [row["CurrencyCode"] for row in rows] == ["GBP"] * 8 + ["EUR"]
    numbers = [row["InvoiceNumber"] for row in rows[:8]]
    assert numbers == sorted(numbers)
    assert office.get("Invoices", page=1, order="Colour").status == 400
    assert office.get("Invoices", page=1, order="Date SIDEWAYS").status == 400


def test_history_is_stamped_with_its_own_time(office: Office) -> None:
    stamp = read_instant(office.one("Invoices", "inv-3")["UpdatedDateUTC"])
    assert stamp is not None
    assert stamp.date().isoformat() == "2026-11-01"  # the overpayment that was put to it
    touched = read_instant(office.one("Contacts", "ash")["UpdatedDateUTC"])
    assert touched is not None
    assert touched < datetime(2026, 8, 3, tzinfo=UTC)  # a payment does not touch its contact


def test_what_changed_since(office: Office, clock: SandboxClock) -> None:
    since = {"If-Modified-Since": (NOW - timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%S")}
    assert office.get("Invoices", headers=since, page=1).body["Invoices"] == []
    clock.advance(90)
    office.change("pay_invoice", invoice="inv-2", amount="20.00", key="new")
    changed = office.get("Invoices", headers=since, page=1).body
    assert [row["InvoiceID"] for row in changed["Invoices"]] == [office.id("inv-2")]
    assert changed["pagination"]["itemCount"] == 1
    assert [row["PaymentID"] for row in office.get("Payments", headers=since, page=1).body["Payments"]] == [
        office.id("new")
    ]
    assert office.get("Contacts", headers=since, page=1).body["Contacts"] == []
    later = {"If-Modified-Since": (clock.now() + timedelta(seconds=1)).isoformat()}
    assert office.get("Invoices", headers=later).body["Invoices"] == []


def test_if_modified_since_has_whole_seconds(office: Office, clock: SandboxClock) -> None:
    clock.advance(timedelta(milliseconds=400))
    office.change("pay_invoice", invoice="inv-2", amount="20.00")
    same_second = {"If-Modified-Since": (NOW + timedelta(milliseconds=900)).isoformat()}
    assert len(office.get("Invoices", headers=same_second, page=1).body["Invoices"]) == 1
