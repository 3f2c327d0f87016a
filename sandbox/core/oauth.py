"""The authorisation server of a stand-in: one-use codes, access and refresh tokens, expiry, rotation, grace.

What differs between the providers is in `Policy`; the shape of the replies is the stand-in's. The page on which a
person consents is in `consent.py`.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import random
import secrets
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import unquote, urlsplit

from sandbox.core.clock import SandboxClock

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class OAuthError(Exception):
    """A refusal in the words of RFC 6749: `error` goes into the reply, `status` is 401 for a client that is not known."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = description
        self.status = status


@dataclass(frozen=True)
class Policy:
    """Lifetimes in seconds; None is for ever.

    rotates: a refresh gives a new refresh token and the old one works for `grace_seconds` more. With
    `rotate_after_seconds`, a younger refresh token is given back as it is (its life begins anew).
    redirect_uris: exact addresses; empty takes any address on loopback.
    """

    code_seconds: int = 300
    access_seconds: int | None = 3600
    refresh_seconds: int | None = 100 * 86400
    rotates: bool = True
    rotate_after_seconds: int = 0
    grace_seconds: int = 0
    redirect_uris: tuple[str, ...] = ()


@dataclass(frozen=True)
class Grant:
    """One consent: to one company, for one client, with these scopes. `id` is stable over its refreshes."""

    id: str
    client_id: str
    tenant: str
    scope: str
    given_at: datetime


@dataclass(frozen=True)
class Tokens:
    """What an exchange or a refresh gives; lifetimes in seconds as they are at that moment."""

    grant: Grant
    access_token: str
    refresh_token: str
    expires_in: int | None
    refresh_expires_in: int | None


@dataclass(frozen=True)
class AuthorizeRequest:
    """The checked query of an authorise address. `state` is given back untouched."""

    client_id: str
    redirect_uri: str
    scope: str
    state: str | None


@dataclass
class _Code:
    grant: Grant
    redirect_uri: str
    expires_at: datetime
    used: bool = False


@dataclass
class _Token:
    grant: Grant
    born_at: datetime
    expires_at: datetime | None
    replaced: bool = False  # a refresh token that gave way to a newer one and lives on in its grace

    def live(self, now: datetime) -> bool:
        return self.expires_at is None or now < self.expires_at


AccessTokenMaker = Callable[[Grant, datetime | None], str]


