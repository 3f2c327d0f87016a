"""Calls to QuickBooks' accounting API: a query, the change feed, and what is in their answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

import msgspec

from connectors.authorised import Authorised
from connectors.decode import Loose, NoAnswer, loosely
from connectors.fitted import rows
from connectors.message import Reply, Request
from connectors.quickbooks.faults import refusal, saying
from connectors.quickbooks.reports import Report, read_report
from connectors.quickbooks.times import instant

MINOR_VERSION = "75"


class _Queried(Loose):
    QueryResponse: dict[str, msgspec.Raw] | None = None
    time: str | None = None


class _Changed(Loose):
    CDCResponse: list[_Sections] | None = None
    time: str | None = None


class _Sections(Loose):
    QueryResponse: list[dict[str, msgspec.Raw]] | None = None


class _Count(Loose):
    totalCount: int | None = None  # noqa: N815 - the provider's spelling


class _Counted(Loose):
    bId: str = ""  # noqa: N815
    QueryResponse: _Count | None = None


class _Batch(Loose):
    BatchItemResponse: list[_Counted] | None = None


class _List(Loose):
    bId: str = ""  # noqa: N815
    QueryResponse: dict[str, msgspec.Raw] | None = None


class _Lists(Loose):
    BatchItemResponse: list[_List] | None = None
    time: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Records by kind, each in its own bytes. server_time: QuickBooks' clock, ours where it does not say.

    silent: it holds no rows and speaks of fewer kinds than it was asked for, so that it does not say that there are none.
    """

    raws: Mapping[str, tuple[bytes, ...]]
    server_time: datetime
    requested_at: datetime
    silent: bool = False

    def of(self, kind: str) -> tuple[bytes, ...]:
        return self.raws.get(kind, ())

    @property
    def count(self) -> int:
        return sum(len(raws) for raws in self.raws.values())


class QuickBooksClient:
    """The company's queries. `base` is the API's address up to and with its version (/v3)."""

    def __init__(self, base: str, realm_id: str, authorised: Authorised) -> None:
        self._company = f"{base.rstrip('/')}/company/{realm_id}"
        self._authorised = authorised

    def query(self, kind: str, statement: str) -> Listing:
        """One page of one kind. Raises QuickBooksRefused, PermissionMissing, ConsentLost and the transport's faults."""
        request = Request(
            method="POST",
            url=f"{self._company}/query?{urlencode({'minorversion': MINOR_VERSION})}",
            kind=kind,
            headers={"accept": "application/json", "content-type": "application/text"},
            body=statement.encode(),
        )
        return self._authorised.fetch(request, lambda reply: _queried(kind, reply))

    def changes(self, kinds: Sequence[str], since: datetime) -> Listing:
        """What changed or was deleted from `since` on, at most 1,000 records. Raises as `query`."""
        changed_since = since.astimezone(UTC).isoformat(timespec="seconds")
        query = {"entities": ",".join(kinds), "changedSince": changed_since, "minorversion": MINOR_VERSION}
        request = Request(
            method="GET",
            url=f"{self._company}/cdc?{urlencode(query)}",
            kind="changes",
            headers={"accept": "application/json"},
        )
        return self._authorised.fetch(request, lambda reply: _changed(kinds, reply))

    def report(self, name: str, asked: Mapping[str, str]) -> Report:
        """One report. Raises as `query`."""
        request = Request(
            method="GET",
            url=f"{self._company}/reports/{name}?{urlencode({**asked, 'minorversion': MINOR_VERSION})}",
            kind=name,
            headers={"accept": "application/json"},
        )
        return self._authorised.fetch(request, lambda reply: _reported(name, reply))

    def counted(self, statements: Mapping[str, str]) -> dict[str, int]:
        """Counting queries, at most 30 in one call; those that are refused are left out. Raises as `query`."""
        items = [{"bId": name, "Query": statement} for name, statement in statements.items()]
        request = Request(
            method="POST",
            url=f"{self._company}/batch?{urlencode({'minorversion': MINOR_VERSION})}",
            kind="counts",
            endpoint="batch",
            headers={"accept": "application/json", "content-type": "application/json"},
            body=msgspec.json.encode({"BatchItemRequest": items}),
        )
        return self._authorised.fetch(request, _counts)

    def several(self, queries: Sequence[tuple[str, str]]) -> list[Listing | None]:
        """The rows of (kind, statement)s, at most 30, in one call. None: that query was refused, or has no answer.

        Raises as `query`.
        """
        kinds = [kind for kind, _ in queries]
        items = [{"bId": str(place), "Query": statement} for place, (_, statement) in enumerate(queries)]
        request = Request(
            method="POST",
            url=f"{self._company}/batch?{urlencode({'minorversion': MINOR_VERSION})}",
            kind="several",
            endpoint="batch",
            headers={"accept": "application/json", "content-type": "application/json"},
            body=msgspec.json.encode({"BatchItemRequest": items}),
        )
        return self._authorised.fetch(request, lambda reply: _several(kinds, reply))

    def listed(self, statements: Mapping[str, str]) -> dict[str, tuple[bytes, ...]]:
        """The rows of several kinds, each by its own query, at most 30 in one call. Raises as `query`."""
        items = [{"bId": str(place), "Query": statement} for place, statement in enumerate(statements.values())]
        request = Request(
            method="POST",
            url=f"{self._company}/batch?{urlencode({'minorversion': MINOR_VERSION})}",
            kind="lists",
            endpoint="batch",
            headers={"accept": "application/json", "content-type": "application/json"},
            body=msgspec.json.encode({"BatchItemRequest": items}),
        )
        return self._authorised.fetch(request, lambda reply: _lists(tuple(statements), reply))


