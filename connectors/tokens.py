"""Tokens of one consent, and the port through which a connector gets a live one.

The lock around a refresh and the saving before use belong to sync/tokens.py; here stand the shapes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from ledger.company import Company


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenSet:
    """What a provider gave for one consent. Nothing of it is ever printed: repr shows only the times.

    access_token may be an API key (Stripe): then expires_at and refresh_token are None.
    account: Stripe's acct_ id where the access token is a platform's key; else None.
    """

    access_token: str = field(repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    expires_at: datetime | None = None
    refresh_expires_at: datetime | None = None
    scope: str = ""
    account: str | None = None
    webhook_secret: str | None = field(default=None, repr=False)


class TokenSource(Protocol):
    """Where a connector gets its token. Implementations refresh under one lock per token set and save before use."""

    def current(self) -> TokenSet:
        """A token that is not about to expire; refreshes by itself shortly before. Raises ConsentLost."""

    def refreshed(self, stale: TokenSet) -> TokenSet:
        """After a 401 with `stale`: a newer one, refreshed unless somebody else has done so meanwhile. Raises ConsentLost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """What an authorisation brought: the tokens, and the companies that they reach (one is to be picked if several)."""

    tokens: TokenSet
    companies: tuple[Company, ...]


class Consent(Protocol):
    """The OAuth side of one provider, for the whole app: no tenant's token is kept in it.

    name: the provider as people know it. grace: how long a refresh token that was replaced is surely taken, so that a
    renewal whose answer was lost may be asked for again; a refusal within it is doubted.
    """

    provider: str
    name: str
    grace: timedelta

    def authorise_url(self, *, state: str, redirect_uri: str) -> str:
        """The provider's page where a person agrees. `state` is ours, bound to the session by the caller."""

    def exchange(self, *, callback: Mapping[str, str], redirect_uri: str) -> Granted:
        """The callback's query (code, realmId ...) for tokens; once. Raises Refused where the person said no."""

    def refresh(self, tokens: TokenSet) -> TokenSet:
        """New tokens for old, by one call. Raises ConsentLost when the provider says that they are dead, and OutcomeUnknown
        where it was sent and no usable answer came: the old refresh token may have been replaced by one that nobody has.
        """

    def revoke(self, tokens: TokenSet, company_id: str) -> None:
        """Ends the consent at the provider as far as it allows; already ended is no fault."""
