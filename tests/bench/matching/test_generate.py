"""The generator: the same bytes for the same seed, shares, spoilt texts, files in the contract's form."""

import csv
from datetime import date
from pathlib import Path

import pytest

from bench.matching import files
from bench.matching.amounts import to_minor
from bench.matching.cases import CASES, counts
from bench.matching.generate import TooFewInvoicesError, generate
from tests.bench.matching.replay import Replay

NAMES = ("invoices", "receipts", "customers", "history", "rates", "truth")


def test_same_seed_gives_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        generate(5, 600, 900, tmp_path / name)
    generate(6, 600, 900, tmp_path / "c")
    for name in NAMES:
        first, second, third = ((tmp_path / folder / f"{name}.csv").read_bytes() for folder in "abc")
        assert first == second
        assert first != third


@pytest.mark.parametrize("receipts", [300, 1000, 10_000, 100_000])
def test_counts_follow_the_shares(receipts: int) -> None:
    made = counts(receipts)
    total = sum(case.share_tenths for case in CASES.values())
    assert sum(made.values()) == receipts
    for number, case in CASES.items():
        wanted = receipts * case.share_tenths / total
        assert abs(made[number] - wanted) < max(1, wanted / 10)


def test_the_set_has_the_sizes_and_shares_asked_for(replay: Replay) -> None:
    assert len(replay.receipts) == len(replay.truths) == 3000
    assert len(replay.invoices) == 4500
    made = counts(3000)
    for number in CASES:
        assert sum(one.case == number for one in replay.truths.values()) == made[number]


@pytest.mark.parametrize("column", ["name", "reference"])
def test_a_third_of_names_and_references_is_spoilt(made_set: Path, column: str) -> None:
    given = {"name": "payer_name", "reference": "reference"}[column]
    receipts = {row["receipt_id"]: row for row in files.read(made_set / "receipts.csv")}
    truths = [row for row in files.read(made_set / "truth.csv") if receipts[row["receipt_id"]][given]]
    assert sum(row[f"{column}_damaged"] == "1" for row in truths) * 3 >= len(truths)


def test_rows_are_dated_in_order_and_amounts_exact(replay: Replay) -> None:
    days = [date.fromisoformat(row["received_date"]) for row in replay.receipts]
    ids = [row["receipt_id"] for row in replay.receipts]
    assert days == sorted(days)
    assert ids == sorted(set(ids))
    for row in replay.receipts:
        assert to_minor(row["amount"], row["currency"]) != 0
    for row in replay.invoices.values():
        total, opened = (to_minor(row[name], row["currency"]) for name in ("total", "open_amount"))
        assert 0 <= opened <= total
        assert row["issue_date"] <= row["due_date"]


def test_the_world_is_varied(replay: Replay) -> None:
    currencies = {row["currency"] for row in replay.invoices.values()}
    assert {"EUR", "USD", "GBP", "CHF", "NOK", "JPY", "KRW", "KWD", "BHD"} <= currencies
    letters = "".join(row["name"] for row in replay.customers.values())
    for sample in ("ü", "В", "株", "限", "ا", "ø", "ł"):
        assert sample in letters
    statuses = {row["status"] for row in replay.invoices.values()}
    assert statuses == {"open", "paid", "void", "draft", "uncollectible", "disputed"}
    shapes = {"".join("9" if sign.isdigit() else sign for sign in row["number"]) for row in replay.invoices.values()}
    assert len(shapes) > 12


def test_numbers_and_ids_are_unique(replay: Replay) -> None:
    numbers = [row["number"] for row in replay.invoices.values()]
    assert len(set(numbers)) == len(numbers) == 4500


def test_customers_differ_in_how_much_is_open(replay: Replay) -> None:
    moment = next(replay.moments())
    open_now = [sum(1 for key in keys if moment.left[key]) for keys in replay.of_customer.values()]
    assert min(open_now) <= 2
    assert max(open_now) > 20


def test_history_names_customers_and_is_older(made_set: Path, replay: Replay) -> None:
    rows = list(files.read(made_set / "history.csv"))
    assert len(rows) > 100
    first = replay.receipts[0]["received_date"]
    assert all(row["customer_id"] in replay.customers and row["received_date"] < first for row in rows)


def test_line_breaks_survive_the_file(made_set: Path) -> None:
    with (made_set / "receipts.csv").open(encoding="utf-8", newline="") as file:
        assert any("\n" in row["reference"] for row in csv.DictReader(file))


def test_too_few_invoices_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TooFewInvoicesError, match="1.4 invoices for each"):
        generate(1, 1000, 1000, tmp_path)
