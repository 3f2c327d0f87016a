from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.quickbooks.stand import QuickBooksStand
from tests.sandbox.quickbooks.office import Office

NAMES = (
    "Id SyncToken sparse CustomerRef TotalAmt Line LinkedTxn TxnId TxnType TxnDate Amount DetailType SalesItemLineDetail "
    "DepositLineDetail JournalEntryLineDetail AccountBasedExpenseLineDetail PostingType AccountRef Entity EntityRef value "
    "DepositToAccountRef FromAccountRef ToAccountRef DisplayName PaymentType TxnTaxDetail TotalTax TaxLine ItemRef Qty "
    "UnitPrice PrivateNote DocNumber CurrencyRef ExchangeRate ParentRef Active BatchItemRequest bId Query Payment Invoice "
    "operation optionsData Deposit DueDate SalesTermRef CashBack PaymentMethodRef"
).split()


def _identity(office: Office, kind: str, key: str) -> dict[str, str]:
    record = office.one(kind, key)
    return {"Id": record["Id"], "SyncToken": record["SyncToken"]}


def _item_line(amount: str) -> dict[str, object]:
    return {"Amount": Decimal(amount), "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {}}


def test_an_invoice_is_totalled_from_lines_and_tax(office: Office) -> None:
    terms = office.rows("Term", "WHERE Name = 'Net 30'")[0]["Id"]
    body = {
        "CustomerRef": {"value": office.id("ash")},
        "DocNumber": "N-1",
        "TxnDate": "2026-11-01",
        "SalesTermRef": {"value": terms},
        "Line": [_item_line("100"), {"Amount": 10, "DetailType": "DiscountLineDetail", "DiscountLineDetail": {}}],
        "TxnTaxDetail": {"TotalTax": 7.2},
        "Deposit": 20,
        "TotalAmt": 1,
    }
    record = office.post("invoice", body).body["Invoice"]
    assert (record["TotalAmt"], record["Balance"], record["Deposit"]) == (Decimal("97.2"), Decimal("77.2"), 20)
    assert record["DueDate"] == "2026-12-01"
    assert record["Line"][-1] == {"Amount": 90, "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}}
    assert "HomeTotalAmt" not in record


def test_a_quantity_must_agree_with_its_amount(office: Office) -> None:
    line = {"Amount": 10, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {"UnitPrice": 3, "Qty": 3}}
    answer = office.post("invoice", {"CustomerRef": {"value": office.id("ash")}, "Line": [line]})
    assert answer.code == "6070"


def test_a_stale_token_is_refused(office: Office) -> None:
    body = {"Id": office.id("inv-2"), "SyncToken": "0", "sparse": True, "PrivateNote": "late"}
    answer = office.post("invoice", body)
    assert (answer.status, answer.code) == (400, "5010")
    assert "Stale" in answer.body["Fault"]["Error"][0]["Message"]


def test_a_sparse_update_leaves_the_rest(office: Office) -> None:
    before = office.one("Invoice", "inv-2")
    after = office.post("invoice", {**_identity(office, "Invoice", "inv-2"), "sparse": True, "DueDate": "2026-12-24"})
    record = after.body["Invoice"]
    assert record["DueDate"] == "2026-12-24"
    for name in ("TotalAmt", "Balance", "DocNumber", "LinkedTxn", "CustomerRef", "Line"):
        assert record[name] == before[name], name


def test_an_invoice_cannot_fall_below_what_was_paid(office: Office) -> None:
    body = {**_identity(office, "Invoice", "inv-2"), "sparse": True, "Line": [_item_line("19.99")]}
    assert office.post("invoice", body).code == "6000"


def test_voiding_an_invoice_frees_its_payment(office: Office) -> None:
    answer = office.post("invoice", _identity(office, "Invoice", "inv-1"), operation="void")
    record = answer.body["Invoice"]
    assert (record["TotalAmt"], record["Balance"], record["PrivateNote"]) == (0, 0, "Voided")
    assert {line["Amount"] for line in record["Line"]} == {Decimal(0)}
    payment = office.one("Payment", "pay-1")
    assert (payment["Line"], payment["UnappliedAmt"]) == ([], 120)


def test_voiding_a_payment_opens_its_invoice(office: Office) -> None:
    identity = {**_identity(office, "Payment", "pay-1"), "sparse": True}
    record = office.post("payment", identity, operation="update", include="void").body["Payment"]
    assert (record["TotalAmt"], record["UnappliedAmt"], record["Line"]) == (0, 0, [])
    assert (record["PaymentRefNum"], record["PrivateNote"]) == ("CHK 77", "Voided")
    assert office.one("Invoice", "inv-1")["Balance"] == 100


def test_deleting_a_payment_opens_its_invoice_and_leaves_a_mark_in_the_feed(office: Office) -> None:
    identity = _identity(office, "Payment", "pay-1")
    answer = office.post("payment", identity, operation="delete")
    assert answer.body["Payment"] == {"status": "Deleted", "domain": "QBO", "Id": identity["Id"]}
    assert office.get(f"payment/{identity['Id']}").code == "610"
    assert office.one("Invoice", "inv-1")["Balance"] == 100
    feed = office.get("cdc", entities="Payment", changedSince="2026-11-20T17:00:00Z").body
    assert feed["CDCResponse"][0]["QueryResponse"][0]["Payment"][0]["status"] == "Deleted"


def test_deleting_a_used_credit_memo_undoes_its_application(office: Office) -> None:
    assert office.post("creditmemo", _identity(office, "CreditMemo", "cn-1"), operation="delete").status == 200
    assert office.one("Invoice", "inv-2")["Balance"] == Decimal("250.5")
    assert all(not row["Line"] for row in office.rows("Payment") if row["TotalAmt"] == 0)


def test_the_same_request_id_gives_the_same_reply_once(office: Office) -> None:
    body = {"CustomerRef": {"value": office.id("ash")}, "TotalAmt": 5}
    first = office.post("payment", body, requestid="r-1")
    again = office.post("payment", body, requestid="r-1")
    assert first.body == again.body
    assert len(office.rows("Payment", "WHERE TotalAmt = '5'")) == 1
    assert office.post("payment", {**body, "TotalAmt": 6}, requestid="r-1").code == "600"
    assert office.post("payment", body, requestid="r" * 51).code == "2050"


def test_closed_books_refuse_with_the_code_of_a_stale_token(office: Office) -> None:
    office.stand.change(office.realm, "close_books", {"on": "2026-09-30"})
    for answer in (
        office.pay("ash", "1", TxnDate="2026-09-30"),
        office.post("invoice", _identity(office, "Invoice", "inv-1"), operation="void"),
        office.post("invoice", {**_identity(office, "Invoice", "inv-2"), "sparse": True, "TxnDate": "2026-10-02"}),
    ):
        assert (answer.status, answer.code) == (400, "5010")
        assert "Account Period Closed" in answer.body["Fault"]["Error"][0]["Detail"]
    assert office.pay("ash", "1", TxnDate="2026-10-01").status == 200
    preferences = office.get("preferences").body["Preferences"]
    assert preferences["AccountingInfoPrefs"]["BookCloseDate"] == "2026-09-30"


def test_a_customers_name_is_unique_and_inactive_ones_give_theirs_up(office: Office) -> None:
    answer = office.post("customer", {"DisplayName": "ash & co"})
    assert (answer.status, answer.code) == (400, "6240")
    gone = office.post("customer", {**_identity(office, "Customer", "ash"), "sparse": True, "Active": False})
    assert gone.body["Customer"]["DisplayName"] == "Ash & Co (deleted)"
    assert office.post("customer", {"DisplayName": "Ash & Co"}).status == 200


@pytest.mark.parametrize(
    ("path", "operation"), [("customer", "delete"), ("customer", "void"), ("deposit", "void"), ("account", "")]
)
def test_what_the_product_does_not_do(office: Office, path: str, operation: str) -> None:
    key = {"customer": "ash", "deposit": "dep-1", "account": "ash"}[path]
    answer = office.post(path, {"Id": office.id(key), "SyncToken": "0"}, operation=operation)
    assert (answer.status, answer.code) == (400, "500")


def test_a_deposit_with_a_fee_and_an_entry_on_receivables(office: Office, stand: QuickBooksStand) -> None:
    paid = office.pay("ash", "30").body["Payment"]["Id"]
    roles = stand.desks[office.realm].books.roles
    lines = [
        {"Amount": 30, "LinkedTxn": [{"TxnId": paid, "TxnType": "Payment", "TxnLineId": "0"}]},
        {
            "Amount": -1,
            "DetailType": "DepositLineDetail",
            "DepositLineDetail": {"AccountRef": {"value": roles["fees"]}},
        },
    ]
    body = {"DepositToAccountRef": {"value": roles["bank"]}, "Line": lines}
    record = office.post("deposit", body).body["Deposit"]
    assert record["TotalAmt"] == 29
    assert office.post("deposit", body).code == "620"  # it lies in a deposit already
    receivable = {"AccountRef": {"value": roles["ar:USD"]}}
    line = {"Amount": 3, "DetailType": "DepositLineDetail", "DepositLineDetail": receivable}
    assert office.post("deposit", {**body, "Line": [line]}).code == "6000"  # nobody's
    line["DepositLineDetail"] = {**receivable, "Entity": {"value": office.id("birch")}}
    before = office.one("Customer", "birch")["Balance"]
    assert office.post("deposit", {**body, "Line": [line]}).status == 200
    assert office.one("Customer", "birch")["Balance"] == before - 3


def test_a_journal_must_balance_and_name_a_customer_on_receivables(office: Office, stand: QuickBooksStand) -> None:
    roles = stand.desks[office.realm].books.roles

    def entry(debit: str, credit: str, entity: dict[str, object] | None) -> dict[str, object]:
        sides = (("Debit", debit, "ar:USD", entity), ("Credit", credit, "bad_debt", None))
        return {
            "Line": [
                {
                    "Amount": Decimal(amount),
                    "DetailType": "JournalEntryLineDetail",
                    "JournalEntryLineDetail": {
                        "PostingType": side,
                        "AccountRef": {"value": roles[role]},
                        **({"Entity": who} if who else {}),
                    },
                }
                for side, amount, role, who in sides
            ]
        }

    who: dict[str, object] = {"Type": "Customer", "EntityRef": {"value": office.id("ash")}}
    assert office.post("journalentry", entry("5", "4", who)).code == "6000"
    assert office.post("journalentry", entry("5", "5", None)).code == "6000"
    before = office.one("Customer", "ash")["Balance"]
    assert office.post("journalentry", entry("5", "5", who)).status == 200
    assert office.one("Customer", "ash")["Balance"] == before + 5


def test_expense_transfer_sale_and_refund(office: Office, stand: QuickBooksStand) -> None:
    roles = stand.desks[office.realm].books.roles
    who = {"value": office.id("ash")}
    expense = {
        "PaymentType": "Cash",
        "AccountRef": {"value": roles["clearing"]},
        "Line": [
            {
                "Amount": 2,
                "DetailType": "AccountBasedExpenseLineDetail",
                "AccountBasedExpenseLineDetail": {"AccountRef": {"value": roles["fees"]}},
            }
        ],
    }
    assert office.post("purchase", expense).body["Purchase"]["TotalAmt"] == 2
    transfer = {
        "FromAccountRef": {"value": roles["clearing"]},
        "ToAccountRef": {"value": roles["bank"]},
        "Amount": 12.5,
        "PrivateNote": "payout",
    }
    assert office.post("transfer", transfer).body["Transfer"]["Amount"] == Decimal("12.5")
    assert office.post("transfer", {**transfer, "ToAccountRef": {"value": roles["clearing"]}}).code == "6000"
    for path, kind in (("salesreceipt", "SalesReceipt"), ("refundreceipt", "RefundReceipt")):
        form = {"CustomerRef": who, "Line": [_item_line("9")], "DepositToAccountRef": {"value": roles["bank"]}}
        assert office.post(path, form).body[kind]["Balance"] == 0
    assert office.one("Customer", "ash")["Balance"] == Decimal("204.5")


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.sampled_from(["1", "Invoice", "-3", "1e400"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from(
        ["invoice", "payment", "deposit", "journalentry", "purchase", "transfer", "customer", "batch"]
    ),
    body=st.dictionaries(st.sampled_from(NAMES), JUNK, max_size=6),
)
def test_no_body_breaks_the_service(office: Office, path: str, body: dict[str, object]) -> None:
    assert office.post(path, body).status in {200, 400}


def test_an_address_that_is_none_answers_in_json(office: Office) -> None:
    assert office.get("nothing").code == "500"
    assert office.get("a/b/c").status == 404


def test_a_body_that_is_no_json(office: Office) -> None:
    assert office.post("payment", "{").code == "2010"
    assert office.post("payment", "[]").code == "2010"
