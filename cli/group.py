"""A command that has commands of its own, with help as plain as that of every other command."""

from __future__ import annotations

import typer


def group(help_text: str) -> typer.Typer:
    """Without boxes, and without options about shells that no command of ours needs."""
    return typer.Typer(
        no_args_is_help=True,
        help=help_text,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
