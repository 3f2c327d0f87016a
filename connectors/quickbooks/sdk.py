"""python-quickbooks' client for the check of a company, on its dict path and over our own transport.

Our session raises what QuickBooks refuses before the client sees it: the client knows no limits and loses statuses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import msgspec
from quickbooks import QuickBooks

from connectors.authorised import Authorised
from connectors.decode import loosely
from connectors.fitted import rows
from connectors.message import Reply, Request
from connectors.quickbooks import wire
from connectors.quickbooks.client import MINOR_VERSION
from connectors.quickbooks.faults import refusal, saying
from ledger.faults import Refused


@dataclass(frozen=True, slots=True)
class Answered:
    """What the client looks at in an answer."""

    status_code: int
    text: str


class Session:
    """What the client calls: the token is put in by our transport, and renewed there."""

    access_token = ""

    def __init__(self, authorised: Authorised) -> None:
        self._authorised = authorised

    def request(
        self, method: str, url: str, *, headers: Mapping[str, str], params: Mapping[str, Any] | None, data: Any
    ) -> Answered:
        """Raises our faults. A query is a POST that changes nothing, so it may be repeated."""
        body = data.encode() if isinstance(data, str) and data else None
        kept = {name.lower(): value for name, value in headers.items() if name.lower() != "authorization"}
        request = Request(
            method=method,
            url=f"{url}?{urlencode(params)}" if params else url,
            kind="company",
            headers=kept,
            body=body,
            idempotent=method == "GET" or url.endswith("/query"),
        )
        return self._authorised.fetch(request, _answered)


def client(api_base: str, realm_id: str, authorised: Authorised) -> QuickBooks:
    """The client of one company, with nothing shared between two of them."""
    found = QuickBooks(company_id=realm_id, minorversion=int(MINOR_VERSION), use_decimal=True)
    found.api_url_v3 = found.sandbox_api_url_v3 = api_base.rstrip("/")
    found.sandbox = False
    found.session = Session(authorised)
    return found


def company_answers(api_base: str, realm_id: str, authorised: Authorised) -> tuple[wire.CompanyInfo, wire.Preferences]:
    """CompanyInfo and Preferences. Raises Refused where the connection reaches no company."""
    books = client(api_base, realm_id, authorised)
    infos = _rows(books, "CompanyInfo")
    if not infos:
        raise Refused("QuickBooks names no company for this connection; connect again and choose one.")
    chosen = _rows(books, "Preferences") or [msgspec.Raw(b"{}")]
    return loosely(infos[0], wire.CompanyInfo), loosely(chosen[0], wire.Preferences)


def _rows(books: QuickBooks, kind: str) -> list[msgspec.Raw]:
    found = books.query(f"SELECT * FROM {kind}").get("QueryResponse") or {}  # noqa: S608 - a kind of ours
    return rows(msgspec.json.encode(found.get(kind)))


def _answered(reply: Reply) -> Answered:
    if not reply.ok or (b'"Fault"' in reply.body and saying(reply.body) is not None):
        raise refusal("the company's settings", reply)
    msgspec.json.decode(reply.body, type=msgspec.Raw)  # a cut answer is no JSON: the transport then tries again
    return Answered(reply.status, reply.body.decode())
