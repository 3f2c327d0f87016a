"""Rows of CSV text, and where they end, as the standard reader has them."""

import csv
import io

from hypothesis import example, given
from hypothesis import strategies as st

from reconcile.csv_rows import Rows

TEXTS = st.text(st.sampled_from('ab ,"\n\ré'), max_size=24)

Seen = tuple[list[tuple[int, list[str]]], int, str]


def _standard(text: str) -> Seen:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    found: list[tuple[int, list[str]]] = []
    try:
        found.extend((reader.line_num, cells) for cells in reader)
    except csv.Error as error:
        return found, reader.line_num, str(error)
    return found, reader.line_num, ""


def _ours(text: str) -> Seen:
    rows = Rows(text)
    found: list[tuple[int, list[str]]] = []
    try:
        found.extend((rows.line, cells) for cells in rows)
    except csv.Error as error:
        return found, rows.line, str(error)
    return found, rows.line, ""


@given(text=TEXTS)
@example(text='a,b\n"c\nd",e\n\nf,"g""h"\n')
@example(text='a\n"b\n')
@example(text='a\n"b"c\nd')
def test_rows_are_the_standard_readers(text: str) -> None:
    ours, theirs = _ours(text), _standard(text)
    assert ours == theirs
