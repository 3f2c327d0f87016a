"""What a person does inside the product."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.sandbox.xero.office import Office


def test_contacts_are_merged(office: Office) -> None:
    office.change("merge_contacts", contact="ash", into="birch")
    gone = office.one("Contacts", "ash")
    assert (gone["ContactStatus"], gone["MergedToContactID"]) == ("ARCHIVED", office.id("birch"))
    assert {row["Contact"]["Name"] for row in office.rows("Invoices", ContactIDs=office.id("birch"))} == {"Birch Ltd"}
    assert office.rows("Invoices", ContactIDs=office.id("ash")) == []
    truth = office.stand.truth(office.tenant, office.stand.clock.now().date())
    assert office.id("ash") not in truth["customers"]
    listed = office.get("Contacts", includeArchived="true").body["Contacts"]
    assert not any("MergedToContactID" in row for row in listed)
    assert any("MergedToContactID" in row for row in office.rows("Contacts", includeArchived="true"))


def test_a_contact_is_archived_and_renamed(office: Office) -> None:
    office.change("rename_contact", contact="birch", name="Birch & Daughters")
    office.change("archive_contact", contact="birch")
    held = office.one("Contacts", "birch")
    assert (held["Name"], held["ContactStatus"]) == ("Birch & Daughters", "ARCHIVED")


def test_an_invoice_lives(office: Office) -> None:
    office.change("new_invoice", contact="ash", amount="80.00", number="X-1", due_on="2026-12-24", key="x")
    office.change("edit_invoice", invoice="x", amount="90.00", reference="PO 7")
    held = office.one("Invoices", "x")
    assert (held["Total"], held["Reference"], held["DueDateString"]) == (90, "PO 7", "2026-12-24T00:00:00")
    office.change("void_invoice", invoice="x")
    assert office.one("Invoices", "x")["Status"] == "VOIDED"
    office.change("approve_invoice", invoice="inv-6")
    assert office.one("Invoices", "inv-6")["Status"] == "AUTHORISED"


def test_several_are_paid_at_once_and_undone(office: Office) -> None:
    made = office.change("pay_invoices", invoices=["inv-2", "inv-8"], reference="BOTH", key="both")
    assert made["kind"] == "BatchPayments"
    assert office.one("Invoices", "inv-8")["Status"] == "PAID"
    office.change("delete_payment", payment="both")
    assert office.one("Invoices", "inv-8")["AmountDue"] == 210


def test_credit_is_applied(office: Office) -> None:
    office.change("apply_credit", credit="cn-1", invoice="inv-2")
    assert office.one("Invoices", "inv-2")["AmountDue"] == Decimal("130.50")


def test_a_disconnected_organisation_is_closed_to_the_app(office: Office) -> None:
    assert office.change("disconnect") == {"ended": 1}
    assert office.get("Accounts").status == 403


@pytest.mark.parametrize(
    ("verb", "fields", "sentence"),
    [
        ("dance", {}, "unknown; known: "),
        ("pay_invoice", {}, "pay_invoice needs invoice"),
        ("pay_invoice", {"invoice": "inv-77"}, "could not be found"),
        ("pay_invoice", {"invoice": "inv-2", "amount": "9999"}, "exceeds"),
        ("merge_contacts", {"contact": "ash", "into": "ash"}, "into itself"),
        ("delete_payment", {"payment": "pay-7"}, "not of valid status"),
    ],
)
def test_what_cannot_be_done_is_said(office: Office, verb: str, fields: dict[str, str], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        office.change(verb, **fields)
