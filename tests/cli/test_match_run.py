"""A plain `match` is run without the command framework, with the same answers, statuses and sentences."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cli.match_run import Files
from runtime.settings import ROOT, environment

INVOICES = "invoice_id,customer_id,number,currency,total,open_amount\ni1,c1,INV-10017,EUR,99.50,99.50\n"
RECEIPTS = "receipt_id,received_date,currency,amount,payer_name,reference\nr1,2026-03-14,EUR,99.50,,INV-10017\n"


@pytest.fixture
def books(tmp_path: Path) -> Path:
    (tmp_path / "invoices.csv").write_text(INVOICES, encoding="utf-8")
    (tmp_path / "receipts.csv").write_text(RECEIPTS, encoding="utf-8")
    return tmp_path


def _run(module: str, *words: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", module, *words], capture_output=True, text=True, check=False, cwd=ROOT,
        env=environment(PYTHONPATH=str(ROOT)),
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def _words(books: Path, out: str) -> list[str]:
    named = {"invoices": books / "invoices.csv", "receipts": books / "receipts.csv", "out": books / out}
    return [word for name, path in named.items() for word in (f"--{name}", str(path))]


def test_both_ways_give_the_same_bytes(books: Path) -> None:
    quick = _run("cli.start", "match", *_words(books, "quick"))
    framed = _run("cli.main", "match", *_words(books, "framed"))
    assert quick[0] == framed[0] == 0
    assert quick[1].replace("quick", "framed") == framed[1]
    for name in ("matches.csv", "receipts.csv"):
        assert (books / "quick" / name).read_bytes() == (books / "framed" / name).read_bytes()


def test_both_ways_refuse_alike(books: Path) -> None:
    (books / "receipts.csv").write_text(RECEIPTS.replace("99.50", "99,50"), encoding="utf-8")
    quick = _run("cli.start", "match", *_words(books, "out"))
    assert quick == _run("cli.main", "match", *_words(books, "out"))
    assert quick[0] == 2
    assert "receipts.csv" in quick[2]
    assert not (books / "out").exists()


@pytest.mark.parametrize(
    "words", [["--help"], [], ["--invoices"], ["--invoices", "a", "--invoices", "b"], ["--folder", "x"], ["-h", "x"],
              ["--invoices", "a", "--receipts", "b"], ["--invoices", "", "--receipts", "b", "--out", "c"]]
)  # fmt: skip
def test_anything_else_is_for_the_framework(words: list[str]) -> None:
    assert Files.plainly(words) is None


def test_the_framework_is_not_imported_for_a_plain_run(books: Path) -> None:
    script = "import sys; from cli.start import run; run(); print('typer' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script, "match", *_words(books, "out")], capture_output=True, text=True, check=True,
        cwd=ROOT, env=environment(PYTHONPATH=str(ROOT)),
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "False"
