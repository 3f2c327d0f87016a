"""Fees by kind with their tax, to the cent."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from posting.processor.fee_lines import sums_of
from posting.processor.move import Kept
from tests.posting.processor.made import usd

KINDS = ("stripe_fee", "application_fee", "tax", "network_cost", "tax_fee")


def kept(*fees: tuple[str, int]) -> tuple[Kept, ...]:
    return tuple(Kept(kind=kind, amount=usd(amount)) for kind, amount in fees)


def test_tax_stands_on_the_kind_that_it_came_with() -> None:
    sums = sums_of([kept(("stripe_fee", 320), ("tax", 64)), kept(("stripe_fee", 80), ("tax", 16))], "USD")
    assert [(one.kind, one.amount.minor, one.tax.minor) for one in sums] == [("stripe_fee", 400, 80)]


def test_tax_that_came_alone_goes_to_the_processing_fees_or_stands_for_itself() -> None:
    (together,) = sums_of([kept(("stripe_fee", 400)), kept(("tax", 80))], "USD")
    assert (together.amount.minor, together.tax.minor) == (400, 80)
    (alone,) = sums_of([kept(("tax", 80))], "USD")
    assert (alone.kind, alone.amount.minor, alone.tax.minor) == ("tax", 0, 80)


@given(st.lists(st.lists(st.tuples(st.sampled_from(KINDS), st.integers(-5_000, 5_000)), max_size=4), max_size=6))
def test_no_cent_is_lost_or_made(fees: list[list[tuple[str, int]]]) -> None:
    sums = sums_of([kept(*own) for own in fees], "USD")
    assert sum(one.whole.minor for one in sums) == sum(amount for own in fees for _, amount in own)
