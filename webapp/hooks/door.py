"""The addresses that providers call: raw bytes verified, kept and answered. Nothing is worked on here.

A WSGI application of its own before the pages: a delivery needs no session, no person, no template, and providers come
in bursts of thousands. What is not a POST to one of its addresses goes on to the pages.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from ledger.faults import BadInput, SignatureWrong, Unreachable
from runtime.logs import redact
from runtime.receiving import Receiving

BODY_BYTES_MAX: Final = 2_000_000  # the largest event known is a tenth of it
_ADDRESS: Final = re.compile(
    r"/hooks/(?P<provider>stripe|xero|quickbooks)|/hooks/stripe/(?P<connection>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
)
_HEADERS: Final = [("Content-Length", "0"), ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")]
_log = logging.getLogger(__name__)


class Door:
    """Wraps the pages."""

    def __init__(self, pages: Any, receiving: Receiving) -> None:
        self._pages = pages
        self._receiving = receiving

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        address = _ADDRESS.fullmatch(environ["PATH_INFO"]) if environ["REQUEST_METHOD"] == "POST" else None
        if address is None:
            answer: Iterable[bytes] = self._pages(environ, start_response)
            return answer
        connection = address["connection"]
        status = self._status(environ, address["provider"] or "stripe", UUID(connection) if connection else None)
        start_response(f"{status.value} {status.phrase}", _HEADERS)
        return ()

    def _status(self, environ: dict[str, Any], provider: str, connection: UUID | None) -> HTTPStatus:
        length = environ.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > BODY_BYTES_MAX:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        raw = environ["wsgi.input"].read(int(length))
        try:
            self._receiving.receive(provider, raw, _headers(environ), connection)
        except SignatureWrong:
            return HTTPStatus.BAD_REQUEST if provider == "stripe" else HTTPStatus.UNAUTHORIZED
        except BadInput as fault:
            _log.warning("webhook of %s: %s", provider, fault)
            return HTTPStatus.BAD_REQUEST
        except Unreachable as fault:
            _log.warning("webhook of %s not kept, it will be sent again: %s", provider, fault)
            return HTTPStatus.SERVICE_UNAVAILABLE
        except Exception as fault:  # noqa: BLE001 whatever it is, the provider is to send it again
            _log.error("webhook of %s not kept: %s", provider, redact(repr(fault)))
            return HTTPStatus.INTERNAL_SERVER_ERROR
        return HTTPStatus.OK


def _headers(environ: dict[str, Any]) -> dict[str, str]:
    """By lower-case names, as their bytes read in Latin-1."""
    return {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name.startswith("HTTP_")}
