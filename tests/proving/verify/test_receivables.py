"""What is left over when no change explains it has a cause of its own: cents of conversion, another day, no customer, no rate."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from connectors.figures import Balances, Basis, Control
from ledger.money import Money
from proving.verify.differences import Cause, Check, Difference
from proving.verify.finer import finer_rows
from proving.verify.mine import Mine
from proving.verify.receivables import control_row, customer_rows, gaps

DAY = date(2026, 3, 31)


def mine(total: int, standing: dict[str, Money], *, customers: dict[str, int] | None = None, **more: Any) -> Mine:
    owed = {name: Money(minor, "USD") for name, minor in (customers or {}).items()}
    more.setdefault("currencies", frozenset(money.currency for money in standing.values()))
    return Mine(
        home="USD", on=DAY, total=Money(total, "USD"), customers=owed,
        standing={name: {money.currency: money} for name, money in standing.items()}, **more,
    )  # fmt: skip


def home(**customers: str) -> Balances:
    return Balances(basis=Basis.HOME, customers={name: Decimal(amount) for name, amount in customers.items()})


def standing(**customers: str) -> Balances:
    return Balances(basis=Basis.STANDING, customers={name: Decimal(amount) for name, amount in customers.items()})


def control(minor: int) -> Control:
    return Control(on=DAY, home="USD", accounts={"84": Money(minor, "USD")}, source="trial balance")


def only(ours: Mine, theirs: Balances) -> Difference:
    (row,) = customer_rows(ours, theirs, gaps(ours, theirs, ()), "quickbooks")
    return row


@pytest.mark.parametrize(("there", "cause"), [("110.05", Cause.ROUNDING), ("110.06", Cause.REVALUATION)])
def test_a_foreign_customer_may_differ_by_cents_of_rounding_and_beyond_by_the_rate(there: str, cause: Cause) -> None:
    ours = mine(11_000, {"bob": Money(10_000, "EUR")}, customers={"bob": 11_000})
    row = only(ours, home(bob=there))
    assert row.cause is cause
    assert "converting its foreign documents" in row.words


def test_the_same_cents_at_home_are_explained_by_nothing() -> None:
    ours = mine(11_000, {"bob": Money(11_000, "USD")}, customers={"bob": 11_000})
    assert only(ours, home(bob="110.05")).cause is Cause.UNKNOWN


def test_what_is_finer_than_a_cent_is_rounding_and_no_crash() -> None:
    ours = mine(11_000, {"bob": Money(11_000, "USD")}, customers={"bob": 11_000})
    row = only(ours, home(bob="110.004"))
    assert (row.cause, row.ours, row.theirs) == (Cause.ROUNDING, Money(11_000, "USD"), Money(11_000, "USD"))
    assert "110.004" in row.words
    assert control_row(ours, control(11_000), home(bob="110.004"), [row], "quickbooks") is None


def test_a_balance_finer_than_the_unit_is_a_row_of_its_own() -> None:
    told = Control(
        on=DAY, home="JPY", accounts={"610": Money(145_000, "JPY")}, source="trial balance",
        finer={"610": Decimal("145000.25"), "90": Decimal("0.5")},
    )  # fmt: skip
    (row,) = finer_rows(told, "xero", Check.CONTROL, {"610": "Accounts receivable", "620": "Other"})
    assert (row.cause, row.subject, row.theirs) == (Cause.ROUNDING, "610", Money(145_000, "JPY"))
    assert "145000.25 JPY" in row.words
    assert finer_rows(told, "xero", Check.CLEARING, {}) == []


def test_a_document_on_another_side_of_the_day_is_told_where_everything_agrees_as_it_stands() -> None:
    ours = mine(5_000, {"bob": Money(8_000, "USD")}, customers={"bob": 5_000})
    row = only(ours, home(bob="80.00"))
    assert row.cause is Cause.DATE_BASIS
    assert "31 Mar 2026" in row.words
    whole = control_row(mine(5_000, {"bob": Money(8_000, "USD")}), control(8_000), standing(bob="80.00"), (), "xero")
    assert whole is not None
    assert whole.cause is Cause.DATE_BASIS
    assert "Every customer agrees as it stands now" in whole.words


def test_what_names_no_customer_is_told() -> None:
    ours = mine(5_000, {"bob": Money(5_000, "USD")}, customers={"bob": 5_000})
    row = control_row(ours, control(6_000), home(bob="50.00"), (), "quickbooks")
    assert row is not None
    assert row.cause is Cause.NO_CUSTOMER
    assert "USD 10.00" in row.words
    (named,) = customer_rows(
        ours, home(bob="50.00", **{"": "10.00"}), gaps(ours, home(bob="50.00", **{"": "10.00"}), ()), "quickbooks"
    )
    assert named.cause is Cause.NO_CUSTOMER


def test_rates_and_documents_without_one_are_told() -> None:
    foreign = mine(11_000, {"bob": Money(10_000, "EUR")})
    row = control_row(foreign, control(11_700), standing(bob="100.00"), (), "xero")
    assert row is not None
    assert row.cause is Cause.REVALUATION
    bare = mine(0, {"bob": Money(10_000, "EUR")}, unpriced=("INV-7",))
    row = control_row(bare, control(11_700), standing(bob="100.00"), (), "xero")
    assert row is not None
    assert row.cause is Cause.NO_RATE
    assert "INV-7" in row.words


@pytest.mark.parametrize(
    ("currency", "minor", "there"), [("JPY", 10_001, "10001"), ("KWD", 10_001, "10.001"), ("USD", 10_001, "100.01")]
)
def test_currencies_of_any_number_of_decimals_agree(currency: str, minor: int, there: str) -> None:
    ours = mine(0, {"bob": Money(minor, currency)})
    assert gaps(ours, standing(bob=there), ()) == []
    apart = Decimal(there) + 1
    (row,) = customer_rows(ours, standing(bob=str(apart)), gaps(ours, standing(bob=str(apart)), ()), "xero")
    assert (row.ours, row.theirs) == (Money(minor, currency), Money.of(apart, currency))


def test_a_customer_of_several_currencies_is_the_bare_sum_and_shown_with_all_its_decimals() -> None:
    """Xero adds yen and dinars up as they are; a sum that home currency cannot hold is no error."""
    ours = Mine(
        home="JPY", on=DAY, total=Money(0, "JPY"), customers={},
        standing={"bob": {"JPY": Money(500, "JPY"), "KWD": Money(1_005, "KWD")}}, currencies=frozenset({"JPY", "KWD"}),
    )  # fmt: skip
    assert gaps(ours, standing(bob="501.005"), ()) == []
    found = gaps(ours, standing(bob="502.005"), ())
    (row,) = customer_rows(ours, standing(bob="502.005"), found, "xero")
    assert (row.ours, row.theirs) == (None, None)
    assert row.words.startswith("501.005 here and 502.005 there")
    stranger = standing(eve="10.5")
    (row,) = customer_rows(ours, stranger, [one for one in gaps(ours, stranger, ()) if one.customer == "eve"], "xero")
    assert row.words.startswith("0 here and 10.5 there")


def test_a_company_that_owes_and_is_owed_nothing_ties() -> None:
    ours = mine(0, {})
    assert gaps(ours, home(), ()) == []
    assert control_row(ours, control(0), home(), (), "quickbooks") is None
