"""The checker finds what is wrong; each test breaks a good plan in one place."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from sandbox.world import plan
from sandbox.world.checks import problems
from sandbox.world.small import small_world

GOOD = small_world(1, date(2026, 6, 15))[0]


def _books(**fields: object) -> plan.EntityPlan:
    return replace(GOOD, books=replace(GOOD.books, **fields))  # type: ignore[arg-type]


def _stripe(**fields: object) -> plan.EntityPlan:
    return replace(GOOD, stripe=replace(GOOD.stripe, **fields))  # type: ignore[arg-type]


def _first_paid() -> plan.Payment:
    return next(payment for payment in GOOD.books.payments if payment.applied and payment.state == "open")


def test_a_good_plan_has_no_problems() -> None:
    assert problems(GOOD) == []


def test_a_debt_cannot_be_paid_twice() -> None:
    again = replace(_first_paid(), key="a-pay-again")
    assert any("is overspent" in one for one in problems(_books(payments=(*GOOD.books.payments, again))))


def test_a_payment_cannot_pay_more_than_it_is() -> None:
    short = replace(_first_paid(), amount=1)
    payments = tuple(short if payment.key == short.key else payment for payment in GOOD.books.payments)
    assert any("of 1 pays" in one for one in problems(_books(payments=payments)))


@pytest.mark.parametrize("field", ["customers", "invoices"])
def test_what_is_named_must_be_there(field: str) -> None:
    assert any("not there" in one for one in problems(_books(**{field: ()})))


def test_a_rate_is_the_one_of_its_day() -> None:
    odd = replace(GOOD.books.invoices[0], key="a-inv-odd", number="ODD-1", rate="7")
    assert any("has the rate 7" in one for one in problems(_books(invoices=(*GOOD.books.invoices, odd))))


def test_every_charge_and_every_unapplied_payment_has_a_truth() -> None:
    missing = replace(GOOD, truth=GOOD.truth[1:])
    assert any("has no truth" in one for one in problems(missing))


def test_a_payout_carries_only_what_had_come_and_only_once() -> None:
    first, *rest = GOOD.stripe.payouts
    early = replace(first, left_at=first.left_at - timedelta(days=400))
    assert any("left before" in one for one in problems(_stripe(payouts=(early, *rest))))
    twice = replace(first, key="a-po-twice")
    assert any("carried 2 times" in one for one in problems(_stripe(payouts=(first, *rest, twice))))


def test_a_refund_comes_after_its_charge() -> None:
    first, *rest = GOOD.stripe.refunds
    early = replace(first, at=first.at - timedelta(days=100))
    assert any("before it came" in one for one in problems(_stripe(refunds=(early, *rest))))
