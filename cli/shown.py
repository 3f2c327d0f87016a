"""Printing: JSON for programs, plain columns for people, progress on standard error where that is a terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sync.pull import Progress


def print_json(content: Any) -> None:
    print(json.dumps(content, indent=2, ensure_ascii=False, default=str))


def print_table(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Columns as wide as their widest cell; nothing is cut."""
    texts = [[_text(cell) for cell in row] for row in rows]
    widths = [max(len(head), *(len(row[place]) for row in texts), 0) for place, head in enumerate(heads)]
    for row in [list(heads), *texts]:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _text(cell: Any) -> str:
    if cell is None:
        return "-"
    if isinstance(cell, datetime):
        return f"{cell:%d %b %Y %H:%M} UTC"
    return str(cell)


def progress(connection: str, shown: Progress) -> None:
    """One line a feed, rewritten as it grows; nothing where nobody watches."""
    if not sys.stderr.isatty():
        return
    of = f" of {shown.total:,}" if shown.total else ""
    end = "\n" if shown.done else ""
    sys.stderr.write(f"\r{connection}  {shown.feed}: {shown.came:,}{of}      {end}")
    sys.stderr.flush()
