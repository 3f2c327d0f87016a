"""The three plain rules."""

from bench.matching.baselines import name_and_amount, number_in_text, partner_and_reference
from bench.matching.baselines.book import Item
from tests.bench.matching.baselines.shop import item, line, taken


def items() -> list[Item]:
    return [
        item("a1", "A", 10_000, "INV-1001", due="2026-01-20"),
        item("a2", "A", 10_000, "INV-1002", due="2026-02-02"),
        item("b1", "B", 7_000, "INV-2001"),
    ]


def test_number_in_text_takes_the_first_number_up_to_what_is_open() -> None:
    rule = number_in_text.match
    assert taken(rule, items(), line(8_000, "for inv-2001 and INV-1001")) == {"b1": 7_000}
    assert taken(rule, items(), line(8_000, "thanks")) == {}


def test_name_and_amount_takes_the_nearest_due_date() -> None:
    rule = name_and_amount.match
    assert taken(rule, items(), line(10_000, "", "ABELSON TOOLS GMBH")) == {"a2": 10_000}
    assert taken(rule, items(), line(9_999, "", "ABELSON TOOLS GMBH")) == {}
    assert taken(rule, items(), line(10_000, "", "Brightwater Dental")) == {}


def test_partner_and_reference_wants_the_sum() -> None:
    rule = partner_and_reference.match
    assert taken(rule, items(), line(20_000, "INV-1001, INV-1002", "", "DE111")) == {"a1": 10_000, "a2": 10_000}
    assert taken(rule, items(), line(19_000, "INV-1001, INV-1002", "", "DE111")) == {}
    assert taken(rule, items(), line(7_000, "", "brightwater dental")) == {"b1": 7_000}
    assert taken(rule, items(), line(10_000, "", "Abelson Tools GmbH")) == {}
