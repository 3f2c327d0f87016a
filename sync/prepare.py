"""Pages made ready while those before them are written: of a pass that finds nothing standing every record is written.

Mapping is pure, and so is all that follows from it up to the transaction: it is done where the pages are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from connectors.port import Connector, Context, Mapped, Page, Record
from store.incoming import Incoming
from store.intake import fingerprint
from store.ready import packer, ready
from store.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared(Record):
    """A record that is ready to be written. Its `raw` is let go; weight: the bytes that it was. digest: of those bytes."""

    digest: str
    incoming: Incoming
    weight: int


def prepared(pages: Iterator[Page], connector: Connector, scope: Scope, context: Context) -> Iterator[Page]:
    """The same pages; records of listings that begin from nothing are ready."""
    pack = packer()

    def one(record: Record) -> Record:
        return record if record.deleted else _prepared(record, connector.map(record, context), scope, pack)

    for page in pages:
        yield replace(page, records=tuple(map(one, page.records))) if page.full else page


def _prepared(record: Record, mapped: Mapped, scope: Scope, pack: Callable[[bytes], bytes]) -> Prepared:
    digest = fingerprint(record.raw)
    incoming = Incoming(
        kind=record.kind,
        external_id=record.external_id,
        version=record.version,
        updated_at=record.updated_at,
        seen_at=record.seen_at,
        deleted=False,
        raw=b"",
        findings=mapped.findings,
        digest=digest,
        ready=ready(scope.connection_id, record.kind, record.raw, mapped.values, pack),
    )
    return Prepared(
        kind=record.kind,
        external_id=record.external_id,
        raw=b"",
        seen_at=record.seen_at,
        updated_at=record.updated_at,
        version=record.version,
        digest=digest,
        incoming=incoming,
        weight=len(record.raw),
    )


def weight(record: Record) -> int:
    """Bytes that a record holds while it waits."""
    return record.weight if isinstance(record, Prepared) else len(record.raw)


def digest_of(record: Record) -> str:
    return record.digest if isinstance(record, Prepared) else fingerprint(record.raw)
