"""The second book: the same for a seed, in order with itself, and fair."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bench.matching_second.audit import audited
from bench.matching_second.book import Book, digits
from bench.matching_second.families.every import FAMILIES
from bench.matching_second.world import World
from bench.matching_second.write import shuffled, write

SIZE = 60


@pytest.fixture(params=sorted(FAMILIES))
def book(request: pytest.FixtureRequest) -> Book:
    return FAMILIES[request.param](7, SIZE)


def test_a_seed_always_gives_the_same_book(book: Book) -> None:
    assert FAMILIES[book.family](7, SIZE) == book
    assert FAMILIES[book.family](8, SIZE) != book


def test_every_receipt_has_one_truth(book: Book) -> None:
    assert sorted(each.receipt_id for each in book.receipts) == sorted(each.receipt_id for each in book.truths)


def test_no_invoice_is_paid_beyond_what_is_open(book: Book) -> None:
    """A payment that was sent back left its invoice open, so it is paid once more."""
    invoices = {each.invoice_id: each for each in book.invoices}
    spent: dict[str, int] = {}
    for truth in book.truths:
        if truth.kind == "unique" and "sent back" not in truth.case:
            for invoice, amount in truth.options[0]:
                spent[invoice] = spent.get(invoice, 0) + amount
    for invoice, amount in spent.items():
        document = invoices[invoice]
        assert amount <= document.open_amount
        assert (amount < 0) == (document.kind == "credit_note")


def test_an_answer_that_is_called_the_only_one_is_open_and_issued(book: Book) -> None:
    invoices = {each.invoice_id: each for each in book.invoices}
    days = {each.receipt_id: each.day for each in book.receipts}
    for truth in book.truths:
        if truth.kind == "unique":
            documents = [invoices[invoice] for invoice, _ in truth.options[0]]
            assert all(each.status == "open" and each.issued <= days[truth.receipt_id] for each in documents), truth


def test_what_is_written_does_not_tell_the_answer_by_its_order(book: Book, tmp_path: Path) -> None:
    write(book, tmp_path / "one", 1)
    shuffled(tmp_path / "one", tmp_path / "two", 2)
    first, second = ((tmp_path / each / "receipts.csv").read_text(encoding="utf-8") for each in ("one", "two"))
    assert sorted(first) == sorted(second)
    assert not (tmp_path / "two" / "truth.csv").exists()


def test_audit_takes_back_an_answer_that_has_a_rival() -> None:
    world = World("hand", 1)
    payer = world.customer("DE")
    first, _ = (world.invoice(payer, 5000, number, date(2026, 1, 2)) for number in ("A-1", "A-2"))
    world.pays("unnamed", date(2026, 2, 2), [first], payer_name=payer.name)
    world.pays("named", date(2026, 2, 2), [first], payer_name=payer.name, reference="A-1")
    assert [each.kind for each in audited(world.book).truths] == ["unsure", "unique"]


def test_audit_takes_back_a_sum_that_two_sets_make() -> None:
    world = World("hand", 1)
    payer = world.customer("FR")
    bills = [world.invoice(payer, amount, f"B-{amount}", date(2026, 1, 2)) for amount in (100, 400, 200, 300)]
    world.pays("sum", date(2026, 2, 2), bills[:2], payer_name=payer.name)
    assert [each.kind for each in audited(world.book).truths] == ["unsure"]


def test_currencies_have_their_own_number_of_decimals() -> None:
    assert [digits(each) for each in ("JPY", "EUR", "KWD")] == [0, 2, 3]
