"""Pages made ready while those before them are written: of a pass that finds nothing standing every record is written.

Mapping is pure, and so is all that follows from it up to the transaction: it is done before, and in a process beside ours
where there is enough of it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, fields

from connectors.port import Connector, Context, Page
from store.fresh import Fresh, FreshMaker
from store.scope import Scope
from sync.beside import Asked, Beside, Rows, Task, rows_of

ENOUGH = 1_000  # records that are made ready here before a process is started for the others
BYTES_AWAY = 3 * 512 * 1024  # of payloads, at the process beside


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared(Page):
    """A page whose records are rows already. fresh: of each record; None where the transaction has to look first."""

    fresh: tuple[Fresh | None, ...]


_OF_A_PAGE = tuple(field.name for field in fields(Page))


def prepared(
    pages: Iterator[Page], connector: Connector, scope: Scope, context: Context, beside: Beside
) -> Iterator[Page]:
    """The same pages, in order; records of listings that begin from nothing are ready."""
    yield from _Preparing(connector, scope, context, beside).pages(pages)


class _Preparing:
    """Pages of one feed on their way through the process beside, or through our own hands."""

    def __init__(self, connector: Connector, scope: Scope, context: Context, beside: Beside) -> None:
        self._connector, self._scope, self._context, self._beside = connector, scope, context, beside
        self._make = FreshMaker(scope)
        self._mapping = getattr(connector, "mapping", None)
        self._away: deque[tuple[Page, Asked | None]] = deque()
        self._bytes = self._came = 0

    def pages(self, pages: Iterator[Page]) -> Iterator[Page]:
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
        asked = None
        if page.full and page.records and self._mapping is not None:
            self._came += len(page.records)
            if self._came > ENOUGH:
                self._beside.begin()
            if self._beside.usable:
                module, name = self._mapping.__module__, self._mapping.__name__
                scope = self._scope
                asked = self._beside.ask(
                    Task(module, name, scope.organisation_id, scope.connection_id, self._context, page.records)
                )
        self._away.append((page, asked))
        self._bytes += weight(page)

    def _back(self, *, wait: bool) -> Iterator[Page]:
        while self._away:
            page, asked = self._away[0]
            if asked is not None and not (wait or self._bytes > BYTES_AWAY or self._beside.answered(asked)):
                return
            self._away.popleft()
            self._bytes -= weight(page)
            yield self._ready(page, asked)

    def _ready(self, page: Page, asked: Asked | None) -> Page:
        if not page.full or not page.records:
            return page
        rows: Rows | None = self._beside.answer(asked) if asked is not None else None
        if rows is None or len(rows) != len(page.records):
            rows = rows_of(self._make, self._connector.map, page.records, self._context)
        given = {name: getattr(page, name) for name in _OF_A_PAGE}
        return Prepared(**given, fresh=rows)


def weight(page: Page) -> int:
    """Bytes that a page's records hold while it waits."""
    raw = sum([len(record.raw) for record in page.records])
    return raw + sum([one.weight for one in page.fresh if one is not None]) if isinstance(page, Prepared) else raw
