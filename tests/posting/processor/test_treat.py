"""Exactly one treatment each."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from ledger.balance import NOT_CAPTURED, Treatment
from posting.processor.move import Said, Sent
from posting.processor.treat import SALE_DAYS, Treated, Ways, treat
from tests.posting.processor.made import DAY, TODAY, a_move, a_payout, charged


def treated(*given: Any, sales: bool = False, today: Any = TODAY, **more: Any) -> Treated:
    return treat(a_move(*given, **more), Ways(today=today, sales=sales))


@pytest.mark.parametrize("state", ["awaiting", "approved", "posting", "posted", "failed"])
def test_a_matched_charge_pays_a_receivable_and_its_match_posts_it(state: str) -> None:
    one = treated(charged=charged(match_state=state))
    assert (one.treatment, one.due) == (Treatment.PAYS_RECEIVABLE, False)


def test_a_charge_that_somebody_recorded_is_not_booked_again() -> None:
    one = treated(charged=charged(recorded=True), sales=True)
    assert (one.treatment, one.due) == (Treatment.ALREADY_RECORDED, False)


def test_an_unmatched_charge_waits_for_a_person() -> None:
    one = treated(charged=charged())
    assert one.treatment is Treatment.UNDECIDED
    assert one.waits
    assert one.remedy


def test_a_sale_without_an_invoice_is_one_only_by_a_persons_rule_and_after_some_days() -> None:
    young = DAY + timedelta(days=SALE_DAYS - 1)
    assert treated(charged=charged(), sales=True, today=young).treatment is Treatment.UNDECIDED
    assert treated(charged=charged(asked=True), sales=True).treatment is Treatment.UNDECIDED
    assert treated(charged=charged(status="duplicate"), sales=True).treatment is Treatment.UNDECIDED
    one = treated(charged=charged(), sales=True)
    assert (one.treatment, one.due) == (Treatment.SALE_WITHOUT_INVOICE, True)


def test_a_persons_word_holds_but_not_against_a_match() -> None:
    said = Said(treatment=Treatment.NOT_OURS, choices={}, by="ann")
    assert treated(charged=charged(), said=said).treatment is Treatment.NOT_OURS
    assert treated(charged=charged(match_state="approved"), said=said).treatment is Treatment.PAYS_RECEIVABLE
    assert treated("parked", category="new_thing", said=said).treatment is Treatment.NOT_OURS


def test_an_unknown_category_is_parked_and_named_and_goes_nowhere() -> None:
    one = treated("parked", category="lottery")
    assert (one.treatment, one.due, one.kind) == (Treatment.PARKED, False, None)
    assert "lottery" in one.waits


def test_a_payout_goes_out_when_it_has_arrived() -> None:
    assert treated("payout", -9_000, category="payout", payout=a_payout()).due
    assert not treated("payout", -9_000, category="payout", payout=a_payout(status="in_transit")).due
    assert not treated("payout", -9_000, category="payout", payout=a_payout(status="failed")).due


def test_a_payout_that_came_back_is_reversed_only_where_it_was_booked() -> None:
    back = {"category": "payout_reversal", "payout": a_payout(status="failed")}
    assert treated("payout", 9_000, **back, sent=True).due
    assert not treated("payout", 9_000, **back, sent=False).due


def test_refund_and_its_failure_cancel_where_nothing_was_booked() -> None:
    assert treated("refund", -500, category="refund", refund_status="succeeded").due
    failed = treated("refund", -500, category="refund", refund_status="failed")
    assert (failed.due, failed.waits) == (False, "")
    back = treated_back(Sent(on=DAY))
    assert (back.due, back.waits) == (False, "")


def treated_back(gave: Sent | None, refunds_from: date | None = DAY) -> Treated:
    move = a_move("refund", 500, category="refund_failure", refund_status="failed", gave=gave)
    return treat(move, Ways(today=TODAY, refunds_from=refunds_from))


def test_a_refund_that_came_back_is_mirrored_where_we_booked_it() -> None:
    chosen = {"credit": "cn_1", "credit_kind": "credit_note", "customer": "7", "source": "s", "what": "refund"}
    back = treated_back(Sent(on=DAY, state="posted", choices=chosen))
    assert (back.due, back.waits) == (True, "")
    assert back.choices == {"customer": "7"}
    for state in ("ready", "posting", "failed", "undoing"):
        assert not treated_back(Sent(on=DAY, state=state)).due


@pytest.mark.parametrize(
    "gave",
    [
        None,
        Sent(on=DAY, state="found"),
        Sent(on=DAY, said=Treatment.ALREADY_RECORDED),
        Sent(on=DAY - timedelta(days=1)),  # booked by somebody before Tieout began
    ],
)
def test_a_refund_that_came_back_and_was_not_ours_waits_for_a_person(gave: Sent | None) -> None:
    back = treated_back(gave)
    assert not back.due
    assert back.waits
    assert back.remedy


def test_refunds_that_tieout_does_not_book_ask_nothing() -> None:
    assert treated_back(Sent(on=DAY), refunds_from=None).waits == ""


@pytest.mark.parametrize(
    ("given", "treatment", "waits"),
    [
        pytest.param({"charged": charged(match_state="posted")}, Treatment.PAYS_RECEIVABLE, False, id="matched"),
        pytest.param({"charged": charged(recorded=True)}, Treatment.ALREADY_RECORDED, False, id="recorded"),
        pytest.param({"charged": charged()}, Treatment.UNDECIDED, False, id="undecided as its charge"),
        pytest.param({"charged": charged(), "whole_as": "sales"}, Treatment.SALE_WITHOUT_INVOICE, True, id="whole"),
        pytest.param({}, Treatment.UNDECIDED, True, id="unread"),
    ],
)
def test_what_was_not_captured_goes_with_its_charge(given: Any, treatment: Treatment, *, waits: bool) -> None:
    one = treated("refund", -3_200, category=NOT_CAPTURED, refund_status="succeeded", **given)
    assert (one.treatment, one.due, bool(one.waits), bool(one.remedy)) == (treatment, False, waits, waits)


def test_a_failed_debit_is_reversed_where_its_charge_was_matched() -> None:
    assert treated("refund", -500, category="charge_failure", charged=charged(match_state="posted")).due
    assert not treated("refund", -500, category="charge_failure", charged=charged()).due


@pytest.mark.parametrize(
    ("stated", "due"), [("dispute", True), ("reserve", True), ("financing", False), ("not_ours", False)]
)
def test_what_moves_aside_and_what_is_not_ours(stated: str, *, due: bool) -> None:
    one = treated(stated, -500, category=stated)
    assert (one.treatment.value, one.due) == (stated, due)
