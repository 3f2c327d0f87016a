"""What the next page says of the last act: that it was done, with undo where it can be, or why it was not."""

from __future__ import annotations

from typing import Any

from flask import flash


def done(words: str, *, undo: str | None = None, back: str = "/") -> None:
    """`undo` is the address that its button posts to, `back` where it leads to."""
    message: Any = {"text": words, "undo": undo, "back": back}
    flash(message, "done")


def failed(words: str) -> None:
    message: Any = {"text": words, "undo": None, "back": "/"}
    flash(message, "failed")
