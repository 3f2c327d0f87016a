"""Lists, pages, filters and the forms of an answer."""

import re
from decimal import Decimal

import pytest

from sandbox.core.clock import SandboxClock
from tests.sandbox.xero.desk.office import Office

PAGED = ("Contacts", "Invoices", "CreditNotes", "Payments", "Overpayments", "Prepayments", "BankTransactions")


def test_a_full_read_returns_what_counts_says(office: Office) -> None:
    for kind, count in office.stand.counts(office.tenant).items():
        answer = office.get(kind, page="1", pageSize="1000", includeArchived="true", includeDeleted="true")
        assert answer.status == 200
        assert answer.body["Status"] == "OK"
        assert len(answer.body["Organisations" if kind == "Organisation" else kind]) == count, kind
        assert ("pagination" in answer.body) == (kind in PAGED)


@pytest.mark.parametrize("kind", PAGED)
def test_pages_hold_every_record_once_by_stamp_and_id(office: Office, kind: str) -> None:
    whole = office.rows(kind, includeArchived="true")
    found, page, count = [], 1, 1
    while page <= count:
        answer = office.get(kind, page=str(page), pageSize="2", includeArchived="true").body
        block = answer["pagination"]
        assert block["page"] == page
        assert block["itemCount"] == len(whole)
        count = block["pageCount"]
        found += answer[kind]
        page += 1
    field = f"{kind[:-1]}ID"
    assert [row[field] for row in found] == [row[field] for row in whole]
    stamps = [(int(re.findall(r"\d+", row["UpdatedDateUTC"])[0]), row[field]) for row in whole]
    assert stamps == sorted(stamps)


def test_without_a_page_the_lines_are_left_out(office: Office) -> None:
    answer = office.get("Invoices").body
    assert "pagination" not in answer
    assert all(row["LineItems"] == [] for row in answer["Invoices"])
    assert office.get("Invoices", IDs=office.id("inv-1")).body["Invoices"][0]["LineItems"]
    assert office.one("Invoices", "inv-1")["LineItems"][0]["TaxAmount"] == Decimal("20.00")


def test_modified_since_is_whole_seconds_and_inclusive(office: Office, clock: SandboxClock) -> None:
    clock.advance(60)
    at = clock.now()
    office.change("pay_invoice", invoice="inv-2", amount="1.00")
    since = {"If-Modified-Since": at.strftime("%Y-%m-%dT%H:%M:%S")}
    assert [row["InvoiceNumber"] for row in office.get("Invoices", since, page="1").body["Invoices"]] == ["INV-2"]
    assert len(office.get("Payments", since, page="1").body["Payments"]) == 1
    later = {"If-Modified-Since": at.replace(second=1).strftime("%a, %d %b %Y %H:%M:%S GMT")}
    assert office.get("Invoices", later, page="1").body["Invoices"] == []


@pytest.mark.parametrize(
    ("where", "numbers"),
    [
        ('Type=="ACCREC" AND Status=="AUTHORISED"', {"INV-2", "INV-8", "INV-9"}),
        ('Type=="ACCREC" AND Date>=DateTime(2026,11,01)', {"INV-5", "INV-6"}),
        ('Type=="ACCREC" && Date>=DateTime(2026, 10, 5) && Date<=DateTime(2026,10,7)', {"INV-4", "INV-7"}),
        ('Type=="ACCREC" AND (Status=="VOIDED" OR Status=="DRAFT")', {"INV-4", "INV-6"}),
        ('Type=="ACCREC" AND AmountDue>100', {"INV-2"}),
        ('InvoiceNumber.Contains("inv-8")', {"INV-8"}),
        ('Contact.Name=="Eiche GmbH"', {"INV-8"}),
    ],
)
def test_where(office: Office, where: str, numbers: set[str]) -> None:
    assert {row["InvoiceNumber"] for row in office.rows("Invoices", where=where)} == numbers


def test_where_takes_guids_and_refuses_nonsense(office: Office) -> None:
    where = f'Contact.ContactID==Guid("{office.id("eiche")}")'
    assert [row["InvoiceNumber"] for row in office.rows("Invoices", where=where)] == ["INV-8"]
    for wrong in ("Colour==1", "Status==", "Status ~ 1", '(Status=="PAID"', "Total==DateTime(2026,1,1)junk"):
        refused = office.get("Invoices", where=wrong)
        assert refused.status == 400
        assert refused.body["Type"] == "QueryParseException"


def test_order_and_the_explicit_filters(office: Office) -> None:
    dates = [row["Date"] for row in office.rows("Invoices", order="Date DESC")]
    assert dates == sorted(dates, key=lambda text: int(re.findall(r"\d+", text)[0]), reverse=True)
    assert {row["Status"] for row in office.rows("Invoices", Statuses="VOIDED,DRAFT")} == {"VOIDED", "DRAFT"}
    assert {row["InvoiceNumber"] for row in office.rows("Invoices", ContactIDs=office.id("eiche"))} == {"INV-8"}
    assert len(office.rows("Invoices", InvoiceNumbers="INV-1,INV-2")) == 2
    assert office.get("Invoices", order="Colour ASC").status == 400
    assert office.get("Invoices", page="1", pageSize="1001").status == 400
    assert office.get("Invoices", IDs="nonsense").status == 400


def test_archived_contacts_are_shown_on_request(office: Office) -> None:
    assert "Cedar Gone" not in {row["Name"] for row in office.rows("Contacts")}
    shown = {row["Name"]: row["ContactStatus"] for row in office.rows("Contacts", includeArchived="true")}
    assert shown["Cedar Gone"] == "ARCHIVED"


def test_a_summary_is_light_and_paged(office: Office) -> None:
    answer = office.get("Invoices", summaryOnly="true").body
    assert answer["pagination"]["pageSize"] == 100
    assert not {"LineItems", "Payments", "AmountDue"} & answer["Invoices"][0].keys()
    assert all("Balances" not in row for row in office.get("Contacts", summaryOnly="true").body["Contacts"])


def test_a_foreign_document_says_how_many_foreign_units_make_one_at_home(office: Office) -> None:
    invoice = office.one("Invoices", "inv-8")
    assert invoice["CurrencyCode"] == "EUR"
    assert invoice["CurrencyRate"] == Decimal("1.176471")
    assert office.one("Invoices", "inv-1")["CurrencyRate"] == 1


def test_days_are_midnight_utc(office: Office) -> None:
    assert office.one("Invoices", "inv-1")["Date"] == "/Date(1785715200000+0000)/"
    organisation = office.get("Organisation").body["Organisations"][0]
    assert organisation["EndOfYearLockDate"] == "/Date(1774915200000+0000)/"


def test_big_answers_are_compressed_on_request(office: Office) -> None:
    packed = office.get("Invoices", page="1")
    plain = office.get("Invoices", {"Accept-Encoding": "identity"}, page="1")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert packed.body["Invoices"] == plain.body["Invoices"]


def test_paths_do_not_mind_their_case(office: Office) -> None:
    assert office.get("invoices", page="1").body["Invoices"]
