"""The addresses that providers call: raw bytes verified, kept and answered. Nothing is worked on here.

A WSGI application of its own before the pages: a delivery needs no session, no person, no template, and providers come
in bursts of thousands. What is not a POST to one of its addresses goes on to the pages.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from ledger.faults import BadInput, SignatureWrong, Unreachable
from runtime.logs import redact
from runtime.receiving import Came, Receiving

BODY_BYTES_MAX: Final = 2_000_000  # the largest event known is a tenth of it
_ADDRESS: Final = re.compile(
    r"/hooks/(?P<provider>stripe|xero|quickbooks)|/hooks/stripe/(?P<connection>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
)
HEADERS: Final = [("Content-Length", "0"), ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")]
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Address:
    """Of a delivery. connection_id: where the address names it."""

    provider: str
    connection_id: UUID | None


class Door:
    """Wraps the pages."""

    def __init__(self, pages: Any, receiving: Receiving) -> None:
        self._pages = pages
        self._receiving = receiving

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        address = address_of(environ["REQUEST_METHOD"], environ["PATH_INFO"])
        if address is None:
            answer: Iterable[bytes] = self._pages(environ, start_response)
            return answer
        status = self._status(environ, address)
        start_response(line(status), HEADERS)
        return ()

    def make_ready(self) -> None:
        """Before the first delivery comes."""
        self._receiving.make_ready()

    def statuses(self, came: Sequence[Came]) -> Iterator[tuple[int, HTTPStatus]]:
        """What is answered to deliveries that came together, each with its place: at once where nothing is to be kept, else
        when all are committed.
        """
        for place, done in self._receiving.receive_all(came):
            yield place, _refused(came[place].provider, done) if isinstance(done, Exception) else HTTPStatus.OK

    def _status(self, environ: dict[str, Any], address: Address) -> HTTPStatus:
        length = environ.get("CONTENT_LENGTH") or "0"
        if too_large(length):
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        raw = environ["wsgi.input"].read(int(length))
        [(_, status)] = self.statuses([Came(address.provider, raw, _headers(environ), address.connection_id)])
        return status


def address_of(method: str, path: str) -> Address | None:
    """None: it is for the pages."""
    found = _ADDRESS.fullmatch(path) if method == "POST" else None
    if found is None:
        return None
    connection = found["connection"]
    return Address(found["provider"] or "stripe", UUID(connection) if connection else None)


def too_large(length: str) -> bool:
    return not length.isdecimal() or int(length) > BODY_BYTES_MAX


def line(status: HTTPStatus) -> str:
    return f"{status.value} {status.phrase}"


def _refused(provider: str, fault: Exception) -> HTTPStatus:
    if isinstance(fault, SignatureWrong):
        return HTTPStatus.BAD_REQUEST if provider == "stripe" else HTTPStatus.UNAUTHORIZED
    if isinstance(fault, BadInput):
        _log.warning("webhook of %s: %s", provider, fault)
        return HTTPStatus.BAD_REQUEST
    if isinstance(fault, Unreachable):
        _log.warning("webhook of %s not kept, it will be sent again: %s", provider, fault)
        return HTTPStatus.SERVICE_UNAVAILABLE
    _log.error("webhook of %s not kept: %s", provider, redact(repr(fault)))  # the provider is to send it again
    return HTTPStatus.INTERNAL_SERVER_ERROR


def _headers(environ: dict[str, Any]) -> dict[str, str]:
    """By lower-case names, as their bytes read in Latin-1."""
    return {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name.startswith("HTTP_")}
