"""Which records a page may bring that other pages of its list brought before: neighbours overlap, so that nothing is missed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import groupby
from operator import attrgetter
from typing import cast

from connectors.port import Page, Record
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
            for kind, records in groupby(page.records, _kind_of):  # a page may hold several lists, one after the other
                ids = list(map(_id_of, records))
                last[kind].update(ids)
                self._edges[kind].update((ids[0], ids[-1]))
        self._last |= last


_kind_of: Callable[[Record], str] = attrgetter("kind")
_id_of: Callable[[Record], str] = attrgetter("external_id")
