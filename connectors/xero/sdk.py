"""Xero's SDK for single calls: who an organisation is.

Its traps are closed here: `Configuration` is a hidden singleton, so each client gets a token object of its own; the pool
retries by itself and would send a PUT again, so its retries are off; a float time limit is ignored, so ours is whole
seconds; models refuse what they do not know, so answers are taken as bytes and decoded by us.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
import urllib3
from urllib3.exceptions import HTTPError
from xero_python.accounting import AccountingApi
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token
from xero_python.exceptions import ApiException

from connectors.decode import loosely
from connectors.tokens import TokenSet
from ledger.faults import ConsentLost, Fault, PermissionMissing, RateLimited, Unreachable

S = TypeVar("S", bound=msgspec.Struct)

SECONDS = 30
_UNAUTHORISED, _FORBIDDEN, _TOO_MANY = 401, 403, 429
_A_MINUTE = 60.0


def accounting(api_base: str, tokens: TokenSet) -> AccountingApi:
    return AccountingApi(_client(tokens), base_url=api_base)


def _client(tokens: TokenSet) -> ApiClient:
    token = {"access_token": tokens.access_token, "token_type": "Bearer", "scope": [], "expires_in": 1800}
    # the getter is asked before each call; an expiry in the future keeps the SDK from refreshing by itself
    given = {**token, "expires_at": 4_102_444_800, "refresh_token": "", "id_token": ""}
    client = ApiClient(
        Configuration(), pool_threads=1, oauth2_token_getter=lambda: given, oauth2_token_saver=lambda _token: None
    )
    client.configuration.oauth2_token = OAuth2Token("", "")
    client.rest_client.pool_manager.connection_pool_kw["retries"] = urllib3.Retry(0)
    return client


def asked(call: Callable[..., Any], *arguments: Any) -> bytes:
    """The answer's bytes. Raises ConsentLost, PermissionMissing, RateLimited, Unreachable."""
    try:
        reply = call(*arguments, _preload_content=False, _request_timeout=SECONDS)
    except ApiException as error:
        raise _fault(error) from None
    except HTTPError as error:
        raise Unreachable(f"Xero could not be reached ({type(error).__name__}); try again later.") from None
    body: bytes = reply.data
    return body


def _fault(error: ApiException) -> Fault:
    status = getattr(error.http_resp, "status", None) or error.status
    if status == _UNAUTHORISED:
        return ConsentLost("Xero does not accept our access; connect it again.")
    if status == _FORBIDDEN:
        return PermissionMissing("Xero refuses this organisation to our access; connect again and choose it.")
    if status == _TOO_MANY:
        waited = getattr(error.http_resp, "headers", {}).get("Retry-After", "")
        return RateLimited("Xero's limit of calls is reached.", float(waited) if waited.isdigit() else _A_MINUTE)
    return Unreachable(f"Xero answered {status}; try again later.")


def decoded(body: bytes, kind: type[S]) -> S:
    """Raises Unreachable where the answer is not the JSON that Xero documents."""
    try:
        return loosely(body, kind)
    except msgspec.DecodeError:
        start = body[:64].lstrip().lower()
        what = "a web page" if start.startswith((b"<!doctype", b"<html")) else "something else than JSON"
        raise Unreachable(f"Xero answered {what}; check TIEOUT_XERO_API_BASE, or try again later.") from None
