"""What the next page says of the last act: that it was done, with undo where it can be, or why it was not."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash


def done(words: str, *, undo: UUID | None = None, back: str = "/") -> None:
    """`undo` is the match to undo, `back` where its button leads to."""
    message: Any = {"text": words, "undo": None if undo is None else str(undo), "back": back}
    flash(message, "done")


def failed(words: str) -> None:
    message: Any = {"text": words, "undo": None, "back": "/"}
    flash(message, "failed")
