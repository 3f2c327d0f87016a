"""The same lines, however they are cut into files and in whatever format, are each one line."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.database import Database
from tests.connectors.statement import writing
from tests.connectors.statement.writing import Row, Sheet
from tests.sync.statements.account import Account

DAY = date(2026, 3, 2)
WRITERS: dict[str, Callable[[Sheet], bytes]] = {
    "camt": writing.camt,
    "camt02": lambda sheet: writing.camt(sheet, version=2),
    "mt940": writing.mt940,
    "ofx": writing.ofx,
    "csv": writing.csv,
}
ROWS = [
    Row(DAY, 120_00, "Ada Smith Ltd", "GB33BUKB20201555555555", "INV-204", "E2E-1", "1001"),
    Row(DAY, 10_00, "Lea Brandt", "", "Abo", "", ""),
    Row(DAY, 10_00, "Lea Brandt", "", "Abo", "", ""),
    Row(DAY, -4_50, "Bank", "", "Fee March", "", "1002"),
    Row(DAY + timedelta(days=1), 75_30, "Bob Jones", "", "INV-205 and INV-206", "", "1003"),
    Row(DAY + timedelta(days=3), -75_30, "Bob Jones", "", "returned INV-205", "", "1004"),
]


@pytest.mark.parametrize("form", WRITERS)
def test_the_same_file_twice_brings_nothing_new(database: Database, form: str) -> None:
    account = Account(database)
    data = WRITERS[form](Sheet(ROWS))
    first = account.bring(data, account="Operating", currency="EUR") if form == "csv" else account.bring(data)
    assert (first.new, first.known) == (len(ROWS), 0)
    again = account.bring(data, account="Operating", currency="EUR") if form == "csv" else account.bring(data)
    assert (again.new, again.known) == (0, len(ROWS))
    assert account.amounts() == Counter((row.booked_on, row.minor) for row in ROWS)
    assert len(account.receipts()) == 4  # the credits


@pytest.mark.parametrize("second", WRITERS)
@pytest.mark.parametrize("first", ["camt", "mt940", "csv"])
def test_another_format_of_the_same_days_brings_nothing_new(sqlite_database: Database, first: str, second: str) -> None:
    account = Account(sqlite_database)
    account.bring(WRITERS[first](Sheet(ROWS)), account="Operating", currency="EUR")
    assert account.bring(WRITERS[second](Sheet(ROWS)), account="Operating", currency="EUR").new == 0
    assert account.bring(WRITERS[first](Sheet(ROWS)), account="Operating", currency="EUR").new == 0


def test_a_format_without_texts_is_told_by_day_and_amount(sqlite_database: Database) -> None:
    account = Account(sqlite_database)
    account.bring(writing.camt(Sheet(ROWS)), account="Operating", currency="EUR")
    bare = [Row(row.booked_on, row.minor, bank_reference=row.bank_reference) for row in ROWS]
    assert account.bring(writing.bai2(Sheet(bare, account="532013000")), account="Operating", currency="EUR").new == 0


def test_two_true_equal_lines_of_a_cut_day_stay_two(sqlite_database: Database) -> None:
    morning = Sheet([Row(DAY, 10_00, "Lea", text="Abo")], opening=0)
    evening = Sheet([Row(DAY, 10_00, "Lea", text="Abo")], opening=10_00)
    account = Account(sqlite_database)
    assert account.bring(writing.camt(morning)).new == 1
    assert account.bring(writing.camt(evening)).new == 1
    assert account.bring(writing.camt(Sheet([*morning.rows, *evening.rows], opening=0))).new == 0
    assert account.findings() == []


def test_different_references_of_the_bank_part_two_equal_lines(sqlite_database: Database) -> None:
    account = Account(sqlite_database)
    account.bring(writing.ofx(Sheet([Row(DAY, 10_00, "Lea", text="Abo", bank_reference="A1")])))
    assert account.bring(writing.ofx(Sheet([Row(DAY, 10_00, "Lea", text="Abo", bank_reference="A2")]))).new == 1


def test_references_that_each_download_makes_anew_say_nothing(sqlite_database: Database) -> None:
    def with_references(letter: str) -> bytes:
        rows = [
            Row(DAY + timedelta(days=at), 10_00 + at, f"Payer {at}", bank_reference=f"{letter}{at}") for at in range(5)
        ]
        return writing.ofx(Sheet(rows))

    account = Account(sqlite_database)
    account.bring(with_references("A"))
    assert account.bring(with_references("B")).new == 0


def test_numbers_in_the_texts_part_lines_of_two_formats(sqlite_database: Database) -> None:
    account = Account(sqlite_database)
    account.bring(writing.camt(Sheet([Row(DAY, 10_00, "Lea Brandt", text="Rechnung 4711")])))
    assert account.bring(writing.mt940(Sheet([Row(DAY, 10_00, "Lea Brandt", text="Rechnung 4712")]))).new == 1


CUTS = st.lists(st.tuples(st.integers(0, 13), st.integers(1, 14)), min_size=1, max_size=5)
LINES = st.lists(
    st.builds(
        Row,
        booked_on=st.integers(0, 3).map(lambda days: DAY + timedelta(days=days)),
        minor=st.sampled_from([10_00, 10_00, 25_00, -3_00]),
        name=st.sampled_from(["Lea", "Tom"]),
        text=st.sampled_from(["Abo", "Miete"]),
    ),
    min_size=3,
    max_size=14,
).map(lambda rows: sorted(rows, key=lambda row: row.booked_on))


@pytest.mark.parametrize("form", ["camt", "mt940"])
@given(rows=LINES, cuts=CUTS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_cut_and_overlap_gives_the_same_lines(
    form: str, rows: list[Row], cuts: list[tuple[int, int]], sqlite_template: Path, tmp_path: Path
) -> None:
    """Windows over one list of lines, in any order, and at last the whole: each line is there once."""
    copy = tmp_path / "cut.db"
    shutil.copyfile(sqlite_template, copy)
    database = Database(f"sqlite+pysqlite:///{copy}")
    account = Account(database)
    seen: set[int] = set()
    for start, length in cuts:
        window = list(range(start, min(start + length, len(rows))))
        if window:
            opening = sum(row.minor for row in rows[: window[0]])
            account.bring(WRITERS[form](Sheet([rows[at] for at in window], opening=opening)))
            seen.update(window)
            assert account.amounts() == Counter((rows[at].booked_on, rows[at].minor) for at in seen)
    account.bring(WRITERS[form](Sheet(rows, opening=0)))
    assert account.amounts() == Counter((row.booked_on, row.minor) for row in rows)
    database.close()
