"""What the runner asks of whoever plans postings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from connectors.writing import Standing, Writer
from posting.outlet import Outlet, Wanted
from posting.planned import Planned
from posting.rules import PostingRules
from store.database import Connection


class Planner(Protocol):
    """Made anew for each bunch of postings, once the documents were read again."""

    def wanted(self, read: Connection, postings: Sequence[Any], /) -> Wanted:
        """What is to be read upstream before these are planned."""

    def plan(self, read: Connection, posting: Any, writer: Writer, /) -> Planned:
        """Raises NotPosted, or Refused from the writer's shape."""

    def found(
        self, read: Connection, planned: Sequence[tuple[Any, Planned]], ask: Writer | None, /
    ) -> Mapping[UUID, Any]:
        """By posting, the same money where the books hold it already. ask None: looked for in the store alone."""

    def settle_found(self, connection: Connection, posting: Any, found: Any, /, *, by: str, now: datetime) -> None:
        """Moves the posting to `found` and lets its match and receipt say so."""

    def refuse_if_bound(self, read: Connection, posting: Any, standings: Mapping[str, Standing], /) -> None:
        """Before anything is taken back. Raises NotPosted where it is reconciled, deposited, locked or built upon."""


class MakesPlanners(Protocol):
    def __call__(self, read: Connection, outlet: Outlet, rules: PostingRules, /) -> Planner: ...
