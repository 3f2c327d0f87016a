"""The proof, on sets that are small: the counts, the table, and the file that the service reads."""

import json
from pathlib import Path

import pytest

from bench.matching import digest, prove
from bench.matching.__main__ import main
from bench.matching.score import Scorer
from reconcile.bounds import upper_bound
from reconcile.classes import SENTENCES, EvidenceClass
from reconcile.engine import match
from reconcile.policy import DEFAULT, Policy
from reconcile.proofs import read_proofs


def test_a_small_run_writes_the_file_and_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page, out = tmp_path / "page.md", tmp_path / "proved.json"
    page.write_text("before\n<!-- proof -->\n<!-- /proof -->\nafter\n", encoding="utf-8")
    options = ["--seeds", "21,22", "--receipts", "300", "--out", str(out), "--page", f"{page}:proof"]
    assert main(["prove", *options]) == 0
    file = read_proofs(out)
    assert set(file.classes) == {one.value for one in EvidenceClass}
    assert (file.seeds, file.receipts, file.invoices) == ("21-22", 300, 450)
    assert file.policy == digest.policy(DEFAULT) != digest.policy(Policy(oldest_first=True))
    taken = sum(one.n for one in file.classes.values())
    assert 400 < taken < 600
    assert all(one.upper == pytest.approx(upper_bound(one.wrong, one.n), abs=1e-9) for one in file.classes.values())
    text = page.read_text(encoding="utf-8")
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert all(sentence in text for sentence in SENTENCES.values())
    assert "seed 22" in capsys.readouterr().err
    assert set(json.loads(out.read_text(encoding="utf-8"))["classes"]["number"]) >= {"n", "wrong", "upper"}


def test_a_wrong_answer_counts_against_its_class(made_set: Path) -> None:
    given = prove.inputs_of(made_set)
    result = match(given.invoices, given.receipts, given.customers, given.history, given.rates)
    output = prove.output_of(result)
    right = Scorer(made_set).judge(output)
    spoilt = next(one for one in output.proposals.values() if one[0].automatic)[0]
    spoilt.lines = {key: minor - 1 for key, minor in spoilt.lines.items()}
    assert len(Scorer(made_set).judge(output).wrong) == len(right.wrong) + 1


def test_the_same_source_has_the_same_digest() -> None:
    assert digest.generator() == digest.generator() != digest.engine()
