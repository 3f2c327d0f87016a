"""What is open on a day: the stand-in's own word, its reports, and laws that hold whatever is done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest

from tests.sandbox.xero.office import TODAY, Office

DAYS = (date(2026, 8, 10), date(2026, 9, 30), date(2026, 10, 27), date(2026, 10, 31), date(2026, 11, 4), TODAY)


def _control(office: Office, on: date) -> Decimal:
    debtors = next(row for row in office.get("Accounts").body["Accounts"] if row.get("SystemAccount") == "DEBTORS")
    report = office.get("Reports/TrialBalance", date=on.isoformat()).body["Reports"][0]
    for section in report["Rows"]:
        for row in section.get("Rows", []):
            cell = row["Cells"][0]
            if cell.get("Attributes", [{}])[0].get("Value") == debtors["AccountID"]:
                debit, credit = (row["Cells"][place]["Value"] for place in (3, 4))
                return Decimal(debit or 0) - Decimal(credit or 0)
    return Decimal(0)


def _check_all(office: Office, on: date) -> None:
    truth = office.stand.truth(office.tenant, on)
    control = Decimal(truth["control_account"])
    assert control == sum(map(Decimal, truth["customers"].values()), Decimal(0))
    assert control == _control(office, on)
    rows = office.get("Reports/TrialBalance", date=on.isoformat()).body["Reports"][0]["Rows"]
    sums = [cell["Value"] for cell in rows[-1]["Rows"][0]["Cells"]]
    assert sums[1] == sums[2]
    assert sums[3] == sums[4]


@pytest.mark.parametrize("on", DAYS)
def test_the_trial_balance_says_the_same_and_balances(office: Office, on: date) -> None:
    _check_all(office, on)


def test_the_figures_of_a_day(office: Office) -> None:
    truth = office.stand.truth(office.tenant, date(2026, 10, 27))
    opened = {
        key: truth["documents"].get(office.id(key), {}).get("open") for key in ("inv-1", "inv-2", "inv-8", "cn-1")
    }
    assert opened == {"inv-1": None, "inv-2": "150.50", "inv-8": "300.00", "cn-1": "-50.00"}
    later = office.stand.truth(office.tenant, date(2026, 10, 28))["documents"]
    assert later[office.id("inv-8")]["open"] == "270.00"
    assert later[office.id("cn-1")]["open"] == "-20.00"


def test_a_foreign_balance_stands_at_the_days_rate(office: Office) -> None:
    values = {}
    for on in (date(2026, 9, 20), date(2026, 10, 5), date(2026, 10, 10), date(2026, 11, 1)):
        values[on] = office.stand.truth(office.tenant, on)["customers"][office.id("chêne")]
    assert list(values.values()) == ["860.00", "880.00", "528.00", "540.00"]


def test_aged_receivables_of_a_contact(office: Office) -> None:
    for key in ("ash", "birch", "chêne"):
        for on in DAYS:
            truth = office.stand.truth(office.tenant, on)["customers"].get(office.id(key), "0.00")
            report = office.get("Reports/AgedReceivablesByContact", contactId=office.id(key), date=on.isoformat())
            total = report.body["Reports"][0]["Rows"][-1]["Rows"][0]["Cells"][-1]["Value"]
            assert total == truth, (key, on)
    assert office.get("Reports/AgedReceivablesByContact").status == 400


def test_the_balance_sheet_is_of_the_end_of_its_month(office: Office) -> None:
    report = office.get("Reports/BalanceSheet", date="2026-10-03").body["Reports"][0]
    assert report["Rows"][0]["Cells"][1]["Value"] == "31 Oct 2026"
    found = {
        row["Cells"][0]["Value"]: row["Cells"][1]["Value"] for part in report["Rows"] for row in part.get("Rows", [])
    }
    assert Decimal(found["Accounts Receivable"]) == _control(office, date(2026, 10, 31))
    assert found["Net Assets"] == found["Total Equity"]


def test_the_bank_summary_adds_up(office: Office) -> None:
    report = office.get("Reports/BankSummary", fromDate="2026-10-01", toDate="2026-11-20").body["Reports"][0]
    for row in report["Rows"][1]["Rows"]:
        opening, came, went, closing = (Decimal(cell["Value"]) for cell in row["Cells"][1:])
        assert opening + came - went == closing


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_laws_hold_whatever_a_person_does(office: Office, seed: int) -> None:
    chance = Random(seed)
    acts: list[Callable[[int], object]] = [
        lambda n: office.change("new_invoice", contact="ash", amount=f"{chance.randint(1, 500)}.37", key=f"n-{n}"),
        lambda n: office.change("pay_invoice", invoice=f"n-{chance.randrange(n)}", amount="25.01", key=f"p-{n}"),
        lambda n: office.change("overpay", contact="ash", amount="60.00", key=f"o-{n}"),
        lambda n: office.change("allocate", source=f"o-{chance.randrange(n)}", invoice=f"n-{chance.randrange(n)}"),
        lambda n: office.change("credit", contact="birch", amount="33.33", key=f"c-{n}"),
        lambda n: office.change("refund", source=f"c-{chance.randrange(n)}"),
        lambda n: office.change("delete_payment", payment=f"p-{chance.randrange(n)}"),
        lambda n: office.change("void_invoice", invoice=f"n-{chance.randrange(n)}"),
        lambda n: office.change("pay_invoice", invoice="inv-7", amount="10.00"),
    ]
    done = 0
    for number in range(1, 60):
        before = office.stand.truth(office.tenant, TODAY)
        try:
            chance.choice(acts)(number)
        except ValueError:
            assert office.stand.truth(office.tenant, TODAY) == before  # what is refused leaves nothing behind
        else:
            done += 1
    assert done > 15
    for row in office.rows("Invoices", where='Type=="ACCREC"'):
        if row["Status"] in {"AUTHORISED", "PAID"}:
            assert row["AmountDue"] == row["Total"] - row["AmountPaid"] - row["AmountCredited"] >= 0
            assert (row["Status"] == "PAID") is (row["AmountDue"] == 0)
    _check_all(office, TODAY)
    _check_all(office, TODAY - timedelta(days=1))
