"""Faults become status codes and one clear sentence. Nothing else in the program knows HTTP's numbers."""

from __future__ import annotations

import logging
import secrets
from typing import Final

from flask import Flask, g, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from ledger.faults import (
    Ambiguous,
    BadInput,
    Conflict,
    ConsentLost,
    Fault,
    NotFound,
    PermissionMissing,
    RateLimited,
    Refused,
    SignatureWrong,
    Unreachable,
)
from runtime.logs import redact

_log = logging.getLogger(__name__)

# The first class that fits decides, so the narrower stand first.
STATUS: Final[tuple[tuple[type[Fault], int], ...]] = (
    (NotFound, 404),
    (Ambiguous, 409),
    (BadInput, 400),
    (Conflict, 409),
    (SignatureWrong, 401),
    (RateLimited, 503),
    (Unreachable, 503),
    (ConsentLost, 502),
    (PermissionMissing, 502),
    (Refused, 422),
    (Fault, 500),
)
_TITLES: Final = {
    400: "That could not be read", 401: "Sign in first", 403: "Not allowed", 404: "Not here", 405: "Not like this",
    409: "Changed meanwhile", 410: "Gone", 413: "Too large", 422: "Refused", 429: "Too many tries",
    500: "A mistake of ours", 502: "The provider said no", 503: "Not reachable just now",
}  # fmt: skip
_OWN_WORDS: Final = frozenset({400, 401, 403, 410, 413})  # where we abort with a sentence of our own
_SENTENCES: Final = {
    404: "There is no such page or record in this organisation; it may have been removed, or belong to another one.",
    405: "This address does not take that kind of request; go back and use the page's buttons.",
    413: "What was sent is larger than this address takes.",
    429: "Too many tries in a short time; wait a few minutes, then try again.",
}


def install(flask: Flask) -> None:
    flask.register_error_handler(Fault, _fault)
    flask.register_error_handler(CSRFError, _forged)
    flask.register_error_handler(HTTPException, _http)
    flask.register_error_handler(Exception, _mistake)


def status_of(fault: Fault) -> int:
    return next(status for kind, status in STATUS if isinstance(fault, kind))


def _fault(fault: Fault) -> tuple[str, int]:
    return _page(status_of(fault), str(fault))


def _forged(_error: CSRFError) -> tuple[str, int]:
    return _page(400, "This form is from an earlier session; open the page again and send it once more.")


def _http(error: HTTPException) -> tuple[str, int] | HTTPException:
    code = error.code or 500
    if code < 400:
        return error
    own = error.description if code in _OWN_WORDS and error.description != type(error).description else None
    return _page(code, own or _SENTENCES.get(code) or f"The request could not be answered ({error.name.lower()}).")


def _mistake(error: Exception) -> tuple[str, int]:
    """Ours. The log has the details under the reference that the page shows; the page has none of them."""
    reference = secrets.token_hex(4)
    _log.error("mistake %s at %s: %s", reference, request.endpoint, redact(repr(error)), exc_info=error)
    sentence = f"Nothing was lost, and nothing was sent anywhere. The log names what happened under {reference}."
    return _page(500, sentence)


def _page(status: int, sentence: str) -> tuple[str, int]:
    if request.path.startswith("/hooks/"):
        return "", status
    shell = "error.html" if getattr(g, "person", None) is not None else "error_bare.html"
    return render_template(shell, title=_TITLES.get(status, "Not possible"), sentence=sentence, status=status), status
