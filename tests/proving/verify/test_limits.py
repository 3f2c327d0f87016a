"""What was not compared is said, and nothing where everything was."""

from __future__ import annotations

from datetime import date

from proving.verify.limits import not_compared

DAY = date(2026, 3, 31)
WHOLE = {
    "control": {"compared": 1}, "customer": {"compared": 4, "basis": "home", "as_of": "2026-03-31"},
    "document": {"compared": 0, "behind": False, "synced": True, "not_looked_at": 0},
}  # fmt: skip


def test_nothing_is_said_where_everything_was_compared() -> None:
    assert not_compared(WHOLE, DAY, "quickbooks") == []
    now = {**WHOLE, "customer": {"compared": 4, "basis": "standing", "as_of": "2026-03-31"}}
    assert not_compared(now, DAY, "xero") == []
    assert not_compared({"customer": {"compared": 4, "basis": "standing"}, "control": {}}, DAY, "xero") == []


def test_customers_of_a_past_day_in_xero_are_compared_as_they_stand_and_that_is_said() -> None:
    later = {**WHOLE, "customer": {"compared": 4, "basis": "standing", "as_of": "2026-04-20"}}
    (words,) = not_compared(later, DAY, "xero")
    assert "as of 20 Apr 2026" in words
    assert "of 31 Mar 2026 the control account" in words


def test_an_empty_company_is_not_said_to_have_customers_compared() -> None:
    empty = {"customer": {"compared": 0, "basis": "standing", "as_of": "2026-03-31"}}
    (words,) = not_compared({**empty, "count": {"compared": 6}}, DAY, "xero")
    assert words == (
        "Xero has no account of receivables that could be read, so that receivables were not compared; nor does any customer owe"
        " anything there or here."
    )
    (words,) = not_compared(empty, DAY, "xero")
    assert words == "Nothing was compared: neither Xero nor Tieout holds anything yet that could be."


def test_each_thing_that_was_left_out_has_its_sentence() -> None:
    totals = {
        "customer": {"compared": 4, "basis": "home", "as_of": "2026-03-31"},
        "document": {"compared": 0, "behind": True, "synced": False, "not_looked_at": 12},
        "payout": {"compared": 0, "reach": False},
    }
    said = " ".join(not_compared(totals, DAY, "quickbooks"))
    for words in (
        "No sync has come",
        "More has changed",
        "Of 12 more customers",
        "no account of receivables",
        "No bank statement",
    ):
        assert words in said
