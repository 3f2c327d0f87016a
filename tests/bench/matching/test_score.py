"""The scorer on files whose figures can be counted by hand."""

from pathlib import Path

import pytest

from bench.matching.cases import Kind
from bench.matching.score import Score, score
from tests.bench.matching.hand import PERFECT, PERFECT_STATUS, write_output, write_set


def scored(tmp_path: Path, matches: str = PERFECT, status: str = PERFECT_STATUS) -> Score:
    return score(write_set(tmp_path / "set"), write_output(tmp_path / "out", matches, status))


def test_perfect_output(tmp_path: Path) -> None:
    result = scored(tmp_path)
    assert (result.total.taken, result.total.right) == (3, 3)
    assert result.kinds[Kind.ONE].recall == 1
    assert [result.kinds[kind].taken for kind in (Kind.AMBIGUOUS, Kind.DUPLICATE, Kind.NONE, Kind.PAYOUT)] == [0] * 4
    assert [result.kinds[kind].flagged for kind in (Kind.DUPLICATE, Kind.PAYOUT, Kind.REVERSAL)] == [1, 1, 1]
    assert result.wrong_cash == 0
    assert result.broken == []


def test_a_set_must_be_whole(tmp_path: Path) -> None:
    result = scored(
        tmp_path,
        PERFECT.replace("r2,a3,-20.00,auto,1,0.97\n", "").replace("r2,a2,50.00", "r2,a2,30.00"),
    )
    assert (result.total.taken, result.total.right) == (3, 2)
    assert result.cases[26].precision == 0
    assert result.kinds[Kind.ONE].best_right == 2
    assert result.broken == []


def test_a_wrong_amount_is_wrong(tmp_path: Path) -> None:
    result = scored(
        tmp_path,
        PERFECT.replace("r1,a1,100.00", "r1,a1,99.00"),
        PERFECT_STATUS.replace("r1,matched,0.00", "r1,partly_matched,1.00"),
    )
    assert result.cases[1].right == 0
    assert result.broken == []


def test_traps_taken(tmp_path: Path) -> None:
    matches = (
        PERFECT.replace("r3,b1,70.00,suggest,1", "r3,b1,70.00,auto,1").replace(
            "r7,late,33.00,suggest", "r7,late,33.00,auto"
        )
        + "r4,b2,70.00,auto,1,0.8\n"
    )
    status = (
        PERFECT_STATUS.replace("r3,suggested,70.00", "r3,matched,0.00")
        .replace("r7,suggested,33.00", "r7,matched,0.00")
        .replace("r4,duplicate,100.00", "r4,partly_matched,30.00")
    )
    result = scored(tmp_path, matches, status)
    assert (result.total.taken, result.total.right) == (6, 3)
    assert result.total.precision == 0.5
    assert [result.kinds[kind].taken for kind in (Kind.AMBIGUOUS, Kind.DUPLICATE, Kind.NONE)] == [1, 1, 1]
    assert result.kinds[Kind.DUPLICATE].flagged == 0
    assert result.wrong_cash == 70_00 + 33_00 + 70_00
    assert any("issued later" in sentence for sentence in result.broken)


def test_a_booked_reversal_is_no_trap(tmp_path: Path) -> None:
    result = scored(tmp_path, PERFECT + "r8,a1,-100.00,auto,1,0.9\n", PERFECT_STATUS.replace("-100.00", "0.00"))
    assert result.kinds[Kind.REVERSAL].taken == 0
    assert result.kinds[Kind.REVERSAL].flagged == 1
    assert result.broken == []


def test_foreign_amounts_have_room_for_rounding(tmp_path: Path) -> None:
    result = scored(tmp_path, PERFECT.replace("r6,u1,200.00", "r6,u1,199.99"))
    assert result.cases[42].right == 1
    assert scored(tmp_path, PERFECT.replace("r6,u1,200.00", "r6,u1,190.00")).cases[42].right == 0


def test_second_rank_counts_for_top_three_only(tmp_path: Path) -> None:
    matches = PERFECT.replace("r1,a1,100.00,auto,1,0.99", "r1,b2,70.00,suggest,1,0.6\nr1,a1,100.00,suggest,2,0.4")
    result = scored(tmp_path, matches, PERFECT_STATUS.replace("r1,matched,0.00", "r1,suggested,100.00"))
    assert (result.cases[1].best_right, result.cases[1].top3_right, result.cases[1].taken) == (0, 1, 0)