def _queried(kind: str, reply: Reply) -> Listing:
    _refuse(kind, reply)
    answer = loosely(reply.body, _Queried)
    if answer.QueryResponse is None:
        raise NoAnswer("it has no QueryResponse")  # which stands even where there are no rows
    section = answer.QueryResponse
    return Listing(
        raws={kind: _raws(section, kind)},
        server_time=instant(answer.time) or reply.requested_at,
        requested_at=reply.requested_at,
    )


def _changed(kinds: Sequence[str], reply: Reply) -> Listing:
    _refuse("changes", reply)
    answer = loosely(reply.body, _Changed)
    if answer.CDCResponse is None:
        raise NoAnswer("it has no CDCResponse")
    sections = [section for part in answer.CDCResponse for section in part.QueryResponse or []]
    if any("Fault" in section for section in sections):
        raise refusal("changes", reply)
    raws = {kind: tuple(raw for section in sections for raw in _raws(section, kind)) for kind in kinds}
    return Listing(
        raws=raws,
        server_time=instant(answer.time) or reply.requested_at,
        requested_at=reply.requested_at,
        silent=len(sections) < len(kinds) and not any(raws.values()),
    )


def _reported(name: str, reply: Reply) -> Report:
    _refuse(name, reply)
    return read_report(reply.body)


def _counts(reply: Reply) -> dict[str, int]:
    """Each item has a fault of its own, so that the answer as a whole is none."""
    if not reply.ok:
        raise refusal("counts", reply)
    answer = loosely(reply.body, _Batch)
    found = {one.bId: one.QueryResponse.totalCount for one in answer.BatchItemResponse or [] if one.QueryResponse}
    return {name: count for name, count in found.items() if count is not None}


def _lists(kinds: Sequence[str], reply: Reply) -> dict[str, tuple[bytes, ...]]:
    if not reply.ok:
        raise refusal("lists", reply)
    answer = loosely(reply.body, _Lists)
    sections = {one.bId: one.QueryResponse for one in answer.BatchItemResponse or []}
    found = [(kind, sections.get(str(place))) for place, kind in enumerate(kinds)]
    if any(section is None for _, section in found):
        raise refusal("lists", reply)
    return {kind: _raws(section or {}, kind) for kind, section in found}


def _several(kinds: Sequence[str], reply: Reply) -> list[Listing | None]:
    if not reply.ok:
        raise refusal("a batch of queries", reply)
    answer = loosely(reply.body, _Lists)
    if answer.BatchItemResponse is None:
        raise refusal("a batch of queries", reply)
    sections = {one.bId: one.QueryResponse for one in answer.BatchItemResponse}
    server_time = instant(answer.time) or reply.requested_at
    found: list[Listing | None] = []
    for place, kind in enumerate(kinds):
        section = sections.get(str(place))
        raws = {} if section is None else {kind: _raws(section, kind)}
        listing = Listing(raws=raws, server_time=server_time, requested_at=reply.requested_at)
        found.append(None if section is None else listing)
    return found


def _refuse(what: str, reply: Reply) -> None:
    """A fault may come with status 200 as well."""
    if not reply.ok or (b'"Fault"' in reply.body and saying(reply.body) is not None):
        raise refusal(what, reply)


def _raws(section: Mapping[str, msgspec.Raw], kind: str) -> tuple[bytes, ...]:
    listed = section.get(kind)
    if listed is None:
        return ()
    return tuple(bytes(raw) for raw in rows(listed))
