"""The documented table, row by row where a row can be told from its neighbours."""

import pytest

from bench.matching.baselines.book import Item, Line
from bench.matching.baselines.business_central import RULES, match_high, match_high_and_medium, rule_for
from tests.bench.matching.baselines.shop import asked, item, line, taken

FULL = "abelson tools gmbh"
LIKE = "ABELSON TOOLS GMB"
BOOK = [("a1", "A", 10_000, "INV-1001"), ("a2", "A", 5_000, "INV-1002"), ("b1", "B", 7_000, "INV-2001")]


def items() -> list[Item]:
    return [item(*row) for row in BOOK]


def level(one: Line, *more: tuple[str, str, int, str]) -> str:
    """High or Medium by which of the two settings takes it, Low if it is only suggested."""

    def book() -> list[Item]:
        return [*items(), *(item(*row) for row in more)]

    if taken(match_high, book(), one):
        return "High"
    if taken(match_high_and_medium, book(), one):
        return "Medium"
    return "Low" if asked(match_high, book(), one).suggestions else "none"


def test_the_table_has_the_documented_rows() -> None:
    assert [sum(row[0] == name for row in RULES) for name in ("High", "Medium", "Low")] == [10, 9, 5]
    assert rule_for("Fully", "Multiple", "One") == 0
    assert rule_for("Fully", "Multiple", "None") == 10
    assert rule_for("No", "No", "None") is None


@pytest.mark.parametrize(
    ("came", "expected"),
    [
        (line(10_000, "pays inv-1001", FULL), "High"),  # fully, yes, one
        (line(10_000, "pays INV-1001", LIKE), "High"),  # partly, yes, one
        (line(10_000, "", FULL), "High"),  # fully, no, one
        (line(10_000, "", "", "DE111"), "High"),  # the account alone makes it fully
        (line(15_000, "INV-1001 INV-1002"), "High"),  # nobody, several, their sum
        (line(9_000, "INV-1001", FULL), "Medium"),  # fully, yes, not considered
        (line(9_000, "INV-1001", LIKE), "Medium"),
        (line(10_000, "INV-1001"), "Medium"),  # nobody, yes, one
        (line(9_000, "INV-1001"), "Medium"),  # nobody, yes, not considered
        (line(10_000, "", LIKE), "Medium"),  # partly, no, one
        (line(9_000, "", FULL), "Low"),  # fully, no, none
        (line(9_000, "", LIKE), "Low"),
        (line(10_000), "Low"),  # nobody, no, one
        (line(9_000), "none"),
    ],
)
def test_each_agreement_has_its_confidence(came: Line, expected: str) -> None:
    assert level(came) == expected


def test_several_of_one_amount_are_high_only_with_the_number() -> None:
    twin = ("a3", "A", 10_000, "INV-1003")
    assert level(line(10_000, "INV-1003", FULL), twin) == "High"
    assert level(line(10_000, "", FULL), twin) == "Medium"
    assert level(line(10_000, "", LIKE), twin) == "Low"


def test_short_texts_are_not_matched() -> None:
    assert level(line(9_000, "No 77"), ("b2", "B", 9_001, "77")) == "none"


def test_the_customers_own_number_counts_like_the_documents() -> None:
    assert taken(match_high, items(), line(10_000, "order po-a100", FULL)) == {"a1": 10_000}


def test_money_is_spread_oldest_first_and_never_beyond_what_is_open() -> None:
    assert taken(match_high, items(), line(15_000, "INV-1002, INV-1001", FULL)) == {"a1": 10_000, "a2": 5_000}
    assert taken(match_high_and_medium, items(), line(12_000, "INV-1001 INV-1002", FULL)) == {"a1": 10_000, "a2": 2_000}
    assert taken(match_high_and_medium, items(), line(12_000, "INV-1001", FULL)) == {"a1": 10_000}
