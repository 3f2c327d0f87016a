"""Puts a table into a page between two marks, so that a page's figures are always a command's own output."""

from pathlib import Path


class NoSuchSectionError(ValueError):
    """The page has no such pair of marks."""


def replace_section(page: Path, name: str, text: str) -> None:
    """What stands between `<!-- name -->` and `<!-- /name -->` becomes `text`."""
    first, last = f"<!-- {name} -->\n", f"<!-- /{name} -->"
    whole = page.read_text(encoding="utf-8")
    before, found, rest = whole.partition(first)
    _, closed, after = rest.partition(last)
    if not found or not closed:
        raise NoSuchSectionError(f"{page}: no section between {first.strip()} and {last}. Add both marks, a line each.")
    body = text.strip("\n")  # an indented first line is a command, and stays one
    page.write_text(f"{before}{first}\n{body}\n\n{last}{after}", encoding="utf-8")
