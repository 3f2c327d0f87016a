"""Suggested accounts and what is wrong with chosen ones."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest

from posting.processor.picks import Chart, Pick, pick
from posting.processor.problems import check
from posting.rules import Place, Role


def account(name: str, kind: str = "bank", *, currency: str | None = None, **given: Any) -> Any:
    values = {
        "external_id": name, "name": name, "kind": kind, "currency": currency, "status": "active", "system_role": None,
        "provider_type": kind.upper(), "payments_enabled": False,
    }  # fmt: skip
    return SimpleNamespace(**{**values, **given})


ACCOUNTS = (
    account("Checking"),
    account("Savings"),
    account("Stripe Clearing"),
    account("Stripe Clearing EUR", currency="EUR"),
    account("EUR Account", currency="EUR"),
    account("Stripe Fees", "expense"),
    account("Bank Fees", "expense"),
    account("Bad Debts", "expense"),
    account("Disputed Funds", "current_asset"),
    account("Old Stripe Clearing", status="archived"),
    account("Undeposited Funds", "current_asset", system_role="undeposited"),
    account("Accounts Receivable", "receivable"),
)
CHART = Chart(
    accounts=ACCOUNTS, home="USD", uses={"bank": Counter({"Checking": 40}), "stripe": Counter({"Stripe Clearing": 9})}
)


def picked(role: Role, source: str = "s", currency: str = "") -> Pick | None:
    return next(pick(CHART, role, source, currency), None)


@pytest.mark.parametrize(
    ("role", "currency", "name"),
    [
        (Role.CLEARING, "USD", "Stripe Clearing"),
        (Role.CLEARING, "EUR", "Stripe Clearing EUR"),
        (Role.BANK, "", "Checking"),
        (Role.BANK, "EUR", "EUR Account"),
        (Role.DISPUTED, "USD", "Disputed Funds"),
        (Role.PROCESSOR_FEE, "", "Stripe Fees"),
        (Role.BANK_FEE, "", "Bank Fees"),
        (Role.BAD_DEBT, "", "Bad Debts"),
        (Role.UNDEPOSITED, "", "Undeposited Funds"),
    ],
)
def test_the_account_that_is_probably_meant(role: Role, currency: str, name: str) -> None:
    found = picked(role, currency=currency)
    assert found is not None
    assert found.name == name
    assert found.why


def test_what_nobody_has_an_account_for_gets_none() -> None:
    assert picked(Role.SUSPENSE) is None
    assert picked(Role.CLEARING, currency="GBP") is None


def test_name_type_and_use_together_are_sure() -> None:
    found = picked(Role.CLEARING, currency="USD")
    assert found is not None
    assert found.sure
    assert "9 records" in found.why


def problems(role: Role, name: str, *, currency: str = "", provider: str = "quickbooks") -> list[str]:
    place = Place(role=role, account=name, currency=currency)
    return [one.sentence for one in check(place, {one.external_id: one for one in ACCOUNTS}, "USD", provider)]


def test_a_fitting_account_has_no_problem() -> None:
    assert problems(Role.CLEARING, "Stripe Clearing", currency="USD") == []
    assert problems(Role.CLEARING, "Stripe Clearing EUR", currency="EUR") == []
    assert problems(Role.PROCESSOR_FEE, "Stripe Fees") == []


@pytest.mark.parametrize(
    ("role", "name", "currency", "says"),
    [
        (Role.CLEARING, "gone", "", "not in the books any more"),
        (Role.CLEARING, "Old Stripe Clearing", "", "archived"),
        (Role.CLEARING, "Stripe Fees", "", "does not fit"),
        (Role.CLEARING, "Stripe Clearing", "EUR", "kept in USD"),
        (Role.BAD_DEBT, "Checking", "", "does not fit"),
        (Role.SUSPENSE, "Accounts Receivable", "", "does not fit"),
    ],
)
def test_what_is_wrong_with_a_chosen_account(role: Role, name: str, currency: str, says: str) -> None:
    assert any(says in one for one in problems(role, name, currency=currency))


def test_xero_takes_payments_only_where_they_are_enabled() -> None:
    assert any("does not let payments" in one for one in problems(Role.BANK_FEE, "Bank Fees", provider="xero"))
    assert problems(Role.BANK_FEE, "Bank Fees") == []
