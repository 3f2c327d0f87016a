"""Intuit's consent: the authorise address, the code for tokens, refresh, and the end of a consent.

Discovery, exchange and revoke are the SDK's, with our deadline forced on them. Refresh is ours: a lost answer has to be
told from a refusal, and both from a line that was never open.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec
import requests
from intuitlib.client import AuthClient
from intuitlib.enums import Scopes
from intuitlib.exceptions import AuthClientError

from connectors.decode import Loose, loosely
from connectors.message import OutcomeUnknown, Reply, Request
from connectors.meter import TOKEN_KIND
from connectors.tokens import Granted, TokenSet
from connectors.transport import Transport
from ledger.company import Company
from ledger.faults import BadInput, ConsentLost, Refused, Unreachable

REFRESH_LIFETIME = timedelta(days=100)  # unused; used, it starts anew up to five years in all
ACCESS_SECONDS = 3_600
GRACE = timedelta(minutes=30)
"""Intuit replaces the refresh token about once a day. Its pages do not agree on how long the one before is taken: a day
more, or not at all. A refusal after a lost answer is doubted for half an hour, which outlasts an upset of its sign-in
service, and no longer: if the token is gone, a person has to hear of it."""
_DEADLINE = (5.0, 30.0)  # seconds to connect, and between bytes
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_ENDED = frozenset({400, 401, 403, 404})


class _Tokens(Loose):
    access_token: str = ""
    refresh_token: str | None = None
    expires_in: int | None = None
    x_refresh_token_expires_in: int | None = None


class _Error(Loose):
    error: str | None = None


class _Discovered(Loose):
    token_endpoint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickBooksApp:
    """The app's registration; client_secret is never shown."""

    client_id: str
    client_secret: str = field(repr=False)
    discovery_url: str


class _Client(AuthClient):  # type: ignore[misc]  # the SDK has no types
    """The SDK's client with a deadline on every call, no redirects, and no token over an open line."""

    def request(self, method: str, url: str, **more: Any) -> requests.Response:
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
            raise BadInput(f"Intuit's address at {parts.hostname} has to begin with https.")
        more |= {"timeout": _DEADLINE, "allow_redirects": False}
        answer: requests.Response = super().request(method, url, **more)
        return answer