def test_calibration_counts_a_tie_as_its_share(tmp_path: Path) -> None:
    """Best proposals: r1 .99, r2 .97, r6 .96 right; r3 .5 is one of two; r7 .9 is right."""
    result = scored(tmp_path)
    assert result.ece == pytest.approx((0.01 + 0.03 + 0.04 + 0.1 + 0.0) / 5)
    assert result.ece_auto == pytest.approx((0.01 + 0.03 + 0.04) / 3)


def test_equal_lines_may_be_taken_either_way(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "set")
    receipts = folder / "receipts.csv"
    receipts.write_text(receipts.read_text(encoding="utf-8") + "r9,2026-02-01,EUR,100.00\n", encoding="utf-8")
    truth = folder / "truth.csv"
    truth.write_text(truth.read_text(encoding="utf-8") + "r9,51,duplicate,,r1\n", encoding="utf-8")
    swapped = PERFECT.replace("r1,a1", "r9,a1")
    status = PERFECT_STATUS.replace("r1,matched,0.00", "r1,duplicate,100.00") + "r9,matched,0.00\n"
    result = score(folder, write_output(tmp_path / "out", swapped, status))
    assert (result.total.taken, result.total.right) == (3, 3)
    assert result.kinds[Kind.DUPLICATE].flagged == 2


def test_json_is_complete(tmp_path: Path) -> None:
    figures = scored(tmp_path).as_dict()
    assert figures["precision"] == 1
    assert figures["invariants_broken"] == 0
    assert set(figures["cases"]) == {"1", "26", "42", "44", "48", "50", "52", "54"}


def test_every_receipt_has_one_decision(tmp_path: Path) -> None:
    matches = (
        PERFECT.replace("r1,a1,100.00,auto,1,0.99", "r1,b2,70.00,suggest,1,0.6\nr1,a1,100.00,suggest,2,0.4")
        .replace("r2,a2,50.00,auto,1,0.97", "r2,a2,30.00,suggest,1,0.5")
        .replace("r2,a3,-20.00,auto,1,0.97\n", "")
    )
    result = scored(tmp_path, matches, PERFECT_STATUS.replace("r1,matched,0.00", "r1,suggested,100.00"))
    total = result.total
    # r6 is taken; r3 and r7 are suggested with a listed answer first, r1 second, r2 with a wrong one; four are left alone
    assert (total.taken, total.suggested_first, total.suggested_three, total.suggested_other) == (1, 2, 1, 1)
    assert total.nothing == 3
    assert total.taken + total.suggested_first + total.suggested_three + total.suggested_other + total.nothing == 8


def test_wrong_cash_and_calibration_are_told_by_case_and_group(tmp_path: Path) -> None:
    result = scored(tmp_path, PERFECT.replace("r3,b1,70.00,suggest,1", "r3,b1,70.00,auto,1"))
    assert (result.cases[48].wrong_cash, result.groups["traps"].wrong_cash, result.cases[1].wrong_cash) == (
        7000,
        7000,
        0,
    )
    assert result.wrong == ["r3"]
    assert result.groups["clear"].calibration.error == pytest.approx(0.01)
    assert result.cases[48].calibration.error == pytest.approx(0.0)


def test_scores_of_several_sets_add_up(tmp_path: Path) -> None:
    one, two = scored(tmp_path / "one"), scored(tmp_path / "two")
    one.merge(two)
    assert (one.total.taken, one.total.right, one.cases[26].right) == (6, 6, 2)
    assert one.ece == pytest.approx(two.ece)


def test_a_currency_that_the_generator_does_not_know_can_be_scored(tmp_path: Path) -> None:
    write_set(tmp_path / "set")
    for name in ("invoices", "receipts"):
        path = tmp_path / "set" / f"{name}.csv"
        path.write_text(path.read_text(encoding="utf-8").replace("EUR", "TND"), encoding="utf-8")
    result = score(tmp_path / "set", write_output(tmp_path / "out", PERFECT.replace("r1,a1,100.00", "r1,a1,100.001")))
    assert result.cases[1].right == 0
    assert result.total.wrong_cash == 0  # a thousandth of a dinar
