"""Calls to Xero's Accounting API: one page, one record, and what its refusals mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

import msgspec

from connectors.authorised import Authorised
from connectors.decode import Loose, NoAnswer, loosely
from connectors.fitted import rows
from connectors.limits import APP
from connectors.message import Pause, Reply, Request
from connectors.retry import retry_after_seconds
from connectors.xero.dates import sent_at
from ledger.faults import PermissionMissing, Refused

TOO_MANY = 429
NOT_FOUND = 404
FORBIDDEN = 403
NOT_MODIFIED = 304
_LEFT = {"x-minlimit-remaining": "minute", "x-daylimit-remaining": "day", "x-appminlimit-remaining": APP}


_FILTERS = frozenset({"IDs", "Statuses", "ContactIDs", "InvoiceNumbers", "where", "searchTerm"})


class Pagination(Loose):
    page: int | None = None
    pageSize: int | None = None  # noqa: N815 - the provider's spelling
    pageCount: int | None = None  # noqa: N815
    itemCount: int | None = None  # noqa: N815


class _Paged(Loose):
    pagination: Pagination | None = None


class _Problem(Loose):
    Message: str | None = None
    Detail: str | None = None
    Title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The records of one answer, each in its own bytes. server_time: Xero's clock, None where it does not say."""

    raws: tuple[bytes, ...]
    pagination: Pagination | None
    requested_at: datetime
    server_time: datetime | None = None

    @property
    def at(self) -> datetime:
        """Xero's clock, ours where it does not say."""
        return self.server_time or self.requested_at

    @property
    def count(self) -> int | None:
        """How many rows there are, of those that were asked for."""
        return None if self.pagination is None else self.pagination.itemCount


def read_limits(reply: Reply) -> Pause | None:
    """429 with X-Rate-Limit-Problem; its words are compared by their beginning, in any case."""
    if reply.status != TOO_MANY:
        return None
    problem = reply.headers.get("x-rate-limit-problem", "").lower()
    scope = next((word for word in ("day", "minute", "app", "concurrent") if problem.startswith(word)), "minute")
    return Pause(retry_after_seconds(reply.headers, reply.requested_at), scope)


def read_left(headers: Mapping[str, str]) -> dict[str, int]:
    """What Xero says may still be sent: in the minute and day of the organisation, in the minute of the app."""
    said = {scope: headers.get(name, "") for name, scope in _LEFT.items()}
    return {scope: int(text) for scope, text in said.items() if text.isdecimal()}


class XeroClient:
    """The lists and records of one organisation. `base` is the Accounting API's address up to its version."""

    def __init__(self, base: str, tenant_id: str, authorised: Authorised) -> None:
        self._base = base.rstrip("/")
        self._tenant_id = tenant_id
        self._authorised = authorised

    def list(
        self, kind: str, params: Mapping[str, str], *, modified_since: datetime | None = None, path: str | None = None
    ) -> Listing:
        """One page of a list. Raises Refused, PermissionMissing and the transport's faults."""
        headers = {"accept": "application/json", "xero-tenant-id": self._tenant_id}
        if modified_since is not None:
            headers["if-modified-since"] = modified_since.strftime("%Y-%m-%dT%H:%M:%S")
        query = f"?{urlencode(params)}" if params else ""
        url = f"{self._base}/{path or kind}{query}"
        whole = modified_since is None and params.get("page", "1") == "1" and params.keys().isdisjoint(_FILTERS)
        # a list is JSON or nothing of use; one record that is not there may be told in plain text
        request = Request(method="GET", url=url, kind=kind, headers=headers, json=path is None)
        return self._authorised.fetch(request, lambda reply: _listing(kind, reply, whole=whole))

    def find(self, kind: str, external_id: str) -> Listing | None:
        """One record by id, or None where Xero has no such record."""
        try:
            return self.list(kind, {}, path=f"{kind}/{external_id}")
        except _Missing:
            return None


class _Missing(Refused):
    """404."""


def _listing(kind: str, reply: Reply, *, whole: bool) -> Listing:
    """whole: it is the first page of all that there is."""
    if reply.status == NOT_MODIFIED:
        return Listing(
            raws=(), pagination=None, requested_at=reply.requested_at, server_time=sent_at(reply.headers.get("date"))
        )
    if not reply.ok:
        raise _refusal(kind, reply)
    # a web page or a cut answer is no JSON: the decoder's error makes the transport try again
    envelope = msgspec.json.decode(reply.body, type=dict[str, msgspec.Raw])
    key = "Organisations" if kind == "Organisation" else kind
    raws, paged = rows(envelope.get(key, b"null")), _paged(envelope)
    if not raws:
        _check_empty(key, envelope, paged if whole else None)
    return Listing(
        raws=tuple(bytes(raw) for raw in raws),
        pagination=paged,
        requested_at=reply.requested_at,
        server_time=sent_at(reply.headers.get("date")),
    )


def _paged(envelope: Mapping[str, msgspec.Raw]) -> Pagination | None:
    told = envelope.get("pagination")
    return None if told is None else loosely(b'{"pagination":%s}' % bytes(told), _Paged).pagination


def _check_empty(key: str, envelope: Mapping[str, msgspec.Raw], counted: Pagination | None) -> None:
    """A list without rows says so: its key stands there, the answer's Status is OK and no rows are counted.

    Raises NoAnswer where one of them does not hold: a list is not emptied for an error in a good answer's clothes.
    """
    listed, status = envelope.get(key), envelope.get("Status")
    if listed is None or bytes(listed) == b"null":
        raise NoAnswer(f"it has no {key}")
    if status is not None and bytes(status).strip(b'"').upper() not in {b"OK", b"NULL"}:
        raise NoAnswer(f"its status is {bytes(status).decode(errors='replace')[:40]}")
    if counted is not None and counted.itemCount:
        raise NoAnswer(f"it counts {counted.itemCount} {key} and holds none")


def _refusal(kind: str, reply: Reply) -> Refused | PermissionMissing:
    try:
        problem = msgspec.json.decode(reply.body, type=_Problem)
    except msgspec.DecodeError:
        problem = _Problem()
    words = problem.Detail or problem.Message or problem.Title or "no reason given"
    if reply.status == FORBIDDEN:
        return PermissionMissing(
            f"Xero does not let us read {kind} ({words}); connect it again and agree to all of it."
        )
    if reply.status == NOT_FOUND:
        return _Missing(f"Xero has no such {kind} (404: {words}).")
    return Refused(f"Xero refused the list of {kind} ({reply.status}: {words}).")
