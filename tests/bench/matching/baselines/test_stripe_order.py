"""The documented order: number in the reference, exact group, then whole invoices from the oldest."""

from bench.matching.baselines.book import Item
from bench.matching.baselines.stripe_order import match
from tests.bench.matching.baselines.shop import item, line, taken

PAYER = "Abelson Tools"


def items() -> list[Item]:
    return [
        item("a1", "A", 10_000, "INV-1001", "2026-01-01"),
        item("a2", "A", 5_000, "INV-1002", "2026-01-02"),
        item("a3", "A", 5_000, "INV-1003", "2026-01-03"),
        item("b1", "B", 5_000, "INV-2001", "2026-01-01"),
    ]


def test_the_number_goes_first() -> None:
    assert taken(match, items(), line(5_000, "INV-1003", PAYER)) == {"a3": 5_000}


def test_more_than_the_named_invoice_leaves_the_rest_on_the_balance() -> None:
    assert taken(match, items(), line(7_000, "INV-1003", PAYER)) == {"a3": 5_000}


def test_two_numbers_are_not_a_single_one_so_the_group_is_looked_for() -> None:
    assert taken(match, items(), line(10_000, "INV-1002 INV-1003", PAYER)) == {"a1": 10_000}


def test_the_smallest_group_then_the_oldest() -> None:
    assert taken(match, items(), line(5_000, "", PAYER)) == {"a2": 5_000}
    assert taken(match, items(), line(15_000, "", PAYER)) == {"a1": 10_000, "a2": 5_000}


def test_else_whole_invoices_oldest_first_and_none_in_part() -> None:
    assert taken(match, items(), line(16_000, "", PAYER)) == {"a1": 10_000, "a2": 5_000}
    assert taken(match, items(), line(7_000, "", PAYER)) == {"a2": 5_000}
    assert taken(match, items(), line(4_000, "INV-1001", PAYER)) == {}


def test_an_invoice_long_overdue_or_not_yet_issued_waits_no_more_or_not_yet() -> None:
    late = [item("old", "A", 100, "INV-1", "2025-10-01", "2025-12-31"), item("new", "A", 100, "INV-2", "2026-02-02")]
    assert taken(match, late, line(100, "", PAYER)) == {}
    assert taken(match, late, line(100, "", PAYER, day="2026-01-30")) == {"old": 100}


def powers() -> list[Item]:
    rows = [item(f"a{place}", "A", 7 ** (place + 1), f"INV-{place}") for place in range(6)]
    return [*rows, item("a9", "A", 3, "INV-9", "2026-01-06")]


def test_a_group_has_five_at_most() -> None:
    total = sum(7 ** (place + 1) for place in range(6))
    assert len(taken(match, powers(), line(total, "", PAYER))) == 6  # by the last step: whole, oldest first
    five = {f"a{place}": 7 ** (place + 1) for place in range(1, 6)}
    assert taken(match, powers(), line(total - 7, "", PAYER)) == five


def test_the_customer_is_the_account_or_else_the_most_similar_name() -> None:
    assert taken(match, items(), line(5_000, "", "somebody", "DE111")) == {"a2": 5_000}
    assert taken(match, items(), line(5_000, "", "BRIGHTWATER DENTL")) == {"b1": 5_000}
    assert taken(match, items(), line(5_000, "", "Zebra")) == {}
