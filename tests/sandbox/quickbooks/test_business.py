from __future__ import annotations

from decimal import Decimal

import pytest
import requests

from tests.sandbox.quickbooks.office import TIMEOUT, Office


def _change(office: Office, verb: str, **fields: object) -> dict[str, str]:
    done: dict[str, str] = office.stand.change(office.realm, verb, fields)
    return done


def test_a_day_at_the_books(office: Office) -> None:
    _change(office, "new_customer", name="Fir & Sons", email="fir@example.test", key="fir")
    _change(office, "new_invoice", customer="fir", amount="80.00", number="F-1", due_on="2026-12-01", key="f-1")
    _change(office, "pay_invoice", invoice="f-1", amount="30", on="2026-11-19", reference="CHK 5", key="f-pay")
    assert office.one("Invoice", "f-1")["Balance"] == 50
    _change(office, "credit", customer="fir", amount="20", key="f-cn")
    _change(office, "apply_credit", credit="f-cn", invoice="f-1")
    assert office.one("Invoice", "f-1")["Balance"] == 30
    _change(office, "edit_invoice", invoice="f-1", amount="90", note="a plank more")
    assert office.one("Invoice", "f-1")["Balance"] == 40
    _change(office, "pay_customer", customer="fir", amount="15", account="undeposited", key="f-loose")
    _change(office, "apply_payment", payment="f-loose", invoice="f-1")
    assert office.one("Payment", "f-loose")["UnappliedAmt"] == 0
    _change(office, "deposit", payments=["f-loose"], fee="0.50", key="f-dep")
    assert office.one("Deposit", "f-dep")["TotalAmt"] == Decimal("14.5")
    assert office.one("Customer", "fir")["Balance"] == 25
    _change(office, "void_payment", payment="f-pay")
    assert office.one("Customer", "fir")["Balance"] == 55
    _change(office, "rename_customer", customer="fir", name="Fir and Daughters")
    assert office.one("Invoice", "f-1")["CustomerRef"]["name"] == "Fir & Sons"  # as written; the list has the new name
    assert office.one("Customer", "fir")["DisplayName"] == "Fir and Daughters"


def test_a_paid_invoice_overpaid_leaves_money_on_account(office: Office) -> None:
    _change(office, "pay_invoice", invoice="inv-3", amount="40", key="more")
    assert office.one("Payment", "more")["UnappliedAmt"] == Decimal("12.23")


def test_a_merged_customer_is_gone_and_its_documents_moved(office: Office) -> None:
    before = office.one("Customer", "birch")["Balance"] + office.one("Customer", "ash")["Balance"]
    _change(office, "merge_customers", customer="ash", into="birch")
    assert office.get(f"customer/{office.id('ash')}").code == "610"
    assert office.one("Customer", "birch")["Balance"] == before
    assert office.one("Invoice", "inv-1")["CustomerRef"]["value"] == office.id("birch")
    gone = office.get("cdc", entities="Customer", changedSince="2026-11-20T00:00:00Z").body
    assert gone["CDCResponse"][0]["QueryResponse"][0]["Customer"][-1]["status"] == "Deleted"


def test_inactive_and_back(office: Office) -> None:
    _change(office, "deactivate_customer", customer="birch")
    assert office.one("Customer", "birch")["Active"] is False
    _change(office, "reactivate_customer", customer="birch")
    assert office.one("Customer", "birch")["DisplayName"] == "Birch Ltd"


def test_a_company_may_let_the_product_use_up_credit_and_cash(office: Office) -> None:
    _change(office, "new_invoice", customer="ash", amount="5", key="plain")
    assert office.one("Invoice", "plain")["Balance"] == 5
    _change(office, "prefer", auto_apply_credit=True, auto_apply_payments=True)
    assert office.get("preferences").body["Preferences"]["SalesFormsPrefs"]["AutoApplyCredit"] is True
    _change(office, "new_invoice", customer="ash", amount="25", key="eager")
    assert office.one("Invoice", "eager")["Balance"] == 0
    assert office.one("Payment", "pay-1")["UnappliedAmt"] == 0
    assert office.one("CreditMemo", "cn-1")["RemainingCredit"] == 5


@pytest.mark.parametrize(
    ("fields", "part"),
    [
        ({"verb": "dance"}, "known: apply_credit"),
        ({"verb": "pay_invoice"}, "needs invoice"),
        ({"verb": "pay_invoice", "invoice": "nowhere"}, "no Invoice nowhere"),
        ({"verb": "void_payment", "payment": "pay-2"}, "6540"),
        ({"verb": "new_customer", "name": "Ash & Co"}, "6240"),
    ],
)
def test_what_cannot_be_done_is_said_over_http(office: Office, fields: dict[str, str], part: str) -> None:
    body = {"tenant": office.realm, **fields}
    answer = requests.post(f"{office.url}/_control/change", json=body, timeout=TIMEOUT)
    assert answer.status_code == 400
    assert part in answer.json()["error"]
