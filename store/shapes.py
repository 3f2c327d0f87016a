"""What rows of our tables look like, in plain words: enough to write them where the database's library is not loaded.

The tables tell it as they are made (store/tables); a process that has no tables is told it by one that has.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Literal, NamedTuple

import msgspec

Form = Literal["text", "json", "moment", "day", "decimal", "bytes", "flag", "own", "plain"]


class Cell(NamedTuple):
    """One column. longest: how many characters a text of it may have; None: as many as there are."""

    name: str
    form: Form
    nullable: bool
    longest: int | None = None


FRONT = (
    Cell("organisation_id", "own", False),
    Cell("id", "own", False),
    Cell("connection_id", "own", False),
    Cell("record_kind", "text", False),
    Cell("record_id", "text", False),
    Cell("revision", "plain", False),
    Cell("digest", "text", False),
    Cell("gone_at", "moment", True),
    Cell("recorded_at", "moment", False),
)
"""What every table of pulled things has in front."""

COMMON = tuple(cell.name for cell in FRONT)


class NounShape(msgspec.Struct, frozen=True, kw_only=True):
    """A pulled noun, as store/tables/pulled.py has it. value: module and name of its class; columns: less the common ones."""

    name: str
    value: tuple[str, str]
    columns: tuple[Cell, ...]
    currencies: Mapping[str, str]

    @property
    def kind(self) -> type[Any]:
        """The class of its values."""
        found: type[Any] = getattr(import_module(self.value[0]), self.value[1])
        return found


class Shapes(msgspec.Struct):
    """All that is known: nouns by name, and the columns of other tables."""

    nouns: dict[str, NounShape] = {}
    tables: dict[str, tuple[Cell, ...]] = {}

    def add(self, other: Shapes) -> None:
        self.nouns |= other.nouns
        self.tables |= other.tables


HELD = Shapes()


_names: dict[type[Any], str] = {}


def noun_named(value: type[Any]) -> str:
    """The noun that values of a class are. Raises KeyError for another class."""
    if value not in _names:
        named = {shape.value: shape.name for shape in HELD.nouns.values()}
        _names[value] = named[(value.__module__, value.__qualname__)]
    return _names[value]
