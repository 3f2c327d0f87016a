"""Receivables on a day, and the reports that say the same."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.sandbox.xero.desk.office import TODAY, Office


def _truth(office: Office, on: date = TODAY) -> dict[str, Any]:
    return office.stand.truth(office.tenant, on)


def test_todays_open_documents(office: Office) -> None:
    held = _truth(office)
    found = {key: Decimal(row["open"]) for key, row in held["documents"].items()}
    expected = {"inv-2": "180.50", "inv-8": "75.00", "inv-9": "15.00", "cn-1": "-10.00", "over-1": "-40.00"}
    expected["pre-1"] = "-40.00"
    assert found == {office.id(key): Decimal(amount) for key, amount in expected.items()}
    assert held["customers"] == {
        office.id("ash"): "130.50",
        office.id("birch"): "15.00",
        office.id("eiche"): "30.80",
    }
    assert held["control_account"] == "176.30"


def test_an_allocation_counts_from_its_own_day(office: Office) -> None:
    before, after = _truth(office, date(2026, 10, 1)), _truth(office, date(2026, 10, 2))
    key = office.id("inv-2")
    assert before["documents"][key]["open"] == "230.50"
    assert after["documents"][key]["open"] == "180.50"
    assert before["documents"][office.id("over-1")]["open"] == "-90.00"


def test_open_foreign_money_stands_at_the_rate_of_the_day(office: Office) -> None:
    key = office.id("eiche")
    assert _truth(office, date(2026, 9, 30))["customers"][key] == "85.00"
    assert _truth(office, date(2026, 10, 2))["customers"][key] == "86.00"


def test_what_was_void_never_was(office: Office) -> None:
    assert office.id("inv-4") not in _truth(office, date(2026, 10, 6))["documents"]
    assert _truth(office, date(2026, 10, 25))["documents"][office.id("inv-9")]["open"] == "15.00"


def _rows(report: dict[str, Any]) -> list[list[str]]:
    return [
        [cell["Value"] for cell in row["Cells"]]
        for section in report["Rows"]
        if section["RowType"] == "Section"
        for row in section["Rows"]
    ]


@pytest.mark.parametrize("day", ["2026-08-31", "2026-10-06", "2026-11-20"])
def test_the_trial_balance_says_what_the_documents_say(office: Office, day: str) -> None:
    [report] = office.get("Reports/TrialBalance", date=day).body["Reports"]
    accounts = office.get("Accounts", where='SystemAccount=="DEBTORS"').body["Accounts"]
    [cells] = [
        [cell["Value"] for cell in row["Cells"]]
        for section in report["Rows"][1:]
        for row in section["Rows"]
        if row["Cells"][0].get("Attributes") == [{"Value": accounts[0]["AccountID"], "Id": "account"}]
    ] or [["", "", "", "0", ""]]
    assert Decimal(cells[3]) == Decimal(_truth(office, date.fromisoformat(day))["control_account"])
    total = _rows(report)[-1]
    assert total[0] == "Total"
    assert (total[1], total[3]) == (total[2], total[4])


def test_the_first_columns_are_the_months_movement(office: Office) -> None:
    [report] = office.get("Reports/TrialBalance", date="2026-09-30").body["Reports"]
    sales = next(row for row in _rows(report) if row[0] == "Sales (200)")
    # September: 250.50 and 85.00 of invoices less 30.00 of credit; 100.00 of August comes on top for the year.
    assert sales[1:] == ["", "305.50", "", "405.50"]


def test_aged_receivables_of_one_contact(office: Office) -> None:
    [report] = office.get("Reports/AgedReceivablesByContact", contactId=office.id("ash"), date="2026-11-20").body[
        "Reports"
    ]
    rows = _rows(report)
    assert [row[1] for row in rows[:-2]] == ["INV-2", "CN-1", "Overpayment"]
    assert rows[0] == [
        "2026-09-10T00:00:00",
        "INV-2",
        "2026-10-10T00:00:00",
        "41 days overdue",
        "250.50",
        "0.00",
        "70.00",
        "180.50",
    ]
    assert rows[-1][-1] == _truth(office)["customers"][office.id("ash")]


def test_reports_need_what_they_need(office: Office) -> None:
    assert office.get("Reports/AgedReceivablesByContact").status == 400
    assert office.get("Reports/TrialBalance", date="yesterday").status == 400
    assert office.get("Reports/ExecutiveSummary").status == 404
