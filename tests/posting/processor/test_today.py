"""Who books Stripe: by marks, ids and equal amounts; and another that appears."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from posting.processor.today import APP, HAND, Booked, Money90, poster_of
from posting.processor.watch import pauses_at_once, rivals
from posting.rules import Kind
from store.queries.booked_today import Recorded
from tests.posting.processor.made import DAY, SOURCE, TODAY, rules

KNOWN = Money90(
    source=SOURCE,
    ids={"ch_0000000001": Kind.CHARGE, "po_0000000001": Kind.PAYOUT, "re_0000000001": Kind.REFUND},
    amounts={(Kind.FEE, "USD", 320): [DAY], (Kind.PAYOUT, "USD", 9_000): [DAY], (Kind.CHARGE, "USD", 10_000): [DAY]},
)


def recorded(kind: str = "payment", minor: int = 10_000, *texts: str, **given: Any) -> Recorded:
    values = {
        "record_kind": "Payment", "external_id": "7", "on": DAY, "currency": "USD", "ours": False, "kind": kind,
        "minor": minor, "texts": texts,
    }  # fmt: skip
    return Recorded(**{**values, **given})


def test_who_made_it_is_told_by_its_marks() -> None:
    assert poster_of(recorded(ours=True)) == "tieout"
    assert poster_of(recorded("payment", 1, "Synced by Synder, ch_0000000001")) == "Synder"
    assert poster_of(recorded("payment", 1, "ch_0000000001")) == APP
    assert poster_of(recorded("payment", 1, "thank you")) == HAND


def test_what_it_is_is_told_by_ids_and_by_what_is_known() -> None:
    assert KNOWN.kind_of(recorded("payment", 1, "ch_0000000001")) is Kind.CHARGE
    assert KNOWN.kind_of(recorded("transfer", 1, "po_0000000001")) is Kind.PAYOUT
    assert KNOWN.kind_of(recorded("spend", 1, "re_0000000001")) is Kind.REFUND
    assert KNOWN.kind_of(recorded(charge="ch_9", charge_source=SOURCE)) is Kind.CHARGE
    assert KNOWN.kind_of(recorded(charge="ch_9", charge_source=None)) is None


def test_equal_amounts_tell_of_transfers_and_fees_and_not_of_customers_payments() -> None:
    assert KNOWN.kind_of(recorded("transfer", 9_000)) is Kind.PAYOUT
    assert KNOWN.kind_of(recorded("spend", 320)) is Kind.FEE
    assert KNOWN.kind_of(recorded("spend", 320, on=DAY + timedelta(days=20))) is None
    assert KNOWN.kind_of(recorded("payment", 10_000)) is None


def booked(poster: str, kind: Kind = Kind.CHARGE, on: date = DAY) -> Booked:
    found = Booked(source=SOURCE, kind=kind, poster=poster, currency="USD")
    found.add(recorded(on=on))
    return found


def test_an_app_that_books_what_tieout_books_is_a_rival() -> None:
    today = DAY + timedelta(days=5)
    (one,) = rivals([booked("Synder"), booked("tieout"), booked(HAND)], rules(), today)
    assert "Synder" in one.sentence
    assert "charge" in one.sentence


def test_what_it_booked_before_tieout_began_or_of_another_kind_is_none() -> None:
    assert not rivals([booked("Synder", on=date(2026, 2, 27))], rules(), DAY)
    assert not rivals([booked("Synder", Kind.REFUND)], rules(Kind.CHARGE), DAY)
    assert not rivals([booked("Synder")], rules(), TODAY + timedelta(days=60))


def test_a_first_day_on_which_another_app_booked_the_same_is_refused_before_it_pauses() -> None:
    soon = DAY + timedelta(days=5)
    wanted, later = rules(Kind.CHARGE), rules(Kind.CHARGE, since=soon)
    words = pauses_at_once([booked("Synder")], rules(Kind.FEE), wanted, soon)
    assert words.startswith("Synder has booked a charge of this processor on")
    assert "posting pauses at once" in words
    assert pauses_at_once([booked("Synder")], wanted, wanted, soon) == ""  # it was said before
    assert pauses_at_once([booked("Synder")], wanted, later, soon) == ""
    assert pauses_at_once([booked(HAND)], rules(Kind.FEE), wanted, soon) == ""