class QuickBooksConsent:
    """connectors.tokens.Consent for QuickBooks. Nothing is called before it is used."""

    provider = "quickbooks"
    name = "QuickBooks"
    grace = GRACE

    def __init__(self, app: QuickBooksApp, transport: Transport, now: Callable[[], datetime]) -> None:
        self._app = app
        self._transport = transport
        self._now = now
        self._token_endpoint = ""

    def authorise_url(self, *, state: str, redirect_uri: str) -> str:
        with self._client(redirect_uri) as client:
            address: str = client.get_authorization_url([Scopes.ACCOUNTING], state_token=state)
        return address

    def exchange(self, *, callback: Mapping[str, str], redirect_uri: str) -> Granted:
        code, realm_id = callback.get("code"), callback.get("realmId")
        if not code or not realm_id:
            raise Refused(
                f"QuickBooks was not given leave ({callback.get('error', 'no code came back')}); connect again to try."
            )
        with self._client(redirect_uri) as client:
            self._exchange(client, code, realm_id)
            tokens = self._token_set(
                _Tokens(
                    access_token=client.access_token or "",
                    refresh_token=client.refresh_token,
                    expires_in=client.expires_in,
                    x_refresh_token_expires_in=client.x_refresh_token_expires_in,
                )
            )
        return Granted(tokens=tokens, companies=(Company(external_id=realm_id, name=realm_id),))

    def _exchange(self, client: _Client, code: str, realm_id: str) -> None:
        """Once and never again: a second exchange of a code takes back the tokens of the first."""
        try:
            client.get_bearer_token(code, realm_id=realm_id)
        except AuthClientError as error:
            reason = _error(error.content)
            raise Refused(
                f"QuickBooks gave no tokens ({error.status_code}: {reason}); connect again, and check "
                "TIEOUT_QUICKBOOKS_CLIENT_ID and _CLIENT_SECRET if it stays so."
            ) from None
        except (requests.RequestException, ValueError):
            raise OutcomeUnknown(
                "QuickBooks gave no usable answer to the exchange of the code; connect again."
            ) from None
        if not client.access_token:
            raise Refused("QuickBooks answered the exchange of the code without a token; connect again.")

    def refresh(self, tokens: TokenSet) -> TokenSet:
        if not tokens.refresh_token:
            raise ConsentLost("QuickBooks gave no refresh token; connect it again.")
        pair = f"{self._app.client_id}:{self._app.client_secret}".encode()
        request = Request(
            method="POST",
            url=self._endpoint(),
            kind=TOKEN_KIND,
            headers={
                "authorization": "Basic " + base64.b64encode(pair).decode(),
                "content-type": "application/x-www-form-urlencoded",
                "accept": "application/json",
            },
            body=urlencode({"grant_type": "refresh_token", "refresh_token": tokens.refresh_token}).encode(),
            idempotent=False,  # whether it goes out again is decided by who holds the lock of the tokens
        )
        fresh = self._token_set(self._transport.fetch(request, _refreshed))
        # an answer without a refresh token leaves the old one in force
        return fresh if fresh.refresh_token else replace(fresh, refresh_token=tokens.refresh_token)

    def revoke(self, tokens: TokenSet, company_id: str) -> None:
        token = tokens.refresh_token or tokens.access_token
        with self._client("") as client:
            try:
                client.revoke(token=token)
            except AuthClientError as error:
                if error.status_code not in _ENDED:
                    raise Unreachable(
                        f"QuickBooks did not end the consent ({error.status_code}); end it under Apps in QuickBooks."
                    ) from None
            except requests.RequestException:
                raise Unreachable("QuickBooks could not be reached to end the consent; try again later.") from None

    def _client(self, redirect_uri: str) -> _Client:
        """Fetches Intuit's discovery document. Any text but the two environments' names is taken for its address."""
        app = self._app
        try:
            return _Client(app.client_id, app.client_secret, redirect_uri, app.discovery_url)
        except (AuthClientError, requests.RequestException, KeyError, ValueError):
            raise Unreachable(
                "Intuit's sign-in addresses could not be read; check TIEOUT_QUICKBOOKS_DISCOVERY_URL, or try again later."
            ) from None

    def _endpoint(self) -> str:
        if not self._token_endpoint:
            request = Request(method="GET", url=self._app.discovery_url, kind=TOKEN_KIND)
            self._token_endpoint = self._transport.fetch(request, _discovered)
        return self._token_endpoint

    def _token_set(self, came: _Tokens) -> TokenSet:
        lasts = came.x_refresh_token_expires_in
        return TokenSet(
            access_token=came.access_token,
            refresh_token=came.refresh_token,
            expires_at=self._now() + timedelta(seconds=came.expires_in or ACCESS_SECONDS),
            refresh_expires_at=self._now() + (timedelta(seconds=lasts) if lasts else REFRESH_LIFETIME),
            scope=Scopes.ACCOUNTING.value,
        )


def _refreshed(reply: Reply) -> _Tokens:
    if not reply.ok:
        error = _error(reply.body)
        if error == "invalid_grant":
            raise ConsentLost(
                "QuickBooks no longer accepts this connection (unused for 100 days, or ended there); connect it again."
            )
        raise Refused(
            f"QuickBooks gave no tokens ({reply.status}: {error}); check TIEOUT_QUICKBOOKS_CLIENT_ID and _CLIENT_SECRET."
        )
    return loosely(reply.body, _Tokens)


def _discovered(reply: Reply) -> str:
    found = msgspec.json.decode(reply.body, type=_Discovered).token_endpoint if reply.ok else ""
    if not found:
        raise Unreachable(
            "Intuit's sign-in addresses could not be read; check TIEOUT_QUICKBOOKS_DISCOVERY_URL, or try again later."
        )
    return found


def _error(body: bytes | str | None) -> str:
    try:
        return msgspec.json.decode(body or b"", type=_Error).error or "no reason given"
    except (msgspec.DecodeError, UnicodeDecodeError):
        return "no reason given"
