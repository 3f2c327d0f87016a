"""The change feed: what moved in each kind since a time, live records first and deleted ones after them."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from sandbox.quickbooks.books import Books
from sandbox.quickbooks.faults import BAD_DATE, Refusal, missing
from sandbox.quickbooks.kinds import BY_PATH
from sandbox.quickbooks.wire import encode, envelope_time, parse_time, stamp

OBJECTS_MAX = 1000
LOOK_BACK_DAYS_MAX = 30
ENTITIES_INVALID = "2110"


def changed(books: Books, entities: str | None, since: str | None, now: datetime) -> bytes:
    """The whole CDC reply. A reply holds at most 1,000 objects, so a busy span loses its deletes first."""
    names = [name.strip() for name in (entities or "").split(",") if name.strip()]
    if not names:
        raise missing("entities")
    if not since:
        raise missing("changedSince")
    kinds = []
    for name in names:
        kind = BY_PATH.get(name.lower())
        if kind is None or not kind.cdc:
            raise Refusal(ENTITIES_INVALID, f"The entity {name} is not supported in this operation", "entities")
        kinds.append(kind.name)
    try:
        at = math.ceil(parse_time(since.replace(" ", "+"), books.zone))
    except ValueError:
        raise Refusal(BAD_DATE, f"{since} is no time", "changedSince") from None
    if at < (now - timedelta(days=LOOK_BACK_DAYS_MAX, minutes=1)).timestamp():
        detail = f"changedSince lies more than {LOOK_BACK_DAYS_MAX} days back"
        raise Refusal(BAD_DATE, detail, "changedSince")
    parts, room = [], OBJECTS_MAX
    with books.lock:
        for kind_name in kinds:
            rows = _rows(books, kind_name, at, room)
            room -= len(rows)
            parts.append(_response(kind_name, rows))
    head = b'{"CDCResponse":[{"QueryResponse":['
    return head + b",".join(parts) + b']}],"time":' + encode(envelope_time(now)) + b"}"


def _rows(books: Books, kind: str, at: int, room: int) -> list[bytes]:
    rows = [books.raw(kind, record_id) for record_id in books.shelves[kind].since(at)[:room]]
    gone = sorted((tomb.seconds, tomb.id) for tomb in books.tombstones if tomb.kind == kind and tomb.seconds >= at)
    for seconds, record_id in gone[: room - len(rows)]:
        meta = {"LastUpdatedTime": stamp(seconds, books.zone)}
        rows.append(encode({"domain": "QBO", "status": "Deleted", "Id": record_id, "MetaData": meta}))
    return rows


def _response(kind: str, rows: list[bytes]) -> bytes:
    if not rows:
        return b"{}"
    tail = b'],"startPosition":1,"maxResults":%d,"totalCount":%d}' % (len(rows), len(rows))
    return b'{"' + kind.encode() + b'":[' + b",".join(rows) + tail
