"""Lists and single records over HTTP."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from sandbox.xero.wire import read_day, read_instant
from tests.sandbox.xero.office import COMPANY, TODAY, Office


def test_the_envelope(office: Office) -> None:
    body = office.get("Currencies").body
    assert body["Status"] == "OK"
    assert read_instant(body["DateTimeUTC"]) is not None
    assert [row["Code"] for row in body["Currencies"]] == ["GBP", "EUR"]


def test_the_organisation_says_its_currency_and_its_lock(office: Office) -> None:
    for path in ("Organisation", "Organisations"):
        held = office.get(path).body["Organisations"][0]
        assert held["BaseCurrency"] == "GBP"
        assert held["Timezone"] == "GMTSTANDARDTIME"
        assert read_day(held["PeriodLockDate"]) == COMPANY.lock_date
        assert not [name for name in held if name.startswith("_")]


def test_a_page_says_how_many_there_are(office: Office) -> None:
    answer = office.get("Invoices", page=2, pageSize=5).body
    assert answer["pagination"] == {"page": 2, "pageSize": 5, "pageCount": 3, "itemCount": 13}
    assert len(answer["Invoices"]) == 5
    past = office.get("Invoices", page=4, pageSize=5).body
    assert past["Invoices"] == []
    assert past["pagination"]["itemCount"] == 13


def test_a_page_size_is_a_hundred_unless_asked_and_never_over_a_thousand(office: Office) -> None:
    assert office.get("Invoices", page=1).body["pagination"]["pageSize"] == 100
    assert office.get("Invoices", page=1, pageSize=5000).body["pagination"]["pageSize"] == 1000


def test_lines_come_with_pages_with_ids_and_alone_but_not_in_a_plain_list(office: Office) -> None:
    plain = office.get("Invoices").body
    assert "pagination" not in plain
    assert all(row["LineItems"] == [] for row in plain["Invoices"])
    assert all(row["LineItems"] for row in office.rows("Invoices"))
    by_id = office.get("Invoices", IDs=f"{office.id('inv-1')},{office.id('inv-3')}").body
    assert [len(row["LineItems"]) for row in by_id["Invoices"]] == [1, 1]
    assert "pagination" not in by_id
    assert office.one("Invoices", "inv-1")["LineItems"][0]["TaxAmount"] == Decimal("20.00")


def test_what_is_not_paged_comes_whole(office: Office) -> None:
    for kind in ("BatchPayments", "BankTransfers", "Accounts"):
        body = office.get(kind, page=2, pageSize=1).body
        assert "pagination" not in body
        assert body[kind]


def test_an_invoice_shows_what_paid_and_credited_it(office: Office) -> None:
    held = office.one("Invoices", "inv-8")
    assert (held["AmountPaid"], held["AmountCredited"], held["AmountDue"]) == (60, 30, 210)
    assert {payment["PaymentID"] for payment in held["Payments"]} == {office.id("pay-3/1"), office.id("pay-8")}
    assert held["CreditNotes"][0]["AppliedAmount"] == 30
    assert held["Status"] == "AUTHORISED"
    assert held["DateString"] == "2026-10-20T00:00:00"
    assert read_day(held["Date"]) == datetime.fromisoformat(held["DateString"]).date()


def test_a_paid_invoice_says_when(office: Office) -> None:
    held = office.one("Invoices", "inv-1")
    assert held["Status"] == "PAID"
    assert str(read_day(held["FullyPaidOnDate"])) == "2026-08-20"


def test_void_deleted_and_draft_invoices_are_in_the_list(office: Office) -> None:
    found = {row["InvoiceID"]: row for row in office.rows("Invoices")}
    assert [found[office.id(f"inv-{number}")]["Status"] for number in (4, 5, 6)] == ["VOIDED", "DELETED", "DRAFT"]
    assert found[office.id("inv-4")]["AmountDue"] == 0
    assert found[office.id("inv-6")]["AmountDue"] == 60


def test_deleted_payments_are_in_the_list(office: Office) -> None:
    found = {row["PaymentID"]: row for row in office.rows("Payments")}
    gone = found[office.id("pay-7")]
    assert (gone["Status"], gone["Amount"]) == ("DELETED", 50)
    assert office.one("Invoices", "inv-2")["AmountDue"] == Decimal("150.50")


def test_the_refund_of_a_credit_note_shows_it_as_an_invoice(office: Office) -> None:
    refund = office.one("Payments", "cn-2/refund")
    assert refund["PaymentType"] == "ARCREDITPAYMENT"
    assert refund["Invoice"]["Type"] == "ACCRECCREDIT"
    assert refund["Invoice"]["InvoiceID"] == office.id("cn-2")


def test_archived_contacts_come_only_when_asked(office: Office) -> None:
    names = {row["Name"] for row in office.rows("Contacts")}
    assert "Elm Bros" not in names
    held = {row["Name"]: row for row in office.rows("Contacts", includeArchived="true")}
    assert held["Elm Bros"]["ContactStatus"] == "ARCHIVED"


def test_balances_are_raw_sums_and_only_where_they_are_worked_out(office: Office) -> None:
    ash, foreign = office.one("Contacts", "ash"), office.one("Contacts", "chêne")
    assert ash["Balances"]["AccountsReceivable"] == {"Outstanding": Decimal("340.50"), "Overdue": Decimal("360.50")}
    assert foreign["Balances"]["AccountsReceivable"]["Outstanding"] == 600  # euros, not pounds
    assert ash["IsCustomer"] is True
    assert all("Balances" in row for row in office.rows("Contacts") if row["IsCustomer"])
    assert not any("Balances" in row for row in office.get("Contacts").body["Contacts"])
    assert not any("Balances" in row for row in office.rows("Contacts", summaryOnly="true"))


def test_a_summary_is_paged_and_light(office: Office) -> None:
    body = office.get("Invoices", summaryOnly="true").body
    assert body["pagination"]["pageSize"] == 100
    assert not {"LineItems", "Payments"} & body["Invoices"][0].keys()


def test_suppliers_stand_among_the_customers(office: Office) -> None:
    assert {row["Type"] for row in office.rows("Invoices")} == {"ACCREC", "ACCPAY"}
    assert {row["Type"] for row in office.rows("CreditNotes")} == {"ACCRECCREDIT", "ACCPAYCREDIT"}
    assert {row["Type"] for row in office.rows("Overpayments")} == {"RECEIVE-OVERPAYMENT", "SPEND-OVERPAYMENT"}
    assert {"ACCRECPAYMENT", "ACCPAYPAYMENT", "ARCREDITPAYMENT"} == {
        row["PaymentType"] for row in office.rows("Payments")
    }
    assert {row["Type"] for row in office.get("BatchPayments").body["BatchPayments"]} == {"RECBATCH", "PAYBATCH"}


def test_unit_amounts_have_four_digits_on_request(office: Office) -> None:
    assert b'"UnitAmount":100.00,' in office.get("Invoices", page=1).raw
    assert b'"UnitAmount":100.0000,' in office.get("Invoices", page=1, unitdp=4).raw


def test_rates_are_foreign_for_one_of_home(office: Office) -> None:
    rate = office.one("Invoices", "inv-7")["CurrencyRate"]
    assert abs(rate * Decimal("0.86") - 1) < Decimal("1e-6")
    paid = office.one("Payments", "pay-4")
    assert (paid["Amount"], paid["BankAmount"]) == (400, 352)


@pytest.mark.parametrize("path", ["Invoices/11111111-1111-4111-8111-111111111111", "Nonsense", "Reports/Nothing"])
def test_what_is_not_there_is_404(office: Office, path: str) -> None:
    assert office.get(path).status == 404


def test_an_invoice_can_be_asked_for_by_its_number(office: Office) -> None:
    assert office.get("Invoices/INV-3").body["Invoices"][0]["InvoiceID"] == office.id("inv-3")


def test_counts_are_what_a_full_read_returns(office: Office) -> None:
    counts = office.stand.counts(office.tenant)
    asked: dict[str, object] = {"page": 1, "pageSize": 1000, "includeArchived": "true", "includeDeleted": "true"}
    for kind, count in counts.items():
        name = "Organisations" if kind == "Organisation" else kind
        assert len(office.call("GET", kind, params=asked).body[name]) == count, kind
    assert {"Invoices", "Payments", "Overpayments", "Prepayments", "BankTransfers"} <= counts.keys()


def test_answers_are_compressed_on_request(office: Office) -> None:
    squeezed = office.get("Invoices", headers={"Accept-Encoding": "gzip"}, page=1)
    assert squeezed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in office.get("Invoices", headers={"Accept-Encoding": "identity"}, page=1).headers
    assert squeezed.body["Invoices"]
    assert str(TODAY.year) in squeezed.body["Invoices"][0]["DateString"]
