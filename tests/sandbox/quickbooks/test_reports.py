from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.sandbox.quickbooks.office import TODAY, Office

Row = dict[str, Any]


def _data_rows(rows: Any) -> Iterator[list[Row]]:
    for row in rows.get("Row", ()):
        if "Rows" in row:
            yield row["Header"]["ColData"]
            yield from _data_rows(row["Rows"])
        elif row.get("type") == "Data":
            yield row["ColData"]


def _report(office: Office, name: str, **params: str) -> Any:
    answer = office.get(f"reports/{name}", **params)
    assert answer.status == 200, answer.body
    assert answer.body["Header"]["ReportName"] == name
    return answer.body


def _keys(report: Any) -> list[str]:
    return [column["MetaData"][0]["Value"] for column in report["Columns"]["Column"]]


def test_the_aged_report_agrees_with_the_truth_on_every_day(office: Office) -> None:
    for day in (date(2026, 8, 31), date(2026, 9, 5), date(2026, 10, 8), TODAY):
        truth = office.stand.truth(office.realm, day)
        report = _report(office, "AgedReceivables", report_date=day.isoformat(), aging_method="Report_Date")
        totals = {row[0]["id"]: row[-1]["value"] for row in _data_rows(report["Rows"]) if row[-1]["value"]}
        assert totals == truth["customers"], day
        grand = report["Rows"]["Row"][-1]
        assert grand["group"] == "GrandTotal"
        assert grand["Summary"]["ColData"][-1]["value"] == truth["control_account"]


def test_ages_go_by_due_date_and_zero_is_empty(office: Office) -> None:
    report = _report(office, "AgedReceivables", report_date="2026-11-20")
    assert _keys(report) == ["cust_name", "current", "0", "1", "2", "3", "total"]
    rows = {row[0]["value"]: [cell["value"] for cell in row[1:]] for row in _data_rows(report["Rows"])}
    assert rows["Ash & Co"] == ["", "", "234.50", "-30.00", "", "204.50"]
    assert rows["Birch North"] == ["27.77", "", "", "", "", "27.77"]


def test_sub_customers_lie_inside_their_parent(office: Office) -> None:
    report = _report(office, "AgedReceivables", report_date="2026-11-20")
    (parent,) = [row for row in report["Rows"]["Row"] if "Header" in row]
    assert parent["Header"]["ColData"][0] == {"value": "Birch Ltd", "id": office.id("birch")}
    assert parent["Summary"]["ColData"][-1]["value"] == "35.77"


def test_the_current_method_uses_todays_balances(office: Office) -> None:
    past = _report(office, "AgedReceivables", report_date="2026-08-31", aging_method="Current")
    assert past["Rows"]["Row"][-1]["Summary"]["ColData"][-1]["value"] == "250.27"


def test_the_detail_names_each_document(office: Office) -> None:
    columns = "tx_date,txn_type,doc_num,cust_name,due_date,subt_amount,subt_open_bal"
    report = _report(office, "AgedReceivableDetail", report_date="2026-11-20", columns=columns)
    truth = office.stand.truth(office.realm, TODAY)["documents"]
    rows = [row for row in _data_rows(report["Rows"]) if len(row) > 1 and "id" in row[1]]
    assert {row[1]["id"]: row[-1]["value"] for row in rows} == {key: one["open"] for key, one in truth.items()}
    assert {row[1]["value"] for row in rows} == {
        "Invoice",
        "Payment",
        "Credit Memo",
        "Journal Entry",
        "Deposit",
        "Expense",
    }
    by_id = {row[1]["id"]: row for row in rows}
    assert by_id[office.id("inv-2")][3] == {"value": "Ash & Co", "id": office.id("ash")}


@pytest.mark.parametrize("day", [date(2026, 8, 31), date(2026, 9, 21), TODAY])
def test_the_trial_balance_balances_and_holds_the_control_account(office: Office, day: date) -> None:
    report = _report(office, "TrialBalance", end_date=day.isoformat(), accounting_method="Accrual")
    assert report["Header"]["ReportBasis"] == "Accrual"
    rows = {row[0]["value"]: row for row in _data_rows(report["Rows"])}
    assert rows["Accounts Receivable (A/R)"][1]["value"] == office.stand.truth(office.realm, day)["control_account"]
    left, right = (sum(Decimal(row[place]["value"] or 0) for row in rows.values()) for place in (1, 2))
    assert left == right
    sums = report["Rows"]["Row"][-1]["Summary"]["ColData"]
    assert [cell["value"] for cell in sums[1:]] == [f"{left:.2f}", f"{right:.2f}"]
    assert "Exchange Gain or Loss" not in rows


def test_cash_basis_empties_receivables(office: Office) -> None:
    report = _report(office, "TrialBalance", end_date="2026-11-20", accounting_method="Cash")
    assert all("Receivable" not in row[0]["value"] for row in _data_rows(report["Rows"]))


def test_the_balance_sheet_balances(office: Office) -> None:
    report = _report(office, "BalanceSheet", end_date="2026-11-20")
    totals = {row["group"]: Decimal(row["Summary"]["ColData"][1]["value"] or 0) for row in report["Rows"]["Row"]}
    assert totals["TotalAssets"] == totals["Liabilities"] + totals["Equity"]


def test_the_transaction_list_knows_what_is_ticked_on_the_bank(office: Office) -> None:
    report = _report(
        office,
        "TransactionList",
        transaction_type="ReceivePayment",
        cleared="Reconciled",
        columns="tx_date,txn_type,name,is_cleared,subt_nat_home_amount",
    )
    (row,) = _data_rows(report["Rows"])
    assert row[1] == {"value": "Payment", "id": office.id("pay-2")}
    assert [row[3]["value"], row[4]["value"]] == ["R", "50.00"]
    everything = _report(office, "TransactionList", start_date="2026-09-01", end_date="2026-09-30")
    assert len(list(_data_rows(everything["Rows"]))) == 5


def test_an_empty_report_says_so(office: Office) -> None:
    report = _report(office, "AgedReceivables", report_date="2020-01-01")
    assert {"Name": "NoReportData", "Value": "true"} in report["Header"]["Option"]
    assert report["Rows"] == {}


def test_an_unknown_report_and_a_bad_date_are_refused(office: Office) -> None:
    assert office.get("reports/Horoscope").code == "500"
    assert office.get("reports/TrialBalance", end_date="soon").code == "2040"
