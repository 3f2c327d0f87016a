"""The scorer of the second book, on answers written by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bench.matching_second.banklines import half_width, line
from bench.matching_second.book import Receipt, plain
from bench.matching_second.report import table
from bench.matching_second.score import Score, expected_error, score
from bench.matching_second.world import World
from bench.matching_second.write import write

DAY = date(2026, 2, 2)


class Hand:
    """One invoice of 100.00 and what a matcher says of receipts for it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.out = folder, folder / "out"
        self.world = World("hand", 1)
        self.bill = self.world.invoice(self.world.customer("DE"), 10_000, "A-1", date(2026, 1, 2))
        self.matches: list[str] = []
        self.statuses: list[str] = []

    def says(self, receipt: Receipt, status: str, applied: int = 0, decision: str = "auto", residual: str = "") -> None:
        left = plain(receipt.amount if decision != "auto" else receipt.amount - applied, "EUR")
        self.statuses.append(f"{receipt.receipt_id},{status},{left},why")
        if applied:
            amount = plain(applied, "EUR")
            row = f"{receipt.receipt_id},{self.bill.invoice_id},{amount},{decision},1,0.9,why,,{residual}"
            self.matches.append(row)

    def score(self) -> Score:
        write(self.world.book, self.folder, 1)
        self.out.mkdir()
        heads = (
            "receipt_id,invoice_id,applied_amount,decision,rank,confidence,reason,residual_amount,residual_kind",
            "receipt_id,status,unapplied_amount,reason",
        )
        for name, head, rows in zip(("matches", "receipts"), heads, (self.matches, self.statuses), strict=True):
            (self.out / f"{name}.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
        return score(self.folder, self.out)


@pytest.fixture
def hand(tmp_path: Path) -> Hand:
    return Hand(tmp_path)


def test_a_right_answer_counts_and_breaks_nothing(hand: Hand) -> None:
    hand.says(hand.world.pays("plain", DAY, [hand.bill]), "matched", 10_000)
    result = hand.score()
    assert (result.whole.right, result.whole.automatic, result.faults, result.broken) == (1, 1, [], [])
    assert "1.0000" in table([result])


def test_a_trap_that_is_taken_counts_against_precision(hand: Hand) -> None:
    hand.says(hand.world.receipt("stray", "none", DAY, 10_000), "matched", 10_000)
    result = hand.score()
    assert (result.whole.taken, result.whole.right, result.whole.automatic) == (1, 0, 1)


def test_a_rest_that_is_owed_may_not_be_called_tax(hand: Hand) -> None:
    part = [((hand.bill.invoice_id, 7_000),)]
    receipt = hand.world.receipt("part", "unique", DAY, 7_000, part, residual="open")
    hand.says(receipt, "matched", 7_000, residual="withholding")
    result = hand.score()
    assert (result.whole.right, result.whole.explained_away) == (0, 1)
    assert [fault for _, _, fault in result.faults] == ["difference explained wrongly"]


def test_either_of_two_equal_lines_may_be_called_the_duplicate(hand: Hand) -> None:
    first = hand.world.pays("plain", DAY, [hand.bill])
    again = hand.world.again("twice", "duplicate", first)
    hand.says(first, "duplicate")
    hand.says(again, "matched", 10_000)
    result = hand.score()
    assert (result.whole.found, result.whole.right, result.faults) == (1, 1, [])


def test_an_invoice_that_is_spent_twice_breaks_the_contract(hand: Hand) -> None:
    for _ in range(2):
        hand.says(hand.world.pays("plain", DAY, [hand.bill]), "matched", 10_000)
    assert any("20000 posted, 10000 open" in each for each in hand.score().broken)


def test_more_than_the_receipt_breaks_the_contract(hand: Hand) -> None:
    hand.says(hand.world.receipt("part", "none", DAY, 4_000), "matched", 10_000)
    assert any("applies 10000 of 4000" in each for each in hand.score().broken)


def test_a_receipt_left_out_breaks_the_contract(hand: Hand) -> None:
    hand.world.pays("plain", DAY, [hand.bill])
    assert any("no row" in each for each in hand.score().broken)


def test_calibration_error_is_the_gap_between_said_and_seen() -> None:
    assert expected_error([(0.75, 1.0), (0.75, 0.0)]) == pytest.approx(0.25)
    assert expected_error([]) == 0


def test_a_name_in_half_width_letters() -> None:
    assert half_width("toyo") == "ﾄﾖ"
    assert "TOYO" not in line(World("hand", 1).rng, "JP", "Kabushiki Kaisha Toyo", "S26-1")
