"""Which records a page may bring that other pages of its list brought before: neighbours overlap, so that nothing is missed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import cast

from connectors.port import Page
from store.incoming import Key


class Neighbours:
    """Of one feed: the ids of each kind's last pages, and those at the edges of all its pages, which may come in any order."""

    def __init__(self) -> None:
        self._last: dict[str, set[str]] = {}
        self._edges: dict[str, set[str]] = defaultdict(set)

    def __contains__(self, key: object) -> bool:
        kind, external_id = cast("Key", key)
        return external_id in self._last.get(kind, ()) or external_id in self._edges.get(kind, ())

    def note(self, pages: Sequence[Page]) -> None:
        """These pages were stored."""
        last: dict[str, set[str]] = defaultdict(set)
        for page in pages:
            before = ""
            for record in page.records:
                last[record.kind].add(record.external_id)
                if record.kind != before:  # a page may hold several lists, one after the other
                    self._edges[record.kind].add(record.external_id)
                before = record.kind
            ends = {record.kind: record.external_id for record in page.records}
            for kind, external_id in ends.items():
                self._edges[kind].add(external_id)
        self._last |= last
