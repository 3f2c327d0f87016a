"""What a text names, and how strongly."""

import pytest

from reconcile.index import Index
from reconcile.mentions import read_mentions
from tests.reconcile.book import HILL, invoice

BOOK = Index.build(
    [
        invoice("INV-2026-0117", "1.00", po="PO 4500-117"),
        invoice("INV-2026-0118", "2.00", payment_reference="RF18 5390 0754 7034"),
        invoice("1045", "3.00"),
        invoice("R/88/2210", "4.00", HILL),
        invoice("2026-01-19", "5.00", HILL),
        invoice("INV-50001", "6.00", item_id="in_1QabcDEF234"),
        invoice("INV-50002", "6.00"),
    ],
    (),
    (),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("INV-2026-0117", [("INV-2026-0117", 5)]),
        ("inv2026 0117 thank you", [("INV-2026-0117", 5)]),
        ("INV 117/2026", [("INV-2026-0117", 4)]),
        ("20260117", [("INV-2026-0117", 3)]),
        ("order PO4500117", [("INV-2026-0117", 4)]),
        ("RF18 5390 0754 7034", [("INV-2026-0118", 6)]),
        ("invoice 1045", [("1045", 2)]),
        ("1045", [("1045", 1)]),
        ("R 88 2210", [("R/88/2210", 5)]),
        ("paid on 2026-03-04", []),
        ("charge in_1QabcDEF234", [("INV-50001", 6)]),
        ("INV-50001, 50002", [("INV-50001", 5), ("INV-50002", 3)]),
        ("INV-50001 and INV-50001", [("INV-50001", 5)]),
        ("nothing here", []),
    ],
)
def test_numbers_in_a_text(text: str, expected: list[tuple[str, int]]) -> None:
    found = read_mentions(text, (), BOOK.references)
    assert [(mention.slots[0].item.number, mention.strength) for mention in found] == expected


def test_metadata_names_too() -> None:
    found = read_mentions("", (("invoice", "in_1QabcDEF234"), ("note", "for INV-50002")), BOOK.references)
    assert [mention.slots[0].item.number for mention in found] == ["INV-50001", "INV-50002"]
