"""Xero's consent: the authorise address, the code for tokens, refresh, and the end of a connection.

Exchange and refresh are ours: the SDK's refresh loses a rotated token when the answer has a field that it does not know.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec

from connectors.decode import Loose, loosely
from connectors.message import Reply, Request
from connectors.meter import TOKEN_KIND
from connectors.tokens import Granted, TokenSet
from connectors.transport import Transport
from ledger.company import Company
from ledger.faults import ConsentLost, Refused

REFRESH_LIFETIME = timedelta(days=60)  # unused; every refresh starts it anew
READ_SCOPES = (
    "offline_access",
    "accounting.contacts.read",
    "accounting.settings.read",
    "accounting.invoices.read",
    "accounting.payments.read",
    "accounting.banktransactions.read",
    "accounting.reports.aged.read",
    "accounting.reports.balancesheet.read",
    "accounting.reports.trialbalance.read",
)
_WRITTEN = ("accounting.invoices", "accounting.payments", "accounting.banktransactions", "accounting.transactions")


def writing(scopes: Sequence[str]) -> tuple[str, ...]:
    """The same, with leave to write what is posted. Leave to write holds leave to read."""
    plain = ((scope, scope.removesuffix(".read")) for scope in scopes)
    return tuple(base if base in _WRITTEN else scope for scope, base in plain)


class _Tokens(Loose):
    access_token: str = ""
    refresh_token: str | None = None
    expires_in: int = 1800
    scope: str | None = None


class _Error(Loose):
    error: str | None = None


class Tenant(Loose):
    """One entry of /connections."""

    id: str = ""
    tenantId: str = ""  # noqa: N815 - the provider's spelling
    tenantType: str | None = None  # noqa: N815
    tenantName: str | None = None  # noqa: N815
    authEventId: str | None = None  # noqa: N815


@dataclass(frozen=True, slots=True, kw_only=True)
class XeroApp:
    """The app's registration and addresses; client_secret is never shown."""

    client_id: str
    client_secret: str
    login_base: str
    identity_base: str
    api_base: str
    scopes: tuple[str, ...] = READ_SCOPES

    def __repr__(self) -> str:
        return f"XeroApp({self.client_id!r})"


class XeroConsent:
    """connectors.tokens.Consent for Xero."""

    provider = "xero"
    name = "Xero"
    grace = timedelta(minutes=30)  # "the old one still works for 30 minutes", for just this: an answer that was lost

    def __init__(self, app: XeroApp, transport: Transport, now: Callable[[], datetime]) -> None:
        self._app = app
        self._transport = transport
        self._now = now

    def authorise_url(self, *, state: str, redirect_uri: str) -> str:
        query = {
            "response_type": "code",
            "client_id": self._app.client_id,
            "redirect_uri": redirect_uri,
            "scope": " ".join(self._app.scopes),
            "state": state,
        }
        return f"{self._app.login_base}/identity/connect/authorize?{urlencode(query)}"

    def exchange(self, *, callback: Mapping[str, str], redirect_uri: str) -> Granted:
        if "code" not in callback:
            raise Refused(
                f"Xero was not given leave ({callback.get('error', 'no code came back')}); connect again to try."
            )
        form = {"grant_type": "authorization_code", "code": callback["code"], "redirect_uri": redirect_uri}
        tokens = self._token_call(form, lost=False)
        tenants = self.tenants(tokens)
        event = _claims(tokens.access_token).get("authentication_event_id")
        fresh = [tenant for tenant in tenants if event and tenant.authEventId == event] or tenants
        companies = tuple(
            Company(external_id=tenant.tenantId, name=tenant.tenantName or tenant.tenantId)
            for tenant in fresh
            if tenant.tenantType in (None, "ORGANISATION")
        )
        return Granted(tokens=tokens, companies=companies)

    def refresh(self, tokens: TokenSet) -> TokenSet:
        if not tokens.refresh_token:
            raise ConsentLost("Xero gave no refresh token (offline_access was missing); connect it again.")
        return self._token_call({"grant_type": "refresh_token", "refresh_token": tokens.refresh_token}, lost=True)

    def revoke(self, tokens: TokenSet, company_id: str) -> None:
        """Deletes this organisation's connection; other organisations of the same consent stay."""
        try:
            tenants = self.tenants(tokens)
        except ConsentLost:
            return  # it has ended already
        for tenant in tenants:
            if tenant.tenantId == company_id:
                url = f"{self._origin()}/connections/{tenant.id}"
                headers = {"authorization": f"Bearer {tokens.access_token}"}
                request = Request(method="DELETE", url=url, kind=TOKEN_KIND, headers=headers, json=False)
                self._transport.send(request)

    def tenants(self, tokens: TokenSet) -> list[Tenant]:
        """What the token reaches. By our own call: the SDK spells the path otherwise than Xero documents it."""
        headers = {"authorization": f"Bearer {tokens.access_token}", "accept": "application/json"}
        request = Request(method="GET", url=f"{self._origin()}/connections", kind=TOKEN_KIND, headers=headers)
        return self._transport.fetch(request, _tenants)

    def _origin(self) -> str:
        parts = urlsplit(self._app.api_base)
        return f"{parts.scheme}://{parts.netloc}"

    def _token_call(self, form: Mapping[str, str], *, lost: bool) -> TokenSet:
        pair = f"{self._app.client_id}:{self._app.client_secret}".encode()
        headers = {
            "authorization": "Basic " + base64.b64encode(pair).decode(),
            "content-type": "application/x-www-form-urlencoded",
            "accept": "application/json",
        }
        # sent once: a code is used up by it; of a refresh, who holds the tokens' lock decides whether it goes out again
        request = Request(
            method="POST", url=f"{self._app.identity_base}/connect/token", kind=TOKEN_KIND, headers=headers,
            body=urlencode(form).encode(), idempotent=False,
        )  # fmt: skip
        return self._transport.fetch(request, lambda reply: self._tokens(reply, lost=lost))

    def _tokens(self, reply: Reply, *, lost: bool) -> TokenSet:
        if not reply.ok:
            error = _error(reply)
            if lost and error in ("invalid_grant", "unauthorized_client"):
                raise ConsentLost(
                    "Xero no longer accepts this connection (unused for 60 days, or ended there); connect it again."
                )
            raise Refused(
                f"Xero gave no tokens ({reply.status}: {error}); check TIEOUT_XERO_CLIENT_ID and _CLIENT_SECRET."
            )
        came = loosely(reply.body, _Tokens)
        return TokenSet(
            access_token=came.access_token,
            refresh_token=came.refresh_token,
            expires_at=self._now() + timedelta(seconds=came.expires_in),
            refresh_expires_at=self._now() + REFRESH_LIFETIME,
            scope=came.scope or "",
        )


def _tenants(reply: Reply) -> list[Tenant]:
    if not reply.ok:
        raise ConsentLost(f"Xero does not accept our access ({reply.status}); connect it again.")
    return msgspec.json.decode(reply.body, type=list[Tenant])


def _error(reply: Reply) -> str:
    try:
        return msgspec.json.decode(reply.body, type=_Error).error or "no reason given"
    except msgspec.DecodeError:
        return "no reason given"


def _claims(token: str) -> dict[str, Any]:
    """What an access token says of itself. Not verified: it only narrows a list that the API itself gave."""
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        padded = parts[1] + "=" * (-len(parts[1]) % 4)
        claims: dict[str, Any] = msgspec.json.decode(base64.urlsafe_b64decode(padded), type=dict[str, Any])
    except (ValueError, msgspec.DecodeError):
        return {}
    return claims
