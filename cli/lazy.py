"""Command groups whose commands are imported when they are called."""

from __future__ import annotations

import functools
import importlib
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup

from cli.registry import Row

if TYPE_CHECKING:
    from collections.abc import Callable

    from typer._click import Command, Context


def lazy_group(rows: tuple[Row, ...], help_text: str, name: str, epilog: str | None = None) -> typer.Typer:
    """A Typer over `rows`, shown in their order. Options of the group itself go into a callback of the caller's."""
    by_name = {row.name: row for row in rows}

    class LazyGroup(TyperGroup):
        def list_commands(self, ctx: Context) -> list[str]:
            return list(by_name)

        def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
            row = by_name.get(cmd_name)
            return None if row is None else load(row)

    app = typer.Typer(
        name=name,
        cls=LazyGroup,
        help=help_text,
        epilog=epilog,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_nothing_before)  # without a callback typer takes a group without commands of its own for empty
    return app


def _nothing_before() -> None:
    """A group's own options, where it has none; `app.callback` replaces it."""


@functools.cache
def _target(target: str) -> Any:
    module, _, attribute = target.partition(":")
    return getattr(importlib.import_module(module), attribute)


def load(row: Row) -> Command:
    """The command of a row, whether its module offers a function or a Typer."""
    target = _target(row.target)
    app = target if isinstance(target, typer.Typer) else _alone(target, row)
    command = typer.main.get_command(app)
    command.name = row.name
    # The mark keeps the help from breaking the line, which a person copies.
    command.epilog = command.epilog or f"\b\nExample:\n  {row.example}"
    return command


def _alone(function: Callable[..., Any], row: Row) -> typer.Typer:
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    app.command(row.name, **row.settings)(function)
    return app
