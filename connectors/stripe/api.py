"""Calls to Stripe's API: one page of a list, one object, the account; its refusals become our faults."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlencode

import msgspec

from connectors.authorised import Authorised
from connectors.decode import Loose, NoAnswer, loosely
from connectors.message import Reply, Request
from connectors.stripe import wire
from connectors.stripe.kinds import API_VERSION, BY_NAME, Kind
from connectors.tokens import TokenSource
from connectors.transport import Transport
from ledger.faults import ConsentLost, Fault, PermissionMissing, Refused

PAGE_SIZE = 100  # the most that Stripe gives
_MORE = re.compile(rb'"has_more"\s*:\s*true')  # where it is not in the bytes, no list inside is cut
_PAGES_OF_LINES = 1000  # an invoice of 100,000 lines: beyond it something else is wrong

Params = Sequence[tuple[str, str]]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Objects of one page in their own bytes, newest first. at: when the request was sent."""

    raws: tuple[bytes, ...]
    at: datetime
    has_more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One object's present state, or what Stripe said when it is gone."""

    raw: bytes
    at: datetime
    gone: bool = False


class Api:
    """Calls with one key, for one account. account: acct_ id where the key is a platform's."""

    def __init__(self, base: str, tokens: TokenSource, account: str | None, transport: Transport) -> None:
        self._base = base.rstrip("/")
        self._authorised = Authorised(transport, tokens)
        self._headers = {"stripe-version": API_VERSION, "accept": "application/json"}
        if account:
            self._headers["stripe-account"] = account

    def account(self) -> wire.Account:
        """The account behind the key."""
        return self._get("/v1/account", (), "account", lambda reply: loosely(reply.body, wire.Account))

    def balance(self) -> wire.Balance:
        """What the account holds now."""
        return self._get("/v1/balance", (), "balance", lambda reply: loosely(reply.body, wire.Balance))

    def list(self, kind: str, params: Params, *, path: str | None = None) -> Batch:
        """One page of a kind's list."""
        where = path or BY_NAME[kind].path
        return self._get(where, (("limit", str(PAGE_SIZE)), *params), kind, _batch)

    def retrieve(self, kind: str, external_id: str, params: Params = ()) -> Found:
        """One object as it is now; 404 and `deleted` are states, not faults."""
        return self._get(f"{BY_NAME[kind].path}/{external_id}", params, kind, _found)

    def all_lines(self, invoice: bytes) -> bytes:
        """The invoice with every line in it: lists inside an object carry only their first page.

        Everything else keeps its own bytes. An invoice that is not cut comes back as it is.
        """
        if b'"has_more"' not in invoice or not _MORE.search(invoice, invoice.index(b'"has_more"')):
            return invoice
        head = loosely(invoice, _Cut)
        if head.lines is None or not head.lines.has_more or not head.lines.data:
            return invoice
        lines = list(head.lines.data)
        for _ in range(_PAGES_OF_LINES):
            after = loosely(lines[-1], wire.Head).id
            page = self.list("invoices", (("starting_after", after),), path=f"/v1/invoices/{head.id}/lines")
            lines.extend(msgspec.Raw(raw) for raw in page.raws)
            if not page.has_more or not page.raws:
                break
        whole = msgspec.json.decode(invoice, type=dict[str, msgspec.Raw])
        listing = msgspec.json.decode(whole["lines"], type=dict[str, msgspec.Raw])
        listing |= {"data": msgspec.Raw(msgspec.json.encode(lines)), "has_more": msgspec.Raw(b"false")}
        whole["lines"] = msgspec.Raw(msgspec.json.encode(listing))
        return msgspec.json.encode(whole)

    def _get(self, path: str, params: Params, kind: str, read: Callable[[Reply], T]) -> T:
        query = f"?{urlencode(params)}" if params else ""
        request = Request(
            method="GET",
            url=f"{self._base}{path}{query}",
            kind=kind,
            endpoint=_endpoint(path),
            headers=self._headers,
        )

        def checked(reply: Reply) -> T:
            if not reply.ok and not (read is _found and _missing(reply)):
                raise fault_of(reply, path, BY_NAME.get(kind))
            return read(reply)

        return self._authorised.fetch(request, checked)


class _CutLines(Loose):
    data: list[msgspec.Raw] | None = None
    has_more: bool | None = None


class _Cut(Loose):
    id: str = ""
    lines: _CutLines | None = None


def is_cut(invoice: bytes) -> bool:
    """Whether the lines inside an invoice are only the first page of them."""
    try:
        head = loosely(invoice, _Cut)
    except msgspec.DecodeError:
        return False
    return head.lines is not None and bool(head.lines.has_more)


def fault_of(reply: Reply, path: str, kind: Kind | None) -> Fault:
    """What a refusal means. Stripe's own message is left out: it repeats parts of keys."""
    error = _error(reply)
    code = error.code or error.type or str(reply.status)
    named = re.search(r"rak_(\w+)", error.message or "")
    if code in {"account_invalid", "platform_account_required", "api_key_expired"}:
        return ConsentLost("Stripe says that this account no longer lets us in; connect it again.")
    if reply.status == _FORBIDDEN or named:
        permission = named.group(1) if named else (kind.permission if kind else "")
        return PermissionMissing(
            f"Stripe's key may not read {path}: the permission {permission!r} is missing. "
            "Add it to the key and sync again."
        )
    return Refused(f"Stripe refused {path} ({reply.status}, {code}{', ' + error.param if error.param else ''}).")


_FORBIDDEN = 403
_NOT_FOUND = 404


def _error(reply: Reply) -> wire.ErrorBody:
    try:
        failure = msgspec.json.decode(reply.body, type=wire.Failure)
    except msgspec.DecodeError:
        return wire.ErrorBody()
    return failure.error if isinstance(failure.error, wire.ErrorBody) else wire.ErrorBody(code=failure.error)


def _missing(reply: Reply) -> bool:
    return reply.status == _NOT_FOUND and _error(reply).code in {"resource_missing", None}


def _batch(reply: Reply) -> Batch:
    listing = loosely(reply.body, wire.Listing)
    if listing.has_more and not listing.data:
        raise NoAnswer("it holds nothing and says that there is more")
    return Batch(raws=tuple(bytes(raw) for raw in listing.data), at=reply.requested_at, has_more=listing.has_more)


def _found(reply: Reply) -> Found:
    head = loosely(reply.body, wire.Head) if reply.ok else None
    gone = head is None or bool(head.deleted)
    if head is not None and not head.id:
        raise NoAnswer("it has no id")
    return Found(raw=reply.body, at=reply.requested_at, gone=gone)


def _endpoint(path: str) -> str:
    """/v1/customers/cus_1/balance_transactions counts as /v1/customers: ids are no endpoints."""
    return "/".join(path.split("/")[:3])