class AuthorizationServer:
    """Consents, codes and tokens of one client of one provider. Safe across threads; time is the sandbox's."""

    def __init__(
        self,
        clock: SandboxClock,
        client_id: str,
        client_secret: str,
        policy: Policy | None = None,
        *,
        make_access_token: AccessTokenMaker | None = None,
        seed: int | None = None,
    ) -> None:
        self.client_id = client_id
        self.policy = policy or Policy()
        self._clock = clock
        self._secret = client_secret
        self._make_access_token = make_access_token
        self._random: random.Random = secrets.SystemRandom() if seed is None else random.Random(seed)
        self._lock = threading.RLock()
        self._codes: dict[str, _Code] = {}
        self._access: dict[str, _Token] = {}
        self._refresh: dict[str, _Token] = {}

    # Consent

    def check_request(self, query: Mapping[str, str]) -> AuthorizeRequest:
        """The query of the authorise address. OAuthError means: show a page, never redirect."""
        if query.get("client_id") != self.client_id:
            raise OAuthError("unauthorized_client", "client_id is not known here")
        if query.get("response_type") != "code":
            raise OAuthError("unsupported_response_type", "response_type must be code")
        redirect_uri = query.get("redirect_uri", "")
        if not self._redirect_allowed(redirect_uri):
            raise OAuthError("invalid_request", "redirect_uri is not one of this client's")
        return AuthorizeRequest(self.client_id, redirect_uri, query.get("scope", ""), query.get("state"))

    def approve(self, request: AuthorizeRequest, tenant: str) -> str:
        """A person consented for one company; returns the code."""
        with self._lock:
            now = self._clock.now()
            grant = Grant(self._word(), request.client_id, tenant, request.scope, now)
            code = self._word()
            expires = now + timedelta(seconds=self.policy.code_seconds)
            self._codes[code] = _Code(grant, request.redirect_uri, expires)
            return code

    def issue(self, tenant: str, scope: str = "") -> Tokens:
        """Tokens without a consent page, for a credentials file or a test."""
        with self._lock:
            return self._tokens(Grant(self._word(), self.client_id, tenant, scope, self._clock.now()))

    # The token endpoint

    def check_client(self, authorization: str | None, form: Mapping[str, str]) -> str:
        """The client by HTTP Basic or by client_id and client_secret in the form; OAuthError 401 when it is wrong."""
        client_id, secret = _basic(authorization) or (form.get("client_id", ""), form.get("client_secret", ""))
        known = hmac.compare_digest(client_id.encode(), self.client_id.encode())
        right = hmac.compare_digest(secret.encode(), self._secret.encode())
        if not (known and right):
            raise OAuthError("invalid_client", "client id or secret is wrong", 401)
        return client_id

    def exchange(self, code: str, redirect_uri: str | None) -> Tokens:
        """A code for tokens, once. A second try takes back what the first one gave. `None` skips the address check."""
        with self._lock:
            held = self._codes.get(code)
            if held is None:
                raise OAuthError("invalid_grant", "the code is not known")
            if held.used:
                self._revoke_grants({held.grant.id})
                raise OAuthError("invalid_grant", "the code was used before; what it gave is revoked")
            if self._clock.now() >= held.expires_at:
                raise OAuthError("invalid_grant", "the code is too old")
            if redirect_uri is not None and redirect_uri != held.redirect_uri:
                raise OAuthError("invalid_grant", "redirect_uri is not the one of the authorise request")
            held.used = True
            return self._tokens(held.grant)

    def refresh(self, token: str) -> Tokens:
        with self._lock:
            now = self._clock.now()
            held = self._refresh.get(token)
            if held is None or not held.live(now):
                raise OAuthError("invalid_grant", "the refresh token is not valid")
            young = now < held.born_at + timedelta(seconds=self.policy.rotate_after_seconds)
            if not self.policy.rotates or (young and not held.replaced):
                held.expires_at = self._later(now, self.policy.refresh_seconds)
                return self._tokens(held.grant, token)
            if not held.replaced:
                held.replaced = True
                held.expires_at = now + timedelta(seconds=self.policy.grace_seconds)
            return self._tokens(held.grant)

    def revoke(self, token: str) -> bool:
        """Either kind of token ends its whole grant; False when the token is not known."""
        with self._lock:
            held = self._refresh.get(token) or self._access.get(token)
            if held is None:
                return False
            self._revoke_grants({held.grant.id})
            return True

    # Calls

    def authenticate(self, bearer: str | None) -> Grant | None:
        """The grant behind a live access token; takes the bare token or a whole Authorization header."""
        if not bearer:
            return None
        token = bearer[7:] if bearer[:7].lower() == "bearer " else bearer
        with self._lock:
            held = self._access.get(token)
            return held.grant if held is not None and held.live(self._clock.now()) else None

    # For stand-ins and mishaps

    def grants(self) -> list[Grant]:
        """The grants that still have a live refresh token, oldest first."""
        with self._lock:
            now = self._clock.now()
            return list({held.grant.id: held.grant for held in self._refresh.values() if held.live(now)}.values())

    def expire_access(self, tenant: str | None = None) -> int:
        """End every access token (of one company), as if its time were up; refresh tokens stay. Returns how many."""
        with self._lock:
            now = self._clock.now()
            ended = 0
            for held in self._access.values():
                if held.live(now) and tenant in {None, held.grant.tenant}:
                    held.expires_at = now
                    ended += 1
            return ended

    def revoke_all(self, tenant: str | None = None) -> int:
        """End every grant (of one company), as when its owner disconnects the app. Returns how many."""
        with self._lock:
            ids = {grant.id for grant in self.grants() if tenant in {None, grant.tenant}}
            self._revoke_grants(ids)
            return len(ids)

    def _redirect_allowed(self, uri: str) -> bool:
        if self.policy.redirect_uris:
            return uri in self.policy.redirect_uris
        parts = urlsplit(uri)
        return parts.scheme == "http" and parts.hostname in LOOPBACK and not parts.fragment

    def _tokens(self, grant: Grant, keep_refresh: str | None = None) -> Tokens:
        now = self._clock.now()
        expires = self._later(now, self.policy.access_seconds)
        access = self._make_access_token(grant, expires) if self._make_access_token else self._word()
        self._access[access] = _Token(grant, now, expires)
        refresh = keep_refresh or self._word()
        if keep_refresh is None:
            self._refresh[refresh] = _Token(grant, now, self._later(now, self.policy.refresh_seconds))
        return Tokens(grant, access, refresh, self.policy.access_seconds, self.policy.refresh_seconds)

    def _revoke_grants(self, ids: Iterable[str]) -> None:
        gone = set(ids)
        self._access = {token: held for token, held in self._access.items() if held.grant.id not in gone}
        self._refresh = {token: held for token, held in self._refresh.items() if held.grant.id not in gone}

    def _word(self) -> str:
        return f"{self._random.getrandbits(192):048x}"

    @staticmethod
    def _later(now: datetime, seconds: int | None) -> datetime | None:
        return None if seconds is None else now + timedelta(seconds=seconds)


def _basic(authorization: str | None) -> tuple[str, str] | None:
    if not authorization or authorization[:6].lower() != "basic ":
        return None
    try:
        text = base64.b64decode(authorization[6:], validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    client_id, _, secret = text.partition(":")
    return unquote(client_id), unquote(secret)
