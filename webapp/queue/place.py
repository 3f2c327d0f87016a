"""Where in the queue a person is: section, page, row, search. It travels in addresses and comes back with each form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import url_for

from store.queries.screens.queue import SECTIONS
from webapp.context import parse_id

SEARCH_CHARACTERS_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    section: str
    page: str | None = None
    at: UUID | None = None
    text: str = ""
    entity_id: UUID | None = None

    @classmethod
    def read(cls, given: Mapping[str, str], default: str = "ready") -> Place:
        section = given.get("section", default)
        return cls(
            section=section if section in SECTIONS else default,
            page=given.get("page"),
            at=parse_id(given["at"]) if given.get("at") else None,
            text=given.get("q", "").strip()[:SEARCH_CHARACTERS_MAX],
            entity_id=parse_id(given["entity"]) if given.get("entity") else None,
        )

    def address(self, **changes: Any) -> str:
        """The address of this place, with changes; what is empty is left out."""
        values = {
            "section": self.section, "page": self.page, "at": self.at, "q": self.text, "entity": self.entity_id,
        } | changes  # fmt: skip
        return url_for("queue.page", **{name: value for name, value in values.items() if value})
