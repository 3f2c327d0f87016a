"""Pages made ready while those before them are written: of a pass that finds nothing standing every record is written.

Mapping is pure, and so is all that follows from it up to the transaction: it is done where the pages are read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

from connectors.port import Connector, Context, Page, Record
from store.fresh import Fresh, FreshMaker
from store.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared(Page):
    """A page whose records are rows already. fresh: of each record; None where the transaction has to look first."""

    fresh: tuple[Fresh | None, ...]


_OF_A_PAGE = tuple(field.name for field in fields(Page))


def prepared(pages: Iterator[Page], connector: Connector, scope: Scope, context: Context) -> Iterator[Page]:
    """The same pages; records of listings that begin from nothing are ready."""
    make = FreshMaker(scope).make

    def one(record: Record) -> Fresh | None:
        if record.deleted:
            return None
        mapped = connector.map(record, context)
        return make(record, mapped.values, mapped.findings)

    for page in pages:
        if page.full and page.records:
            given = {name: getattr(page, name) for name in _OF_A_PAGE}
            yield Prepared(**given, fresh=tuple(map(one, page.records)))
        else:
            yield page


def weight(page: Page) -> int:
    """Bytes that a page's records hold while it waits."""
    raw = sum([len(record.raw) for record in page.records])
    return raw + sum([one.weight for one in page.fresh if one is not None]) if isinstance(page, Prepared) else raw
