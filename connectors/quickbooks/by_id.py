"""Records by their ids: one query a kind, and queries of several kinds in one batch, each answered by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from connectors.port import Page
from connectors.quickbooks.client import Listing, QuickBooksClient
from connectors.quickbooks.faults import QuickBooksRefused
from connectors.quickbooks.kinds import BY_NAME
from connectors.quickbooks.places import PAGE_SIZE
from connectors.quickbooks.records import gone, to_records

IDS_A_QUERY = 200
OBJECTS_A_BATCH = 1_000  # what one answer holds at most
QUERIES_A_BATCH = 30
Part = tuple[str, tuple[str, ...]]
"""A kind, and ids of it that one query names."""


def by_id(client: QuickBooksClient, wanted: Mapping[str, Sequence[str]]) -> Iterator[Page]:
    """Ids by kind. A query that QuickBooks refuses in a batch, or the batch itself, is asked by itself."""
    for batch in _batches(wanted):
        found: Sequence[Listing | None] = [None]
        if len(batch) > 1:
            found = _answers(client, batch)
        for part, listing in zip(batch, found, strict=True):
            yield _page(part, listing or client.query(part[0], _statement(part)))


def _answers(client: QuickBooksClient, batch: Sequence[Part]) -> Sequence[Listing | None]:
    try:
        return client.several([(kind, _statement((kind, ids))) for kind, ids in batch])
    except QuickBooksRefused:
        return [None] * len(batch)


def _batches(wanted: Mapping[str, Sequence[str]]) -> Iterator[list[Part]]:
    """Queries whose rows fit one answer."""
    batch: list[Part] = []
    held = 0
    for part in _parts(wanted):
        if len(batch) == QUERIES_A_BATCH or held + len(part[1]) > OBJECTS_A_BATCH:
            yield batch
            batch, held = [], 0
        batch.append(part)
        held += len(part[1])
    if batch:
        yield batch


def _parts(wanted: Mapping[str, Sequence[str]]) -> Iterator[Part]:
    for kind, external_ids in wanted.items():
        own = list(dict.fromkeys(one.partition("/")[0] for one in external_ids))  # a part of a record is read by it
        for start in range(0, len(own), IDS_A_QUERY):
            yield kind, tuple(own[start : start + IDS_A_QUERY])


def _statement(part: Part) -> str:
    kind, external_ids = part
    wanted = ", ".join(f"'{_quoted(external_id)}'" for external_id in external_ids)
    active = "Active IN (true, false) AND " if BY_NAME[kind].named else ""
    return f"SELECT * FROM {kind} WHERE {active}Id IN ({wanted}) MAXRESULTS {PAGE_SIZE}"  # noqa: S608 - the ids are quoted


def _page(part: Part, listing: Listing) -> Page:
    kind, external_ids = part
    records, findings = to_records(kind, listing.of(kind), listing.requested_at)
    came = {record.external_id for record in records}
    missing = [gone(kind, one, listing.requested_at) for one in external_ids if one not in came]
    # a row that came but cannot be read is no proof of a deletion
    records += [] if findings else missing
    return Page(feed=kind, records=records, findings=findings, state={}, done=True)


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")
