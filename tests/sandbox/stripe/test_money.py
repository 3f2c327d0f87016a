"""Stripe's own minor units."""

from __future__ import annotations

import pytest

from sandbox.stripe import money


@pytest.mark.parametrize(
    ("currency", "places"), [("usd", 2), ("JPY", 0), ("bhd", 3), ("isk", 2), ("ugx", 2), ("mga", 0), ("huf", 2)]
)
def test_places_are_stripes_and_not_iso(currency: str, places: int) -> None:
    assert money.exponent(currency) == places


def test_whole_units_by_iso_are_padded_to_hundredths() -> None:
    assert money.from_iso(150, "ISK") == 15000
    assert money.from_iso(150, "JPY") == 150
    assert money.from_iso(1500, "MGA") == 15


@pytest.mark.parametrize(("amount", "currency"), [(1501, "MGA"), (1005, "BHD")])
def test_what_stripe_cannot_hold_is_refused(amount: int, currency: str) -> None:
    with pytest.raises(ValueError, match=currency):
        money.from_iso(amount, currency)


def test_forints_leave_in_whole_units() -> None:
    assert money.unfit_payout(12345, "huf")
    assert money.unfit_payout(12300, "huf") is None


def test_major_units_keep_their_zeros() -> None:
    assert money.major(-1650, "gbp") == "-16.50"
    assert money.major(700, "jpy") == "700"
    assert money.major(1230, "kwd") == "1.230"


def test_shares_of_a_whole_add_up_to_it() -> None:
    first = money.share(4501, 2999, 6000)
    assert first + (money.share(4501, 6000, 6000) - first) == 4501
