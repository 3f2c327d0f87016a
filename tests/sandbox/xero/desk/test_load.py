"""What a plan becomes in the books."""

from decimal import Decimal

from tests.sandbox.xero.desk.office import Office


def test_a_paid_invoice_shows_its_payment(office: Office) -> None:
    invoice = office.one("Invoices", "inv-1")
    assert (invoice["Status"], invoice["Total"], invoice["AmountDue"]) == ("PAID", 120, 0)
    assert invoice["Reference"] == "in_777"
    assert [one["PaymentID"] for one in invoice["Payments"]] == [office.id("pay-1")]
    assert "FullyPaidOnDate" in invoice
    payment = office.one("Payments", "pay-1")
    assert payment["PaymentType"] == "ACCRECPAYMENT"
    assert payment["Invoice"]["InvoiceID"] == invoice["InvoiceID"]
    assert payment["Invoice"]["Contact"]["ContactID"] == office.id("ash")


def test_credits_are_allocated_and_what_is_left_remains(office: Office) -> None:
    invoice = office.one("Invoices", "inv-2")
    assert invoice["AmountCredited"] == 70
    assert invoice["AmountDue"] == Decimal("180.50")
    assert [one["AppliedAmount"] for one in invoice["CreditNotes"]] == [20]
    assert [one["AppliedAmount"] for one in invoice["Overpayments"]] == [50]
    note, over = office.one("CreditNotes", "cn-1"), office.one("Overpayments", "over-1")
    assert (note["RemainingCredit"], note["Allocations"][0]["Amount"]) == (10, 20)
    assert (over["RemainingCredit"], over["Allocations"][0]["Invoice"]["InvoiceID"]) == (40, invoice["InvoiceID"])
    assert over["Type"] == "RECEIVE-OVERPAYMENT"
    money = [row for row in office.rows("BankTransactions") if row.get("OverpaymentID") == over["OverpaymentID"]]
    assert [(row["Type"], row["Total"]) for row in money] == [("RECEIVE-OVERPAYMENT", 90)]


def test_a_refund_is_a_payment_on_the_credit_note(office: Office) -> None:
    note = office.one("CreditNotes", "cn-2")
    assert (note["Status"], note["RemainingCredit"]) == ("PAID", 0)
    payment = office.one("Payments", note["Payments"][0]["PaymentID"])
    assert payment["PaymentType"] == "ARCREDITPAYMENT"
    assert payment["Invoice"]["Type"] == "ACCRECCREDIT"
    assert payment["Invoice"]["InvoiceID"] == note["CreditNoteID"]


def test_a_payment_of_two_invoices_is_a_batch(office: Office) -> None:
    batch = office.one("BatchPayments", "pay-2")
    assert (batch["Type"], batch["TotalAmount"], batch["IsReconciled"]) == ("RECBATCH", Decimal("137.77"), True)
    parts = [office.one("Payments", one["PaymentID"]) for one in batch["Payments"]]
    assert {one["BatchPaymentID"] for one in parts} == {batch["BatchPaymentID"]}
    assert office.one("Invoices", "inv-3")["Status"] == "PAID"


def test_states_of_the_plan(office: Office) -> None:
    states = {key: office.one("Invoices", key)["Status"] for key in ("inv-4", "inv-5", "inv-6", "inv-9")}
    assert states == {"inv-4": "VOIDED", "inv-5": "DELETED", "inv-6": "DRAFT", "inv-9": "AUTHORISED"}
    assert office.one("Invoices", "inv-4")["AmountDue"] == 0
    assert office.one("Payments", "pay-3")["Status"] == "DELETED"
    assert office.one("Invoices", "inv-9")["Payments"] == []


def test_clearing_and_bank_are_two_accounts(office: Office) -> None:
    assert office.one("Payments", "ch-1")["Account"]["AccountID"] == office.account("clearing")["AccountID"]
    transfer = office.one("BankTransfers", "tr-1")
    assert transfer["FromBankAccount"]["AccountID"] == office.account("clearing")["AccountID"]
    assert transfer["ToBankAccount"]["AccountID"] == office.account("bank")["AccountID"]
    side = office.one("BankTransactions", transfer["FromBankTransactionID"])
    assert (side["Type"], side["Total"]) == ("SPEND-TRANSFER", 10)


def test_a_foreign_payment_has_its_money_at_the_bank(office: Office) -> None:
    payment = office.one("Payments", "ch-1")
    assert (payment["Amount"], payment["BankAmount"]) == (25, Decimal("21.50"))


def test_stamps_tell_of_the_last_thing_that_touched(office: Office) -> None:
    assert office.one("Invoices", "inv-1")["UpdatedDateUTCString"].startswith("2026-09-01T")
    assert office.one("Invoices", "inv-3")["UpdatedDateUTCString"].startswith("2026-11-02T")
    assert office.one("Invoices", "inv-6")["UpdatedDateUTCString"].startswith("2026-11-08T")


def test_suppliers_stand_beside_the_customers(office: Office) -> None:
    bills = office.rows("Invoices", where='Type=="ACCPAY"')
    assert bills
    assert all(row["Contact"]["Name"] not in {"Ash & Co", "Birch Ltd"} for row in bills)
    assert {row["PaymentType"] for row in office.rows("Payments")} >= {"ACCPAYPAYMENT", "ACCRECPAYMENT"}
    suppliers = [row for row in office.rows("Contacts") if row["IsSupplier"]]
    assert all(not row["IsCustomer"] for row in suppliers)


def test_balances_of_a_contact_are_at_home(office: Office) -> None:
    held = office.one("Contacts", "eiche")["Balances"]["AccountsReceivable"]
    assert held["Outstanding"] == Decimal("30.80")  # 75 less 40 euros at 0.88
    assert office.one("Contacts", "ash")["Balances"]["AccountsReceivable"]["Overdue"] == Decimal("180.50")
