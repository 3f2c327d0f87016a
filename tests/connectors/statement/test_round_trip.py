"""Lines that are written in each format are read back equal, with their balances."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.statement.formats import Books, read
from connectors.statement.unpacked import Member
from ledger.money import Money
from ledger.statement import Statement
from tests.connectors.statement import writing
from tests.connectors.statement.writing import Row, Sheet

BOOKS = Books(time_zone="Europe/Berlin", currency="EUR", country="DE")
WORDS = st.lists(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=9), max_size=7).map(" ".join)
ROWS = st.builds(
    Row,
    booked_on=st.integers(0, 40).map(lambda days: date(2026, 2, 10) + timedelta(days=days)),
    minor=st.integers(-(10**9), 10**9).filter(bool),
    name=WORDS.map(lambda text: text[:50].strip()),
    account=st.sampled_from(["", "NL91ABNA0417164300"]),
    text=WORDS,
    reference=st.sampled_from(["", "E2E-4471"]),
    bank_reference=st.text("0123456789", max_size=12),
)
SHEETS = st.builds(
    Sheet,
    rows=st.lists(ROWS, min_size=1, max_size=12).map(lambda rows: sorted(rows, key=lambda row: row.booked_on)),
    currency=st.sampled_from(["EUR", "USD", "JPY", "KWD"]),
    opening=st.integers(-(10**9), 10**9),
)
WHOLE = ("camt", "mt940", "ofx1", "ofx2")
WRITERS: dict[str, Callable[[Sheet], bytes]] = {
    "camt": writing.camt,
    "mt940": writing.mt940,
    "ofx1": writing.ofx,
    "ofx2": lambda sheet: writing.ofx(sheet, version=2),
}


def read_one(data: bytes) -> Statement:
    file = read(Member("a file", data), BOOKS)
    assert len(file.statements) == 1
    return file.statements[0]


@pytest.mark.parametrize("form", WHOLE)
@given(sheet=SHEETS)
def test_what_is_written_is_read_back(form: str, sheet: Sheet) -> None:
    found = read_one(WRITERS[form](sheet))
    assert found.currency == sheet.currency
    assert found.closing == Money(sheet.closing, sheet.currency)
    assert [line.booked_on for line in found.lines] == [row.booked_on for row in sheet.rows]
    assert [line.amount for line in found.lines] == [Money(row.minor, sheet.currency) for row in sheet.rows]
    assert [line.text for line in found.lines] == [row.text for row in sheet.rows]
    assert [line.counterparty for line in found.lines] == [row.name for row in sheet.rows]
    assert [line.counterparty_account for line in found.lines] == [row.account for row in sheet.rows]
    assert [line.reference for line in found.lines] == [row.reference for row in sheet.rows]
    assert [line.bank_reference for line in found.lines] == [row.bank_reference for row in sheet.rows]


@given(sheet=SHEETS)
def test_bai2_tells_a_statement_a_day(sheet: Sheet) -> None:
    file = read(Member("a file", writing.bai2(sheet)), BOOKS)
    lines = [line for one in file.statements for line in one.lines]
    assert [line.amount for line in lines] == [Money(row.minor, sheet.currency) for row in sheet.rows]
    assert [line.booked_on for line in lines] == [row.booked_on for row in sheet.rows]
    assert [line.text for line in lines] == [f"{row.name} {row.text}".strip() for row in sheet.rows]
    assert file.statements[0].opening == Money(sheet.opening, sheet.currency)
    assert file.statements[-1].closing == Money(sheet.closing, sheet.currency)


@pytest.mark.parametrize("mark", [".", ","])
@pytest.mark.parametrize("newest_first", [False, True])
@given(sheet=SHEETS)
def test_csv_reads_back_by_its_guessed_layout(sheet: Sheet, mark: str, newest_first: bool) -> None:
    data = writing.csv(sheet, mark=mark, newest_first=newest_first)
    file = read(Member("a file", data), Books(time_zone="UTC", currency=sheet.currency))
    found = file.statements[0]
    expected = [Money(row.minor, sheet.currency) for row in sheet.rows]
    if len({row.booked_on for row in sheet.rows}) > 1 or len(sheet.rows) == 1:
        assert [line.amount for line in found.lines] == expected
        assert found.closing == Money(sheet.closing, sheet.currency)
    assert sorted(line.amount.minor for line in found.lines) == sorted(row.minor for row in sheet.rows)
