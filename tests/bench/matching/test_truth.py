"""Sets by whoever made them: the truth's columns, and what is said of a set that cannot be judged."""

from pathlib import Path

import pytest

from bench.matching.__main__ import main
from bench.matching.score import score
from bench.matching.truth import SetFaultError, read_truth
from tests.bench.matching.hand import write_output, write_set


def truth_of(folder: Path, text: str) -> Path:
    write_set(folder)
    path = folder / "truth.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_cases_may_be_words_and_have_names_and_groups_of_their_own(tmp_path: Path) -> None:
    given = (tmp_path / "set" / "truth.csv", write_set(tmp_path / "set"))[0]
    rows = [line.split(",") for line in given.read_text(encoding="utf-8").splitlines()[1:]]
    text = "receipt_id,kind,answers,case,case_name,group,duplicate_of\n"
    text += "".join(f"{row[0]},{row[2]},{row[3]},kind-{row[1]},Case {row[1]},mine,{row[4]}\n" for row in rows)
    given.write_text(text, encoding="utf-8")
    result = score(tmp_path / "set", write_output(tmp_path / "out"))
    assert (result.total.taken, result.total.right) == (3, 3)
    assert result.labels["kind-26"].name == "Case 26"
    assert set(result.groups) == {"mine"}


def test_only_three_columns_are_needed(tmp_path: Path) -> None:
    path = truth_of(tmp_path, "receipt_id,kind,answers\nr1,one,a1=100.00\n")
    (truth,) = read_truth(path)
    assert (truth.case, truth.name, truth.group, truth.answers) == ("", "", "", ({"a1": "100.00"},))


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("r1,one,a1=100.00|a2=50.00", "line 2: kind one has 2 answers"),
        ("r1,one,", "line 2: kind one has 0 answers"),
        ("r1,perhaps,", "line 2: 'perhaps' is not a valid Kind"),
        ("r1,one,a1", "line 2: answer 'a1' is not invoice=amount"),
    ],
)
def test_a_row_that_cannot_be_judged_is_named(row: str, fault: str, tmp_path: Path) -> None:
    path = truth_of(tmp_path, f"receipt_id,kind,answers\n{row}\n")
    with pytest.raises(SetFaultError, match=fault):
        list(read_truth(path))


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ("r1,one,zz=100.00", "r1 names zz, which is not in invoices.csv"),
        ("zz,none,", "zz is not in receipts.csv"),
        ("r1,one,a1=100.00", "r2 is not in truth.csv"),
        ("r1,none,\nr1,none,", "r1 stands twice"),
    ],
)
def test_a_set_that_does_not_hold_together_is_refused(
    rows: str, fault: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    truth_of(tmp_path / "set", f"receipt_id,kind,answers\n{rows}\n")
    assert main(["score", "--set", str(tmp_path / "set"), "--out", str(write_output(tmp_path / "out"))]) == 2
    assert fault in capsys.readouterr().err
