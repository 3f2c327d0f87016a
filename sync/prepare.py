"""Pages made ready while those before them are written: of a pass that finds nothing standing every record is written.

Mapping is pure, and so is all that follows from it up to the transaction: it is done before, and in a process beside ours
where there is enough of it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import chain
from typing import Any

from msgspec.structs import replace

from connectors.port import Connector, Context, Page, Record
from store.dictionary import Dictionary
from store.fresh import Fresh, FreshMaker
from store.scope import Scope
from sync.beside import Asked, Beside
from sync.dictionaries import Dictionaries
from sync.frames import Task
from sync.worker import rows_of

ENOUGH = 300  # records that are made ready here before a process is started for the others
BYTES_AWAY = 2 * 1024 * 1024  # at the process beside, of all feeds; each may have a page there
RECORDS_A_TASK = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared(Page):
    """A page whose records are rows already. fresh: of each record; None where the transaction has to look first.
    dictionaries: without which their payloads cannot be read, less those that are stored; they are stored with them.

    A record that is a row has its payload there and nowhere else: twice it would be half of what waits.
    """

    fresh: tuple[Fresh | None, ...]
    dictionaries: Sequence[Dictionary] = ()


_OF_A_PAGE = tuple(field.name for field in fields(Page))


class Preparing:
    """Pages of one feed on their way through the process beside, or through our own hands.

    Records of listings that begin from nothing are made ready for a database of the dialect. context: what their mapping
    has to know; it is asked for when the first page is here.
    """

    def __init__(
        self,
        connector: Connector,
        scope: Scope,
        dialect: str,
        context: Callable[[], Context],
        beside: Beside,
        dictionaries: Dictionaries,
    ) -> None:
        self._connector, self._scope, self._context, self._beside = connector, scope, context, beside
        self._dictionaries = dictionaries
        self._dialect, self._make = dialect, FreshMaker(scope, dialect)
        self._mapping: Any = getattr(connector, "mapping", None)  # of a module, so that others find it by its name
        self._away: deque[tuple[Page, list[Asked], Sequence[Dictionary]]] = deque()
        self._came = 0

    def pages(self, pages: Iterator[Page]) -> Iterator[Page]:
        """The same pages, in order."""
        fault: Exception | None = None
        while True:
            try:
                page = next(pages)
            except StopIteration:
                break
            except Exception as raised:  # noqa: BLE001 - raised below: a fault comes after the pages before it
                fault = raised
                break
            self._send(page)
            yield from self._back(wait=False)
        yield from self._back(wait=True)
        if fault is not None:
            raise fault

    def _send(self, page: Page) -> None:
        asked: list[Asked] = []
        using = self._dictionaries.of(page.records) if page.full else ()
        if page.full and page.records and self._mapping is not None:
            self._came += len(page.records)
            if self._came > ENOUGH:
                self._beside.begin()
            if self._beside.usable:
                asked = [self._beside.ask(self._task(part, using), using) for part in _parts(page.records)]
        self._away.append((page, asked, using))

    def _task(self, records: Sequence[Record], using: Sequence[Dictionary]) -> Task:
        mapping, scope = self._mapping, self._scope
        place = (scope.organisation_id, scope.connection_id, self._dialect)
        numbers = [one.number for one in using]
        return Task(mapping.__module__, mapping.__name__, *place, self._context(), records, numbers)

    def _back(self, *, wait: bool) -> Iterator[Page]:
        """Pages that are ready; while one is worked on, another may be on its way."""
        while self._away:
            page, asked, using = self._away[0]
            needed = wait or (len(self._away) > 1 and self._beside.bytes > BYTES_AWAY)
            if not needed and not all(map(self._beside.taken, asked)):
                return
            self._away.popleft()
            yield self._ready(page, asked, using)

    def _ready(self, page: Page, asked: Sequence[Asked], using: Sequence[Dictionary]) -> Page:
        if not page.full or not page.records:
            return page
        answers = [self._beside.answer(one) for one in asked]
        rows = tuple(chain.from_iterable(rows for rows in answers if rows is not None))
        if len(rows) != len(page.records):
            rows = rows_of(self._make, self._connector.map, page.records, self._context(), using)
        given = {name: getattr(page, name) for name in _OF_A_PAGE}
        light = [
            record if one is None else replace(record, raw=b"") for record, one in zip(page.records, rows, strict=True)
        ]
        return Prepared(**given | {"records": light}, fresh=rows, dictionaries=self._dictionaries.unkept(using))


def _parts(records: Sequence[Record]) -> Iterator[Sequence[Record]]:
    for start in range(0, len(records), RECORDS_A_TASK):
        yield records[start : start + RECORDS_A_TASK]


def weight(page: Page) -> int:
    """Bytes that a page's records hold while it waits."""
    raw = sum([len(record.raw) for record in page.records])
    return raw + sum([one.weight for one in page.fresh if one is not None]) if isinstance(page, Prepared) else raw
