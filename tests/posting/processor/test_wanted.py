"""Which postings follow."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from ledger.balance import NOT_CAPTURED, Treatment
from ledger.posting import Cause
from posting.processor.move import FEE, GROSS, Move, Said
from posting.processor.treat import Ways, treat
from posting.processor.wanted import Source, Wanted, What, wanted
from posting.rules import FeePolicy, Kind, PostingRules
from tests.posting.processor.made import DAY, SOURCE, TODAY, a_move, a_payout, charged, own_id, rules


def from_moves(*moves: Move, by: PostingRules | None = None, sales: bool = False, **more: Any) -> list[Wanted]:
    source = Source(connection_id=SOURCE, rules=by or rules(), today=TODAY, **more)
    return wanted(source, [treat(move, Ways(today=TODAY, sales=sales)) for move in moves])


def test_a_payout_is_one_posting_on_its_arrival_date() -> None:
    payout = a_payout()
    (one,) = from_moves(a_move("payout", -9_000, category="payout", payout=payout))
    assert (one.cause, one.cause_id, one.on) == (Cause.PAYOUT, str(payout.id), payout.arrives_on)
    assert one.amount.minor == 9_000
    assert one.choices["source"] == str(SOURCE)


def test_fees_are_gathered_by_payout_and_taken_once() -> None:
    payout = a_payout()
    moves = [a_move(fee=320, name="txn_1", carried=payout, charged=charged(match_state="approved"))]
    moves.append(a_move(fee=59, name="txn_2", carried=payout, charged=charged()))
    moves.append(a_move("fee", -200, name="txn_3", category="fee", carried=payout))
    moves.append(a_move(fee=77, name="txn_4", carried=payout, covered=frozenset({FEE}), charged=charged()))
    moves.append(a_move(fee=88, name="txn_5", charged=charged()))  # in no payout yet
    (one,) = from_moves(*moves)
    assert (one.cause, one.what, one.cause_id) == (Cause.PAYOUT_FEES, What.FEES, str(payout.id))
    assert one.amount.minor == 320 + 59 + 200
    assert [(part.part, part.amount.minor) for part in one.parts] == [(FEE, -320), (FEE, -59), (GROSS, -200)]


def test_fees_by_charge_and_by_day() -> None:
    move = a_move(fee=320, charged=charged(match_state="approved"))
    (one,) = from_moves(move, by=rules(fees=FeePolicy.CHARGE))
    assert (one.cause_id, one.on) == (str(move.id), DAY)
    (two,) = from_moves(move, a_move(fee=1, name="txn_9", on=TODAY, charged=charged()), by=rules(fees=FeePolicy.DAY))
    assert two.cause_id == f"day/{SOURCE}/USD/{DAY.isoformat()}"
    assert two.amount.minor == 320


def test_what_went_with_a_payout_sent_by_hand_is_booked_by_the_day() -> None:
    move = a_move(fee=320, charged=charged())
    assert not from_moves(move)
    (one,) = from_moves(move, last_manual={"USD": DAY + timedelta(days=1)})
    assert one.on == DAY


def test_nothing_of_a_kind_that_somebody_else_books_or_of_an_earlier_day() -> None:
    payout = a_move("payout", -9_000, category="payout", payout=a_payout())
    assert not from_moves(payout, by=rules(Kind.FEE))
    assert not from_moves(payout, by=rules(since=DAY + timedelta(days=1)))
    assert not from_moves(payout, by=PostingRules())


def test_a_dispute_takes_its_fee_along() -> None:
    (one,) = from_moves(a_move("dispute", -10_000, 1_500, category="dispute", carried=a_payout()))
    assert (one.what, one.amount.minor) == (What.DISPUTE, 11_500)
    assert {part.part for part in one.parts} == {GROSS, FEE}


def test_sales_of_a_day_are_one_posting() -> None:
    moves = [a_move(gross=1_000 * number, name=f"txn_{number}", charged=charged()) for number in (1, 2, 3)]
    (one,) = from_moves(*moves, sales=True)
    assert (one.what, one.amount.minor, one.on) == (What.SALES, 6_000, DAY)
    assert not from_moves(*moves)


def test_a_charge_captured_in_part_is_booked_with_what_was_not_captured_and_never_without_it() -> None:
    rest = a_move("refund", -3_200, name="txn_2", category=NOT_CAPTURED, charged=charged())
    (sale,) = from_moves(a_move(gross=5_200, charged=charged()), rest, sales=True)
    assert (sale.what, sale.amount.minor, len(sale.parts)) == (What.SALES, 2_000, 2)
    said = Said(treatment=Treatment.CUSTOMER_DEPOSIT, choices={"customer": "7"}, by="ann")
    (deposit,) = from_moves(a_move(gross=5_200, charged=charged(), said=said), rest)
    assert (deposit.what, deposit.amount.minor) == (What.DEPOSIT, 2_000)
    assert not from_moves(rest, sales=True)


def test_a_covered_part_is_never_wanted_again() -> None:
    both = frozenset({GROSS, FEE})
    assert not from_moves(
        a_move("dispute", -10_000, 1_500, category="dispute", covered=both),
        a_move("payout", -9_000, name="txn_2", category="payout", payout=a_payout(), covered=both),
        a_move(fee=320, name="txn_3", carried=a_payout(), covered=both, charged=charged()),
    )


def test_days_are_in_order() -> None:
    late = a_move("reserve", -100, name="late", category="risk_reserved_funds", on=date(2026, 3, 9))
    early = a_move("reserve", 100, name="early", category="risk_reserved_funds", on=date(2026, 3, 4))
    assert [one.cause_id for one in from_moves(late, early)] == [str(own_id("early")), str(own_id("late"))]
