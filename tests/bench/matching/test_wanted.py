"""Lists of numbers, and sections of pages."""

from pathlib import Path

import pytest

from bench.matching.document import NoSuchSectionError, replace_section
from bench.matching.matchers import UnknownRivalError, rival_names
from bench.matching.wanted import numbers, spelt


@pytest.mark.parametrize(("text", "values"), [("7", (7,)), ("1,3-5", (1, 3, 4, 5)), ("1-2,9", (1, 2, 9))])
def test_lists_are_read_and_spelt_alike(text: str, values: tuple[int, ...]) -> None:
    assert numbers(text) == values
    assert spelt(values) == text


def test_a_section_is_replaced_and_the_rest_stays(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("a\n<!-- one -->\nold\n<!-- /one -->\nb\n", encoding="utf-8")
    replace_section(page, "one", "new\n")
    replace_section(page, "one", "newer")
    assert page.read_text(encoding="utf-8") == "a\n<!-- one -->\n\nnewer\n\n<!-- /one -->\nb\n"
    with pytest.raises(NoSuchSectionError, match="<!-- two -->"):
        replace_section(page, "two", "x")


def test_rivals_by_name() -> None:
    assert rival_names("none") == ()
    assert rival_names("stripe-order,splink-0.99") == ("stripe-order", "splink-0.99")
    assert "splink-0.50" in rival_names("all")
    assert "splink-0.50" not in rival_names("own")
    with pytest.raises(UnknownRivalError, match="no rival is called odoo"):
        rival_names("odoo")
