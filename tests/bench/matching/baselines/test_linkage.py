"""What the linkage libraries are shown, and how their pairs are taken; the libraries themselves are no part of the lock."""

from pathlib import Path

from bench.matching.baselines.book import Book, Item
from bench.matching.baselines.linkage import invoices_table, receipts_table, take, words_of_text
from bench.matching.baselines.venv import installed
from bench.matching.matchers import INSTALLED, rival_matchers, rival_names
from tests.bench.matching.baselines.shop import ACCOUNTS, NAMES, item, line


def book_of(items: list[Item]) -> Book:
    return Book(items, dict(NAMES), dict(ACCOUNTS), [line(10_000, "Rg. INV-1001/2026", "ABELSON TOOLS", "DE111")])


def test_both_tables_speak_the_same_language() -> None:
    book = book_of([item("a1", "A", 10_000, "INV-1001")])
    receipts, invoices = receipts_table(book), invoices_table(book)
    assert receipts.amount == invoices.amount == ["EUR 10000"]
    assert receipts.account == invoices.account == ["DE111"]
    assert set(receipts.words[0]) & set(invoices.words[0]) == {"inv1001", "1001"}


def test_a_word_that_many_carry_is_left_out() -> None:
    book = book_of([item(f"a{place}", "A", 1, f"2026-{place:04d}") for place in range(30)])
    assert all("2026" not in words for words in invoices_table(book).words)
    assert "2026" in words_of_text("2026-0001")


def test_pairs_are_taken_one_to_one_by_falling_probability() -> None:
    book = book_of([item("a1", "A", 10_000, "INV-1001"), item("a2", "A", 12_000, "INV-1002")])
    take(book, [(0.6, "R1", "a1"), (0.97, "R1", "a2")], 0.5)
    assert [(one.id, amount) for one, amount in book.matches["R1"]] == [("a2", 10_000)]
    assert book.trust["R1"] == 0.97


def test_pairs_below_the_threshold_are_suggested() -> None:
    book = book_of([item("a1", "A", 10_000, "INV-1001"), item("a2", "A", 12_000, "INV-1002")])
    take(book, [(0.6, "R1", "a1"), (0.4, "R1", "a2")], 0.99)
    assert not book.matches
    assert [(one.parts[0][0].id, one.trust) for one in book.suggestions["R1"]] == [("a1", 0.6), ("a2", 0.4)]


def test_what_cannot_be_installed_is_said_in_a_sentence(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder", encoding="utf-8")
    fault = installed(blocked / "venv").fault
    assert fault.startswith("not measured: splink==5.0.0 and recordlinkage==0.16 could not be installed: ")
    found, missing = rival_matchers(rival_names("all"), blocked / "venv")
    assert set(missing) == set(INSTALLED)
    assert not {matcher.label for matcher in found} & set(INSTALLED)
