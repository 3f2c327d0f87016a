"""Who calls: an account's own secret or restricted key, an OAuth access token, or the platform for a connected account."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sandbox.core.oauth import AuthorizationServer
from sandbox.stripe.books import Books
from sandbox.stripe.wire import permissions
from sandbox.stripe.wire.errors import StripeError

_SHOWN_HEAD = 8
_SHOWN_TAIL = 4


@dataclass(frozen=True)
class Caller:
    """`held` is None for a key that may do everything. `reach` gives another account that the key may look at."""

    books: Books
    key: str = field(repr=False)
    held: frozenset[str] | None = None
    reach: Callable[[str], Books | None] = lambda _: None

    def allow(self, kind: str, *, write: bool = False) -> None:
        """403 naming the permission that a restricted key lacks."""
        needed = permissions.needed(kind, write=write)
        if needed is None or self.held is None or needed in self.held:
            return
        raise StripeError(
            403,
            f"The provided key '{masked(self.key)}' does not have the required permissions for this endpoint on "
            f"account '{self.books.tenant}'. Having the 'rak_{needed}' permission would allow this request to continue.",
        )


class KeyRing:
    """Every key and token that opens an account here."""

    def __init__(
        self, platform: Books, platform_key: str, servers: Mapping[str, AuthorizationServer], books: Mapping[str, Books]
    ) -> None:
        self._platform = platform
        self._platform_key = platform_key
        self._servers = servers
        self._books = books
        self._keys: dict[str, Books] = {}
        self._held: dict[str, frozenset[str]] = {}
        self._mine: dict[str, tuple[str, str]] = {}  # tenant -> restricted, secret

    def cut(self, books: Books) -> None:
        """Make the two keys of a new account."""
        tail = books.tenant.removeprefix("acct_") + books.ids.secret(64)
        restricted, secret = f"rk_test_5{tail}", f"sk_test_5{tail}"
        self._mine[books.tenant] = (restricted, secret)
        self._keys.update({restricted: books, secret: books})
        self._held[restricted] = permissions.ALL

    def restricted(self, tenant: str) -> str:
        return self._mine[tenant][0]

    def secret(self, tenant: str) -> str:
        return self._mine[tenant][1]

    def restrict(self, tenant: str, held: frozenset[str]) -> None:
        """Leave the account's restricted key only these permissions."""
        self._held[self.restricted(tenant)] = held

    def revoke(self, tenant: str) -> None:
        """The owner deletes the restricted key."""
        self._keys.pop(self.restricted(tenant), None)

    def connected(self, tenant: str) -> bool:
        """Whether the platform holds a live consent of this account."""
        return any(grant.tenant == tenant for server in self._servers.values() for grant in server.grants())

    def caller(self, authorization: str | None, account: str | None) -> Caller:
        """StripeError 401 for a key that is not known, 403 for an account that the key does not reach."""
        key = bearer(authorization)
        if key is None:
            raise StripeError(
                401,
                "You did not provide an API key. You need to provide your API key in the Authorization header, using "
                "Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
                headers={"WWW-Authenticate": 'Basic realm="Stripe"'},
            )
        if key == self._platform_key:
            return self._for_platform(key, account)
        books = self._keys.get(key) or self._by_token(key)
        if books is None:
            raise invalid_key(key)
        if account is not None and account != books.tenant:
            raise no_access(key, account)
        return Caller(books, key, self._held.get(key))

    def is_platform(self, authorization: str | None) -> bool:
        return bearer(authorization) == self._platform_key

    def _for_platform(self, key: str, account: str | None) -> Caller:
        if account is None or account == self._platform.tenant:
            return Caller(self._platform, key, reach=self._connected)
        books = self._connected(account)
        if books is None:
            raise no_access(key, account)
        return Caller(books, key)

    def _connected(self, account: str) -> Books | None:
        return self._books.get(account) if self.connected(account) else None

    def _by_token(self, key: str) -> Books | None:
        for server in self._servers.values():
            grant = server.authenticate(key)
            if grant is not None:
                return self._books.get(grant.tenant)
        return None


def bearer(authorization: str | None) -> str | None:
    """The key of a Bearer header, or the user name of a Basic one."""
    scheme, _, rest = (authorization or "").partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip() or None
    if scheme.lower() != "basic":
        return None
    try:
        user, _, _ = base64.b64decode(rest, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return user or None


def masked(key: str) -> str:
    """A key as Stripe shows it in a message."""
    if len(key) <= _SHOWN_HEAD + _SHOWN_TAIL:
        return "*" * len(key)
    return key[:_SHOWN_HEAD] + "*" * (len(key) - _SHOWN_HEAD - _SHOWN_TAIL) + key[-_SHOWN_TAIL:]


def invalid_key(key: str) -> StripeError:
    return StripeError(401, f"Invalid API Key provided: {masked(key)}")


def expired_key(key: str) -> StripeError:
    return StripeError(401, f"Expired API Key provided: {masked(key)}", code="api_key_expired")


def no_access(key: str, account: str) -> StripeError:
    return StripeError(
        403,
        f"The provided key '{masked(key)}' does not have access to account '{account}' (or that account does not "
        "exist). Application access may have been revoked.",
        code="account_invalid",
    )
