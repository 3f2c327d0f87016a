"""Several records by their ids, at the fewest calls that the list knows.

Some lists take ids. The others are searched by a filter over them; where Xero refuses the filter (it may, in large
organisations) or an answer leaves some out, those are read one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from connectors import decode
from connectors.xero.client import Listing, XeroClient
from connectors.xero.feeds import PAGE_SIZE, Feed
from ledger.faults import RateLimited, Refused, Unreachable

IDS_PER_CALL = 40  # keeps the address short enough
_SEARCHED_PER_CALL = 30


def by_ids(client: XeroClient, feed: Feed, external_ids: Sequence[str]) -> Iterator[Listing]:
    """Each listing holds only records that were asked for; what Xero does not have is in none."""
    if feed.by_ids:
        for start in range(0, len(external_ids), IDS_PER_CALL):
            wanted = external_ids[start : start + IDS_PER_CALL]
            yield client.list(feed.kind, {**_params(feed), "IDs": ",".join(wanted)})
        return
    if not feed.searched or len(external_ids) == 1:
        yield from _one_by_one(client, feed, external_ids)
        return
    plain = [external_id for external_id in external_ids if not _is_uuid(external_id)]
    searched = [external_id for external_id in external_ids if _is_uuid(external_id)]
    for start in range(0, len(searched), _SEARCHED_PER_CALL):
        yield from _searched(client, feed, searched[start : start + _SEARCHED_PER_CALL])
    yield from _one_by_one(client, feed, plain)


def _searched(client: XeroClient, feed: Feed, external_ids: Sequence[str]) -> Iterator[Listing]:
    where = " OR ".join(f'{feed.id_field}==Guid("{external_id}")' for external_id in external_ids)
    try:
        listing = client.list(feed.kind, {**_params(feed), "where": where})
    except RateLimited:
        raise
    except (Refused, Unreachable):  # a filter that it does not know may also be a fault of its server
        yield from _one_by_one(client, feed, external_ids)
        return
    found = {decode.peek(raw, feed.id_field): raw for raw in listing.raws}
    came = tuple(found[external_id] for external_id in external_ids if external_id in found)
    yield Listing(raws=came, pagination=None, requested_at=listing.requested_at)
    yield from _one_by_one(client, feed, [external_id for external_id in external_ids if external_id not in found])


def _one_by_one(client: XeroClient, feed: Feed, external_ids: Sequence[str]) -> Iterator[Listing]:
    for external_id in external_ids:
        listing = client.find(feed.kind, external_id)
        if listing is not None:
            yield listing


def _params(feed: Feed) -> dict[str, str]:
    paged = {"page": "1", "pageSize": str(PAGE_SIZE)} if feed.paged else {}
    return {**dict(feed.params), **paged}


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
