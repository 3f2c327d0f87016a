"""Live tokens for a connector: one refresh per token set at a time, and the new ones saved before anybody uses them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from connectors.tokens import Consent, TokenSet
from ledger.faults import ConsentLost, Fault, Unreachable
from store.credentials import Sealer, StoredTokens, load_tokens, mark_dead, note_asked, replace_tokens
from store.database import Database
from store.locks import exclusive
from sync.renewal import Renewal

REFRESH_BEFORE = timedelta(seconds=90)  # a token that dies during a call costs a second call


def to_secret(tokens: TokenSet) -> dict[str, Any]:
    """What is sealed of a token set."""
    return {
        "access_token": tokens.access_token,
        "refresh_token": tokens.refresh_token,
        "scope": tokens.scope,
        "account": tokens.account,
        "webhook_secret": tokens.webhook_secret,
    }


def from_secret(
    secret: Mapping[str, Any], expires_at: datetime | None, refresh_expires_at: datetime | None
) -> TokenSet:
    return TokenSet(**secret, expires_at=expires_at, refresh_expires_at=refresh_expires_at)


@dataclass(frozen=True, slots=True)
class StoredTokenSource:
    """A TokenSource over the store. `consent` is None where there is nothing to refresh with (API keys)."""

    database: Database
    sealer: Sealer
    organisation_id: UUID
    token_set_id: UUID
    consent: Consent | None
    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    random: Callable[[], float]

    def current(self) -> TokenSet:
        tokens = self._opened(self._load())
        if tokens.expires_at is not None and tokens.expires_at - self.now() < REFRESH_BEFORE:
            return self.refreshed(tokens)
        return tokens

    def refreshed(self, stale: TokenSet) -> TokenSet:
        with exclusive(self.database, f"tokens:{self.organisation_id}:{self.token_set_id}", wait=True):
            stored = self._load()
            tokens = self._opened(stored)
            if tokens.access_token != stale.access_token:
                return tokens  # somebody else was quicker
            if self.consent is None or (tokens.refresh_token is None and tokens.account is None):
                raise self._lost("The key is no longer accepted; make a new one at the provider and connect again.")
            return self._renewed(stored, tokens, self.consent)

    def _renewed(self, stored: StoredTokens, tokens: TokenSet, consent: Consent) -> TokenSet:
        """New tokens, saved. That they are asked for is noted before: a process that dies meanwhile, or a database that does
        not answer when they have come, leaves a refresh token that may be replaced. A refusal after an answer that was lost
        ends the consent only when the provider's grace is over; one with no such doubt ends it at once.
        """
        asked_at = stored.asked_at or self.now()
        self._note_asked(asked_at)
        renewal = Renewal(consent, self.sleep, self.random)
        try:
            fresh = renewal.of(tokens)
        except ConsentLost as lost:
            in_doubt = stored.asked_at is not None or renewal.unanswered
            ends = asked_at + consent.grace
            if not in_doubt or self.now() >= ends:
                raise self._lost(str(lost)) from lost
            raise Unreachable(
                f"{consent.name} lost an answer when our access was renewed, and refuses the token that it should take "
                f"until {ends:%H:%M} UTC. It is asked again until then; connect it again to go on at once."
            ) from lost
        except Fault:
            if stored.asked_at is None and not renewal.unanswered:
                self._note_asked(None)  # it was not sent, or refused for what has nothing to do with the tokens
            raise
        self._save(fresh)
        return fresh

    def _note_asked(self, asked_at: datetime | None) -> None:
        with self.database.write() as connection:
            note_asked(connection, self.organisation_id, self.token_set_id, asked_at)

    def _load(self) -> StoredTokens:
        with self.database.read() as connection:
            return load_tokens(connection, self.sealer, self.organisation_id, self.token_set_id)

    def _opened(self, stored: StoredTokens) -> TokenSet:
        if stored.dead_at is not None:
            raise ConsentLost("The provider no longer accepts this connection; connect it again.")
        return from_secret(stored.secret, stored.expires_at, stored.refresh_expires_at)

    def _save(self, fresh: TokenSet) -> None:
        with self.database.write() as connection:
            replace_tokens(
                connection,
                self.sealer,
                self.organisation_id,
                self.token_set_id,
                secret=to_secret(fresh),
                expires_at=fresh.expires_at,
                refresh_expires_at=fresh.refresh_expires_at,
                now=self.now(),
            )

    def _lost(self, sentence: str) -> ConsentLost:
        with self.database.write() as connection:
            mark_dead(connection, self.organisation_id, self.token_set_id, self.now())
        return ConsentLost(sentence)
