"""The dictionaries that the payloads of one pass are compressed with: one a kind, the same for all its feeds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from threading import Lock

from connectors.port import Record
from store.dictionary import SAMPLES, Dictionary, trained


class Dictionaries:
    """Threads that read feeds share it. A kind's dictionary is trained once, from the first page with enough of the kind."""

    def __init__(self) -> None:
        self._of: dict[str, Dictionary | None] = {}
        self._kept: set[int] = set()
        self._training = Lock()

    def add(self, standing: Iterable[Dictionary]) -> None:
        """Those that stand in the store; the first of a kind is used."""
        for one in standing:
            self._of.setdefault(one.kind, one)
            self._kept.add(one.number)

    def keep(self, stored: Iterable[Dictionary]) -> None:
        """They are committed: no page that is made ready from now on has to bring them."""
        self._kept.update(one.number for one in stored)

    def unkept(self, using: Sequence[Dictionary]) -> tuple[Dictionary, ...]:
        """Those that a page has to bring; sent with every page they would cost as much as its rows."""
        return tuple(one for one in using if one.number not in self._kept)

    def of(self, records: Sequence[Record]) -> tuple[Dictionary, ...]:
        """Those of the records' kinds, as far as there are such."""
        kinds = dict.fromkeys(record.kind for record in records)
        return tuple(found for kind in kinds if (found := self._one(kind, records)) is not None)

    def _one(self, kind: str, records: Sequence[Record]) -> Dictionary | None:
        with self._training:
            if kind not in self._of:
                payloads = [record.raw for record in records if record.kind == kind and not record.deleted]
                if len(payloads) < SAMPLES:
                    return None
                self._of[kind] = trained(kind, payloads)
            return self._of[kind]
