"""Lines of a CSV file, byte for byte those of the standard writer."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from reconcile.csv_lines import CsvLines

CELLS = st.text(st.sampled_from("ab ,;\"'\n\r\t\u00e9"), max_size=5)


@given(rows=st.lists(st.lists(CELLS, min_size=2, max_size=4), max_size=5))
def test_lines_are_the_standard_writers(rows: list[list[str]]) -> None:
    ours, theirs = io.StringIO(newline=""), io.StringIO(newline="")
    CsvLines(ours, ("one", "two")).write(rows)
    csv.writer(theirs, lineterminator="\n").writerows([("one", "two"), *rows])
    assert ours.getvalue() == theirs.getvalue()
