"""Where on the posting page a person is. It travels in addresses and comes back with each form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from flask import url_for

from store.queries.screens.posting import TABS, Wanted
from webapp.amounts import minor_units
from webapp.context import organisation_id, parse_id

SEARCH_CHARACTERS_MAX = 200
NAME_CHARACTERS_MAX = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """tab: a key of TABS. kind: of cause. code: why it failed. batch: one act. at: the posting that is looked at."""

    tab: str
    page: str | None = None
    at: UUID | None = None
    q: str = ""
    entity: UUID | None = None
    books: UUID | None = None
    kind: str = ""
    code: str = ""
    batch: UUID | None = None

    @classmethod
    def read(cls, given: Mapping[str, str], default: str = "ready") -> Place:
        tab = given.get("tab", default)
        return cls(
            tab=tab if tab in TABS else default,
            page=given.get("page"),
            at=_id(given, "at"),
            q=given.get("q", "").strip()[:SEARCH_CHARACTERS_MAX],
            entity=_id(given, "entity"),
            books=_id(given, "books"),
            kind=given.get("kind", "")[:NAME_CHARACTERS_MAX],
            code=given.get("code", "")[:NAME_CHARACTERS_MAX],
            batch=_id(given, "batch"),
        )

    @property
    def values(self) -> dict[str, Any]:
        """What is not empty, as an address and a form's hidden fields carry it."""
        own = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in own.items() if value}

    @property
    def narrowed(self) -> bool:
        return bool(self.q or self.books or self.kind or self.code or self.batch)

    def address(self, **changes: Any) -> str:
        values = self.values | changes
        return url_for("posting.page", **{name: value for name, value in values.items() if value})

    def wanted(self) -> Wanted:
        return Wanted(
            organisation_id=organisation_id(), tab=self.tab, entity_id=self.entity, connection_id=self.books,
            kind=self.kind, code=self.code, batch_id=self.batch, text=self.q, minor_units=minor_units(self.q),
        )  # fmt: skip


def _id(given: Mapping[str, str], name: str) -> UUID | None:
    return parse_id(given[name]) if given.get(name) else None
