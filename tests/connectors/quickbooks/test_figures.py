"""QuickBooks' own figures at the fewest calls, whatever its reports look like."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from connectors.figures import Basis
from connectors.quickbooks.faults import read_limits
from connectors.quickbooks.figures import QuickBooksFigures
from connectors.quickbooks.kinds import BOOKS
from connectors.tokens import TokenSet
from connectors.transport import Transport
from ledger.faults import Unreachable
from ledger.money import Money
from tests.connectors.quickbooks.books import Tokens
from tests.connectors.quickbooks.conftest import Stage
from tests.connectors.wire import NOW, Answer, Call, Naps, serve

DAY = date(2026, 3, 31)


def figures(url: str, token: str, realm: str) -> QuickBooksFigures:
    transport = Transport("QuickBooks", clock=lambda: NOW, sleep=Naps(), random=lambda: 0.5, limits=read_limits)
    tokens = Tokens(TokenSet(access_token=token))
    return QuickBooksFigures(api_base=f"{url}/v3", realm_id=realm, transport=transport, tokens=tokens)


@pytest.fixture
def own(stage: Stage) -> QuickBooksFigures:
    return figures(stage.url, stage.sandbox.credentials(stage.held)["access_token"], stage.held.tenant)


@pytest.mark.parametrize("days_back", [0, 45])
def test_they_are_what_the_stand_in_works_out(stage: Stage, own: QuickBooksFigures, days_back: int) -> None:
    day = date.fromordinal(stage.sandbox.today.toordinal() - days_back)
    truth = stage.sandbox.stands["quickbooks"].truth(stage.held.tenant, day)
    control, balances = own.control(day, "USD"), own.customers(day)
    assert control is not None
    assert balances is not None
    assert control.total.decimal() == Decimal(truth["control_account"])
    assert {key: str(total) for key, total in balances.customers.items()} == truth["customers"]
    assert balances.basis is Basis.HOME
    assert set(balances.names) == set(balances.customers)
    assert own.calls == 3


def test_counts_come_in_one_call(stage: Stage, own: QuickBooksFigures) -> None:
    counts = own.counts()
    held = stage.sandbox.stands["quickbooks"].counts(stage.held.tenant)
    assert counts == {kind.name: held.get(kind.name, 0) for kind in BOOKS if kind.name in counts}
    assert {"Invoice", "Payment", "CreditMemo", "Customer"} <= set(counts)
    assert own.calls == 1
    assert own.funds() is None


def test_records_of_some_customers(stage: Stage, own: QuickBooksFigures) -> None:
    balances = own.customers(stage.sandbox.today)
    assert balances is not None
    some = sorted(balances.customers)[:2]
    before = own.calls
    records = [record for page in own.documents(some) for record in page.records]
    assert own.calls - before == 3
    assert {record.kind for record in records} <= {"Invoice", "CreditMemo", "Payment"}
    assert {json.loads(record.raw)["CustomerRef"]["value"] for record in records} == set(some)


def row(*values: str, key: str | None = None) -> dict[str, Any]:
    cells: list[dict[str, str]] = [{"value": value} for value in values]
    if key is not None:
        cells[0]["id"] = key
    return {"ColData": cells}


def column(kind: str, key: str = "") -> dict[str, Any]:
    return {"ColTitle": "whatever", "ColType": kind, "MetaData": [{"Name": "ColKey", "Value": key}]}


def report(rows: list[dict[str, Any]], columns: list[dict[str, Any]], *, bare: bool = False) -> dict[str, Any]:
    return {
        "Header": {"ReportName": "R", "Currency": "USD", "Option": [{"Name": "NoReportData", "Value": "false"}]},
        "Columns": columns if bare else {"Column": columns},
        "Rows": rows if bare else {"Row": rows},
    }


FAULT = {"Fault": {"Error": [{"Message": "no", "Detail": "Report is not offered", "code": "500"}], "type": "x"}}


@contextmanager
def answering(reports: dict[str, Any], accounts: list[dict[str, Any]]) -> Iterator[QuickBooksFigures]:
    def answer(call: Call) -> Answer:
        name = call.path.rsplit("/", 1)[1]
        if name == "query":
            return Answer(body=json.dumps({"QueryResponse": {"Account": accounts}}).encode())
        body = reports.get(name, FAULT)
        return Answer(status=400 if body is FAULT else 200, body=json.dumps(body).encode())

    with serve(answer) as server:
        yield figures(server.url, "t", "1")


ACCOUNT = {"Id": "84", "Name": "Accounts Receivable", "CurrentBalance": 12.5, "CurrencyRef": {"value": "USD"}}


@pytest.mark.parametrize("bare", [False, True])
def test_rows_are_found_by_id_at_any_depth_and_in_any_order(bare: bool) -> None:
    inside = {
        "type": "Section",
        "Header": row("Receivable", "", "", key="84"),
        "Rows": {"Row": [row("EUR", "5.00", "", key="85")]},
    }
    trial = report(
        [row("Cash", "1.00", "", key="35"), inside], [column("Account"), column("Money"), column("Money")], bare=bare
    )
    with answering({"TrialBalance": trial}, [ACCOUNT, {**ACCOUNT, "Id": "85"}]) as own:
        control = own.control(DAY, "USD")
    assert control is not None
    assert control.accounts == {"84": Money(0, "USD"), "85": Money(500, "USD")}


def test_a_company_in_france_has_another_name_for_it() -> None:
    trial = report([row("Clients", "", "3.25", key="84")], [column("Account"), column("Money"), column("Money")])
    with answering({"TrialBalanceFR": trial}, [ACCOUNT]) as own:
        control = own.control(DAY, "USD")
    assert control is not None
    assert control.total == Money(-325, "USD")


def test_without_a_report_the_present_balance_stands_in() -> None:
    unknown = report([row("Receivable", "9.00", "")], [column("Account"), column("Money"), column("Money")])
    for reports in ({}, {"TrialBalance": unknown}):
        with answering(reports, [ACCOUNT]) as own:
            control = own.control(DAY, "USD")
        assert control is not None
        assert (control.total, control.source) == (Money(1250, "USD"), "the accounts' present balances")
    foreign = {**ACCOUNT, "Id": "85", "CurrencyRef": {"value": "EUR"}}
    with answering({}, [ACCOUNT, foreign]) as own:
        assert own.control(DAY, "USD") is None


def test_the_total_is_found_by_its_key_and_what_is_no_number_is_refused() -> None:
    columns = [column("Customer", "cust_name"), column("Money", "total"), column("Money", "current")]
    nobody = row("Not Specified", "2.00", "7")
    with answering({"AgedReceivables": report([row("Acme", "1,240.00", "", key="12"), nobody], columns)}, []) as own:
        balances = own.customers(DAY)
    assert balances is not None
    assert balances.customers == {"12": Decimal("1240.00"), "": Decimal("2.00")}
    odd = report([row("Acme", "soon", "", key="12")], columns)
    with answering({"AgedReceivables": odd}, []) as own, pytest.raises(Unreachable, match="'soon'"):
        own.customers(DAY)
