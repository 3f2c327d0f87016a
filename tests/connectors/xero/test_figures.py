"""Xero's own figures at the fewest calls."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from connectors.figures import Basis
from connectors.tokens import TokenSet
from connectors.transport import Transport
from connectors.xero.client import read_left, read_limits
from connectors.xero.figures import COUNTED, XeroFigures
from ledger.faults import PermissionMissing, Unreachable
from ledger.money import Money
from sandbox.run import Held, Sandbox
from tests.connectors.quickbooks.books import Tokens as Fixed
from tests.connectors.wire import Answer, Call, Naps, Script, serve

DAY = date(2026, 3, 31)


def figures(url: str, token: str, tenant: str) -> XeroFigures:
    transport = Transport(
        "Xero", clock=lambda: datetime.now(UTC), sleep=Naps(), random=lambda: 0.5, limits=read_limits, left=read_left
    )
    return XeroFigures(
        api_base=f"{url}/api.xro/2.0", tenant_id=tenant, transport=transport, tokens=Fixed(TokenSet(access_token=token))
    )


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox("small", today=datetime.now(UTC).date(), real_limits=False, providers=("xero",)) as running:
        yield running


@pytest.fixture
def held(sandbox: Sandbox) -> Held:
    return sandbox.connections()[0]


@pytest.fixture
def own(sandbox: Sandbox, held: Held) -> XeroFigures:
    return figures(sandbox.url("xero"), sandbox.credentials(held)["access_token"], held.tenant)


@pytest.mark.parametrize("days_back", [0, 40])
def test_the_control_account_is_what_the_stand_in_works_out(
    sandbox: Sandbox, held: Held, own: XeroFigures, days_back: int
) -> None:
    day = sandbox.today - timedelta(days=days_back)
    truth = sandbox.stands["xero"].truth(held.tenant, day)
    control = own.control(day, truth["home_currency"])
    assert control is not None
    assert control.total.decimal() == Decimal(truth["control_account"])
    assert own.calls == 2


def test_balances_of_contacts_are_sums_of_their_documents(sandbox: Sandbox, held: Held, own: XeroFigures) -> None:
    truth = sandbox.stands["xero"].truth(held.tenant, sandbox.today)
    balances = own.customers(sandbox.today)
    assert balances is not None
    assert own.calls == 1
    assert balances.basis is Basis.STANDING
    assert set(balances.customers) == set(truth["customers"])
    assert sum(balances.customers.values()) == sum(Decimal(one["open"]) for one in truth["documents"].values())
    assert balances.held == sandbox.stands["xero"].counts(held.tenant)["Contacts"]


def test_counts_are_what_pages_say(sandbox: Sandbox, held: Held, own: XeroFigures) -> None:
    own.customers(sandbox.today)
    counts = own.counts()
    there = sandbox.stands["xero"].counts(held.tenant)
    assert counts == {kind: there[kind] for kind in ("Contacts", *COUNTED)}
    assert own.calls == 1 + len(COUNTED)
    assert own.funds() is None


def test_records_of_some_contacts(sandbox: Sandbox, own: XeroFigures) -> None:
    balances = own.customers(sandbox.today)
    assert balances is not None
    some = sorted(balances.customers)[:2]
    records = [json.loads(record.raw) for page in own.documents(some) for record in page.records]
    assert {record["Contact"]["ContactID"] for record in records} == set(some)
    assert own.calls == 1 + 1 + 3 * 2


def answering(accounts: list[dict[str, Any]], rows: list[dict[str, Any]], status: int = 200) -> Script:
    def answer(call: Call) -> Answer:
        if call.path.endswith("/Accounts"):
            return Answer(body=json.dumps({"Accounts": accounts}).encode())
        body = {"Reports": [{"Rows": rows}]} if status == 200 else {"Detail": "no scope"}
        return Answer(status=status, body=json.dumps(body).encode())

    return answer


def row(account: str | None, *values: str) -> dict[str, Any]:
    cells: list[dict[str, Any]] = [{"Value": value} for value in values]
    if account is not None:
        cells[0]["Attributes"] = [{"Id": "account", "Value": account}]
    return {"RowType": "Row", "Cells": cells}


DEBTORS = {"AccountID": "g-610", "SystemAccount": "DEBTORS"}


def test_the_balance_is_the_last_pair_of_columns() -> None:
    section = {
        "RowType": "Section",
        "Title": "",
        "Rows": [row("g-200", "Sales", "1", "", "2", ""), row("g-610", "AR", "90.00", "", "1,450.00", "")],
    }
    with serve(answering([DEBTORS], [section])) as server:
        control = figures(server.url, "t", "x").control(DAY, "GBP")
    assert control is not None
    assert control.total == Money(145_000, "GBP")


def test_a_balance_finer_than_the_currencys_unit_is_taken_at_the_nearest_and_named() -> None:
    section = {
        "RowType": "Section",
        "Rows": [row("g-610", "AR", "", "", "145000.50", "0.25"), row("g-90", "Bank", "", "", "7", "")],
    }
    with serve(answering([DEBTORS], [section])) as server:
        control = figures(server.url, "t", "x").control(DAY, "JPY")
    assert control is not None
    assert control.every == {"g-610": Money(145_000, "JPY"), "g-90": Money(7, "JPY")}
    assert control.total == Money(145_000, "JPY")
    assert control.finer == {"g-610": Decimal("145000.25")}


def test_an_account_that_the_report_leaves_out_is_empty_and_one_that_is_none_is_said() -> None:
    with serve(answering([DEBTORS], [])) as server:
        control = figures(server.url, "t", "x").control(DAY, "GBP")
    assert control is not None
    assert not control.total
    with serve(answering([{"AccountID": "g-1"}], [])) as server:
        assert figures(server.url, "t", "x").control(DAY, "GBP") is None


def test_what_is_no_amount_or_not_allowed_is_never_a_zero() -> None:
    odd = {"RowType": "Section", "Rows": [row("g-610", "AR", "", "", "many", "")]}
    with serve(answering([DEBTORS], [odd])) as server, pytest.raises(Unreachable, match="'many'"):
        figures(server.url, "t", "x").control(DAY, "GBP")
    with serve(answering([DEBTORS], [], status=403)) as server, pytest.raises(PermissionMissing, match="no scope"):
        figures(server.url, "t", "x").control(DAY, "GBP")
