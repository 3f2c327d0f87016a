"""What a person changes inside Xero."""

import pytest

from sandbox.core.clock import SandboxClock
from tests.sandbox.xero.desk.office import Office


def test_a_payment_and_its_deletion(office: Office, clock: SandboxClock) -> None:
    stamp = office.one("Invoices", "inv-9")["UpdatedDateUTCString"]
    office.change("pay_invoice", invoice="inv-9", key="p")
    paid = office.one("Invoices", "inv-9")
    assert (paid["Status"], paid["AmountDue"]) == ("PAID", 0)
    assert paid["UpdatedDateUTCString"] > stamp
    clock.advance(60)
    office.change("delete_payment", payment="p")
    again = office.one("Invoices", "inv-9")
    assert (again["Status"], again["AmountDue"]) == ("AUTHORISED", 15)
    assert "FullyPaidOnDate" not in again
    assert again["UpdatedDateUTCString"] > paid["UpdatedDateUTCString"]
    assert office.one("Payments", "p")["Status"] == "DELETED"


def test_a_batch_goes_as_a_whole(office: Office) -> None:
    batch = office.change("pay_invoices", invoices=["inv-2", "inv-9"], key="b")["id"]
    single = office.one("BatchPayments", batch)["Payments"][0]["PaymentID"]
    with pytest.raises(ValueError, match="batch"):
        office.change("delete_payment", payment=single)
    office.change("delete_payment", payment="b")
    assert office.one("BatchPayments", batch)["Status"] == "DELETED"
    assert office.one("Payments", single)["Status"] == "DELETED"
    assert office.one("Invoices", "inv-9")["Status"] == "AUTHORISED"


def test_an_invoice_is_edited_and_voided(office: Office) -> None:
    office.change("new_invoice", customer="ash", amount="40.00", number="INV-N", due_on="2026-12-20", key="n")
    office.change("edit_invoice", invoice="n", amount="44.00", reference="PO 7")
    changed = office.one("Invoices", "n")
    assert (changed["Total"], changed["AmountDue"], changed["Reference"]) == (44, 44, "PO 7")
    office.change("void_invoice", invoice="n")
    gone = office.one("Invoices", "n")
    assert (gone["Status"], gone["AmountDue"], gone["Total"]) == ("VOIDED", 0, 44)
    office.change("void_invoice", invoice="inv-6")
    assert office.one("Invoices", "inv-6")["Status"] == "DELETED"


def test_a_used_invoice_keeps_its_amount_and_a_new_due_day_leaves_no_stamp(office: Office, clock: SandboxClock) -> None:
    clock.advance(60)
    with pytest.raises(ValueError, match="cannot be edited"):
        office.change("edit_invoice", invoice="inv-2", amount="1.00")
    with pytest.raises(ValueError, match="cannot be edited"):
        office.change("void_invoice", invoice="inv-2")
    before = office.one("Invoices", "inv-2")
    office.change("edit_invoice", invoice="inv-2", due_on="2026-12-31")
    after = office.one("Invoices", "inv-2")
    assert after["DueDate"] != before["DueDate"]
    assert after["UpdatedDateUTC"] == before["UpdatedDateUTC"]


def test_a_new_name_stands_in_every_document_at_once(office: Office) -> None:
    stamp = office.one("Invoices", "inv-2")["UpdatedDateUTC"]
    office.change("rename_contact", contact="ash", name="Ash Holdings")
    invoice = office.one("Invoices", "inv-2")
    assert (invoice["Contact"]["Name"], invoice["UpdatedDateUTC"]) == ("Ash Holdings", stamp)
    with pytest.raises(ValueError, match="already assigned"):
        office.change("new_contact", name="Birch Ltd")


def test_a_merged_contact_points_to_the_other(office: Office) -> None:
    office.change("merge_contacts", contact="ash", into="birch")
    gone = office.one("Contacts", "ash")
    assert (gone["ContactStatus"], gone["MergedToContactID"]) == ("ARCHIVED", office.id("birch"))
    assert office.one("Invoices", "inv-2")["Contact"]["ContactID"] == office.id("birch")
    assert office.one("Payments", "pay-1")["Invoice"]["Contact"]["ContactID"] == office.id("birch")


def test_credit_is_applied_and_taken_back(office: Office) -> None:
    office.change("apply_credit", credit="over-1", invoice="inv-2", amount="30.00")
    assert office.one("Overpayments", "over-1")["RemainingCredit"] == 10
    with pytest.raises(ValueError, match="remaining credit"):
        office.change("apply_credit", credit="over-1", invoice="inv-2", amount="30.00")
    with pytest.raises(ValueError, match="same contact"):
        office.change("apply_credit", credit="over-1", invoice="inv-9", amount="1.00")
    office.change("unapply_credit", credit="cn-1", invoice="inv-2")
    assert office.one("CreditNotes", "cn-1")["RemainingCredit"] == 30
    office.change("refund_credit", credit="cn-1", key="r")
    assert office.one("Payments", "r")["PaymentType"] == "ARCREDITPAYMENT"
    assert office.one("CreditNotes", "cn-1")["Status"] == "PAID"


def test_an_unused_overpayment_can_be_taken_back(office: Office) -> None:
    made = office.change("overpay", customer="eiche", amount="12.00")["id"]
    held = office.one("Overpayments", made)
    assert (held["CurrencyCode"], held["RemainingCredit"]) == ("EUR", 12)
    office.change("void_overpayment", overpayment=made)
    assert office.one("Overpayments", made)["Status"] == "VOIDED"
    with pytest.raises(ValueError, match="cannot be edited"):
        office.change("void_overpayment", overpayment="over-1")


def test_the_lock_date_closes_the_books(office: Office) -> None:
    office.change("set_lock_date", on="2026-10-31")
    with pytest.raises(ValueError, match="lock date"):
        office.change("pay_invoice", invoice="inv-9", on="2026-10-31")
    office.change("pay_invoice", invoice="inv-9", on="2026-11-01")
    office.change("set_lock_date", on=None)
    organisation = office.get("Organisation").body["Organisations"][0]
    assert not {"PeriodLockDate", "EndOfYearLockDate"} & organisation.keys()


def test_bank_and_transfer(office: Office) -> None:
    made = office.change("bank", type="SPEND", amount="3.00", account="clearing", reference="fees")["id"]
    assert office.one("BankTransactions", made)["BankAccount"]["AccountID"] == office.account("clearing")["AccountID"]
    transfer = office.change("transfer", amount="20.00", reference="po_9")["id"]
    assert office.one("BankTransfers", transfer)["Reference"] == "po_9"


def test_wrong_changes_are_said(office: Office) -> None:
    with pytest.raises(ValueError, match="is unknown; known: apply_credit"):
        office.change("explode")
    with pytest.raises(ValueError, match="pay_invoice needs invoice"):
        office.change("pay_invoice")
    with pytest.raises(ValueError, match="no invoice nowhere"):
        office.change("pay_invoice", invoice="nowhere")
