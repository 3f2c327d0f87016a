"""The proof of clearing: each cent in one place, and the sum is always the processor's balance."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from ledger.balance import NOT_CAPTURED
from ledger.money import Money
from proving.clearing_items import FEE, GROSS, Booked, Cent
from proving.clearing_proof import Cause, ProofRow, Section, rows_of
from proving.clearing_ties import tie

DAY = date(2026, 3, 3)
LATER = DAY + timedelta(days=5)


def own_id(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, name)


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def cent(name: str, minor: int, category: str = "charge", part: str = GROSS, on: date = DAY, **given: Any) -> Cent:
    given.setdefault("names", frozenset({name}))
    return Cent(
        transaction=own_id(name), external_id=name, part=part, on=on, amount=usd(minor), category=category, **given
    )


def record(name: str, minor: int, kind: str = "payment", on: date = DAY, **given: Any) -> Booked:
    given.setdefault("words", name)
    return Booked(key=("Payment", name), kind=kind, on=on, amount=usd(minor), **given)


def rows(cents: Sequence[Cent], records: Sequence[Booked], through: date = LATER) -> list[ProofRow]:
    return rows_of(tie(cents, records), "USD", through)


def test_what_tieout_posted_ties_whatever_its_amount_is_equal_to() -> None:
    posting = own_id("posting")
    cents = [cent("txn_1", -60, part=FEE, posting=posting), cent("txn_2", -40, part=FEE, posting=posting)]
    assert rows(cents, [record("spend", -100, "spend", posting=posting)]) == []


def test_a_record_of_ours_that_was_changed_is_named() -> None:
    posting = own_id("posting")
    changed = record("Money spent (Purchase 9)", -90, "spend", posting=posting, written=usd(-100))
    (row,) = rows([cent("txn_1", -100, part=FEE, posting=posting)], [changed])
    assert (row.section, row.cause, row.amount) == (Section.UNEXPLAINED, Cause.CHANGED_THERE, usd(-10))
    assert "Purchase 9" in row.words


def test_a_posted_one_that_is_gone_is_named() -> None:
    (row,) = rows([cent("txn_1", 10_000, posting=own_id("posting"), state="posted")], [])
    assert (row.section, row.cause) == (Section.UNEXPLAINED, Cause.CHANGED_THERE)


def test_what_is_not_posted_yet_says_why() -> None:
    (row,) = rows([cent("txn_1", 10_000, why="nobody has said what it pays")], [])
    assert (row.section, row.amount) == (Section.NOT_POSTED, usd(10_000))
    assert "nobody has said" in row.words


def test_what_somebody_put_on_another_account_is_listed() -> None:
    (row,) = rows([cent("txn_1", 10_000, elsewhere="record Payment 7")], [])
    assert row.section is Section.ELSEWHERE


def test_a_payout_on_its_way_is_in_transit_until_it_arrives() -> None:
    cents = [cent("txn_1", -9_000, "payout", back_of="po_1", due_on=LATER, posting=own_id("p"), state="posted")]
    records = [record("transfer", -9_000, "transfer", on=LATER, posting=own_id("p"))]
    (row,) = rows(cents, records, through=DAY)
    assert (row.section, row.amount) == (Section.IN_TRANSIT, usd(-9_000))
    assert rows(cents, records, through=LATER) == []


def test_a_payout_that_came_back_unbooked_moves_nothing_but_in_between() -> None:
    cents = [
        cent("txn_1", -9_000, "payout", back_of="po_1", due_on=LATER),
        cent("txn_2", 9_000, "payout_reversal", back_of="po_1", on=LATER),
    ]
    assert rows(cents, [], through=LATER) == []
    (row,) = rows(cents, [], through=DAY)
    assert row.section is Section.IN_TRANSIT


def test_a_charge_captured_in_part_is_one_record_of_what_was_captured() -> None:
    cents = [cent("txn_1", 5_200, charge="ch_1"), cent("txn_2", -3_200, NOT_CAPTURED, charge="ch_1")]
    assert rows(cents, [record("a", 2_000)]) == []
    assert rows(cents, [record("a", 2_000, charge="ch_1")]) == []


def test_other_apps_are_known_by_names_amounts_and_sums() -> None:
    carried: dict[str, Any] = {"payout": "po_1", "carried_on": LATER}
    cents = [
        cent("txn_1", 10_000, charge="ch_1"),
        cent("txn_2", 7_000),
        cent("txn_3", 7_000, names=frozenset({"ch_3"})),
        cent("txn_4", -320, part=FEE, **carried),
        cent("txn_5", -230, part=FEE, **carried),
    ]
    records = [
        record("a", 10_000, charge="ch_1"),
        record("b", 7_000, on=LATER),
        record("c", 7_000, on=LATER, names=frozenset({"ch_3"})),
        record("fees", -550, "spend", on=LATER),
    ]
    assert rows(cents, records) == []
    ties = {one.records[0].key[1]: {each.external_id for each in one.cents} for one in tie(cents, records).ties}
    assert ties == {"a": {"txn_1"}, "b": {"txn_2"}, "c": {"txn_3"}, "fees": {"txn_4", "txn_5"}}


def test_what_is_on_clearing_and_no_money_of_the_processor_is_named() -> None:
    (row,) = rows([], [record("Money spent (Purchase 4)", -1_200, "spend")])
    assert (row.section, row.cause, row.amount) == (Section.UNEXPLAINED, Cause.OTHER_POSTER, usd(1_200))


def test_a_cent_that_the_books_rate_makes_is_rounding() -> None:
    (row,) = rows([cent("txn_1", 10_001, charge="ch_1")], [record("a", 10_000, charge="ch_1", converted=True)])
    assert (row.cause, row.amount) == (Cause.ROUNDING, usd(1))


_DAYS = st.integers(0, 9).map(lambda days: DAY + timedelta(days=days))
_MINOR = st.sampled_from([-9_000, -320, -100, 100, 500, 9_000])
_NAMES = st.sampled_from(["po_1", "po_2", None])
_CATEGORIES = st.sampled_from(["charge", "payout", "payout_reversal", "fee", "refund", "dispute"])
_POSTINGS = st.sampled_from([None, own_id("one"), own_id("two")])


@st.composite
def _cents(draw: st.DrawFn) -> list[Cent]:
    count = draw(st.integers(0, 7))
    return [
        cent(
            f"txn_{number}", draw(_MINOR), draw(_CATEGORIES), draw(st.sampled_from([GROSS, FEE])), draw(_DAYS),
            payout=(payout := draw(_NAMES)), carried_on=LATER if payout else None, back_of=draw(_NAMES),
            posting=draw(_POSTINGS), state=draw(st.sampled_from(["", "posted", "ready"])),
        )
        for number in range(count)
    ]  # fmt: skip


@st.composite
def _records(draw: st.DrawFn) -> list[Booked]:
    count = draw(st.integers(0, 7))
    kinds = st.sampled_from(["payment", "spend", "transfer", "receive"])
    return [
        record(f"r{number}", draw(_MINOR), draw(kinds), draw(_DAYS), posting=draw(_POSTINGS), payout=draw(_NAMES))
        for number in range(count)
    ]


@given(_cents(), _records(), _DAYS)
def test_the_sum_is_always_the_processors_balance(cents: list[Cent], records: list[Booked], through: date) -> None:
    stripe = sum(one.amount.minor for one in cents if one.on <= through)
    books = sum(one.amount.minor for one in records if one.on <= through)
    assert books + sum(row.amount.minor for row in rows(cents, records, through)) == stripe
    tied = tie(cents, records)
    assert sorted(map(repr, [*tied.cents, *(one for each in tied.ties for one in each.cents)])) == sorted(
        map(repr, cents)
    )
    assert len(tied.records) + sum(len(each.records) for each in tied.ties) == len(records)
