"""Each rule fires on the output that breaks it, with a sentence that names the place."""

from pathlib import Path

import pytest

from bench.matching.score import score
from tests.bench.matching.hand import PERFECT, PERFECT_STATUS, write_output, write_set


def broken(tmp_path: Path, matches: str = PERFECT, status: str = PERFECT_STATUS) -> str:
    return "\n".join(score(write_set(tmp_path / "set"), write_output(tmp_path / "out", matches, status)).broken)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("r1,a1,100.00,auto", "r1,a1,101.00,auto", "r1: rank 1 applies more than the receipt's 100.00 EUR"),
        ("r1,a1,100.00,auto", "r1,b1,100.00,auto", "r1: 100.00 on b1, of which 70.00 was open"),
        ("r2,a3,-20.00", "r2,a3,-21.00", "r2: -21.00 on a3, of which -20.00 was open"),
        ("r2,a3,-20.00", "r2,a3,20.00", "r2: 20.00 on a3"),
        ("r3,b1,70.00,suggest,1", "r3,b1,70.00,auto,1", "r3: status suggested but an automatic match"),
        ("r3,b1,70.00,suggest,1", "r3,b1,70.00,suggest,3", "r3: no proposal has rank 1"),
        ("r3,b2,70.00,suggest,2", "r3,b2,70.00,auto,2", "r3: only the proposal of rank 1 can be automatic"),
        ("r3,b1,70.00,suggest,1", "r3,a1,70.00,suggest,1", "a1: proposals of rank 1 claim 170.00 of 100.00 open"),
        ("r7,late,33.00,suggest", "r7,late,33.00,auto", "r7: automatic on late, which was issued later"),
        ("r6,u1,200.00", "r6,u1,201.00", "r6: rank 1 applies more than the receipt's 184.00 EUR"),
        ("r1,a1,100.00", "r1,zz,100.00", "matches.csv line 2: 'zz'"),
        ("r1,a1,100.00", "r1,a1,100.001", "matches.csv line 2: '100.001' is not an amount in EUR"),
        ("auto,1,0.99", "auto,1,1.7", "matches.csv line 2: confidence 1.7"),
        ("auto,1,0.99", "book,1,0.99", "matches.csv line 2: decision 'book'"),
    ],
)
def test_matches_that_break_a_rule(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    assert old in PERFECT
    assert sentence in broken(tmp_path, PERFECT.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("r1,matched,0.00", "r1,matched,5.00", "r1: applied and unapplied do not add up to the receipt"),
        ("r1,matched,0.00\n", "", "receipts.csv: 1 receipts have no row"),
        ("r1,matched,0.00", "r1,matched,0.00\nr1,matched,0.00", "receipts.csv line 3: r1 stands twice"),
        ("r1,matched,0.00", "r1,posted,0.00", "r1: status 'posted' is not one of the contract's"),
        ("r4,duplicate,100.00", "r4,matched,0.00", "r4: status matched but no automatic match"),
        ("r4,duplicate,100.00", "r4,suggested,100.00", "r4: status suggested but no proposal"),
    ],
)
def test_verdicts_that_break_a_rule(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    assert old in PERFECT_STATUS
    assert sentence in broken(tmp_path, status=PERFECT_STATUS.replace(old, new, 1))


def test_the_same_invoice_twice_over_time(tmp_path: Path) -> None:
    matches = PERFECT.replace("r3,b1,70.00,suggest,1,0.5\n", "") + "r4,a1,100.00,auto,1,0.9\n"
    status = PERFECT_STATUS.replace("r4,duplicate,100.00", "r4,matched,0.00")
    assert "r4: 100.00 on a1, of which 0.00 was open" in broken(tmp_path, matches, status)


def test_a_return_makes_room_again(tmp_path: Path) -> None:
    matches = PERFECT + "r8,a1,-100.00,auto,1,0.9\n"
    assert broken(tmp_path, matches, PERFECT_STATUS.replace("-100.00", "0.00")) == ""


def test_more_than_five_proposals(tmp_path: Path) -> None:
    more = "".join(f"r3,b2,{rank}.00,suggest,{rank},0.1\n" for rank in range(3, 7))
    assert "r3: 6 proposals, at most 5 are allowed" in broken(tmp_path, PERFECT + more)
