"""Puts the parts together: settings, clock, store, and a connector or consent for each provider.

The one place that knows every provider by name. What is built here is cheap; nothing is called before it is used.
"""

from __future__ import annotations

import importlib
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

from connectors.decode import learn_shapes
from connectors.figures import Figures
from connectors.limits import APP, Limiter, NoLimit, Rule, SlidingWindows, Together
from connectors.meter import Meter
from connectors.port import Connector
from connectors.statement.connector import StatementConnector
from connectors.tokens import Consent, TokenSet, TokenSource
from connectors.transport import Pool
from connectors.writing import Writer
from ledger.company import Company
from ledger.faults import BadInput, ConsentLost
from runtime.clock import Clock, Sleep, SystemClock, sleep
from runtime.limiter import SharedWindows, link_to
from runtime.metering import Metering
from runtime.providers.parts import Parts
from runtime.settings import Settings
from store.credentials import Sealer, load_tokens
from store.database import Connection, Database
from store.queries.facts import writing_facts
from store.scope import Scope
from sync.connect import Connecting
from sync.tokens import StoredTokenSource

PROVIDERS = ("quickbooks", "xero", "stripe")
CLOCK_AHEAD = "clock_ahead_seconds"  # the name of a connection's fact
FILES = "statement"
"""A connection whose records come from files: it has a connector to map them, and neither consent nor tokens."""


@dataclass(frozen=True, slots=True)
class FixedTokens:
    """A TokenSource for tokens that are not stored yet: there is nobody to refresh them for."""

    tokens: TokenSet

    def current(self) -> TokenSet:
        return self.tokens

    def refreshed(self, stale: TokenSet) -> TokenSet:
        raise BadInput("The provider does not accept these tokens; check them, or connect again.")


@dataclass(frozen=True, slots=True)
class App:
    """Everything that runs needs. One per process."""

    settings: Settings
    clock: Clock
    sleep: Sleep
    database: Database
    sealer: Sealer
    patience_seconds: float = 5.0
    """How long a call may wait for a limit: a worker parks the job sooner, a person at the terminal would rather wait."""
    limiters: dict[tuple[str, str], Limiter] = field(default_factory=dict, repr=False)
    """One for each company (and one for each provider's app): shared by all that this process asks of it."""
    metering: Metering = field(default_factory=Metering, repr=False)
    monotonic: Callable[[], float] = time.monotonic
    random: Callable[[], float] = random.random
    pool: Pool | None = field(default=None, repr=False)
    """Where calls go out; without one, each transport has its own."""
    reads_ahead: bool = True
    """A pass reads pages in a thread of its own while others are written."""

    @classmethod
    def build(cls, settings: Settings, clock: Clock | None = None, patience_seconds: float = 5.0) -> App:
        sealer = Sealer([key.reveal() for key in settings.encryption_keys])
        return cls(settings, clock or SystemClock(), sleep, Database(settings.database_url), sealer, patience_seconds)

    def parts(self, limiter: Limiter | None = None, meter: Meter | None = None) -> Parts:
        return Parts(
            settings=self.settings,
            now=self.clock.now,
            sleep=self.sleep,
            random=self.random,
            pool=self.pool,
            limiter=limiter or NoLimit(),
            meter=meter,
            patience_seconds=self.patience_seconds,
        )

    def consent(self, provider: str, *, writing: bool = False) -> Consent:
        """The provider's OAuth; writing: with leave to post. Raises BadInput that names the setting which is missing."""
        consent: Consent = provider_module(provider).consent(self.parts(), writing=writing)
        return consent

    def has_consent(self, provider: str) -> bool:
        """Whether the app is registered at the provider, so that there is something to connect with."""
        try:
            self.consent(provider)
        except BadInput:
            return False
        return True

    def connector(self, row: Any) -> Connector:
        """A connector for a row of connections. Raises ConsentLost where it has no tokens."""
        if row.provider == FILES:
            return StatementConnector(row.company_id)
        if row.token_set_id is None:
            raise ConsentLost(f"{row.company_name} is disconnected; connect it again.")
        ahead = timedelta(seconds=row.facts.get(CLOCK_AHEAD, 0))
        meter = self.metering.meter(row.organisation_id, row.id, row.provider, ahead)
        return self.connector_for(row.provider, row.company_id, self.tokens(row), live=row.live, meter=meter)

    def connector_for(
        self, provider: str, company_id: str, tokens: TokenSource, *, live: bool = True, meter: Meter | None = None
    ) -> Connector:
        parts = self.parts(self.limiter(provider, company_id, live=live), meter)
        connector: Connector = provider_module(provider).connector(parts, company_id, tokens)
        return connector

    def figures(self, row: Any) -> Figures:
        """The provider's own figures for a row of connections. Raises ConsentLost where it has no tokens."""
        if row.token_set_id is None:
            raise ConsentLost(f"{row.company_name} is disconnected; connect it again.")
        meter = self.metering.meter(row.organisation_id, row.id, row.provider)
        parts = self.parts(self.limiter(row.provider, row.company_id, live=row.live), meter)
        made: Figures = provider_module(row.provider).figures(parts, row.company_id, self.tokens(row))
        return made

    def writer(self, row: Any) -> Writer:
        """The writing side of a row of connections, with what the store knows of its books. Raises ConsentLost, BadInput."""
        if row.token_set_id is None:
            raise ConsentLost(f"{row.company_name} is disconnected; connect it again.")
        make = getattr(provider_module(row.provider), "writer", None) if row.provider in PROVIDERS else None
        if make is None:
            raise BadInput(f"Nothing can be written to {row.provider}; post it where its books are.")
        meter = self.metering.meter(row.organisation_id, row.id, row.provider)
        parts = self.parts(self.limiter(row.provider, row.company_id, live=row.live), meter)
        with self.database.read() as connection:
            known = writing_facts(connection, Scope(row.organisation_id, row.id))
        facts: dict[str, Any] = {"time_zone": known.time_zone}
        if row.role == "books":
            facts = {"home_currency": known.home_currency, "country": known.country, "accounts": known.accounts}
        made: Writer = make(parts, row.company_id, self.tokens(row), **facts)
        return made

    def keep_calls(self) -> None:
        """Writes down what was asked of the providers since the last time."""
        self.metering.keep(self.database, self.clock.now())

    def limiter(self, provider: str, company_id: str, *, live: bool) -> Limiter:
        """Just under each provider's published limits: with all workers where there is a server, else of this process."""
        key = (provider, company_id)
        if key not in self.limiters:
            rules, in_flight = provider_module(provider).limits(live=live)
            own = self._of_this_process(provider, rules, in_flight)
            link = link_to(self.settings.redis_url, self.settings.home)
            self.limiters[key] = own if link is None else SharedWindows(
                link, key, rules, in_flight=in_flight, fallback=own, sleep=self.sleep,
                longest_wait_seconds=self.patience_seconds,
            )  # fmt: skip
        return self.limiters[key]

    def _of_this_process(self, provider: str, rules: Sequence[Rule], in_flight: int) -> Limiter:
        shared = [rule for rule in rules if rule.scope == APP]
        own = self._windows([rule for rule in rules if rule.scope != APP], in_flight)
        if not shared:
            return own
        return Together(own, self.limiters.setdefault((provider, APP), self._windows(shared, None)))

    def _windows(self, rules: Sequence[Rule], in_flight: int | None) -> SlidingWindows:
        return SlidingWindows(
            rules,
            monotonic=self.monotonic,
            sleep=self.sleep,
            in_flight=in_flight,
            longest_wait_seconds=self.patience_seconds,
        )

    def tokens(self, row: Any) -> StoredTokenSource:
        return StoredTokenSource(
            database=self.database,
            sealer=self.sealer,
            organisation_id=row.organisation_id,
            token_set_id=row.token_set_id,
            consent=self.consent(row.provider) if self.has_consent(row.provider) else None,
            now=self.clock.now,
            sleep=self.sleep,
            random=self.random,
        )

    def webhook_secret(self, connection: Connection, row: Any) -> str | None:
        """The signing secret that was given with the connection's key, if one was."""
        if row.token_set_id is None:
            return None
        stored = load_tokens(connection, self.sealer, row.organisation_id, row.token_set_id)
        secret: str | None = stored.secret.get("webhook_secret")
        return secret

    def describe(self, provider: str, tokens: TokenSet, company_id: str) -> Company:
        """One call that proves the tokens and names the company."""
        return self.connector_for(provider, company_id, FixedTokens(tokens)).company()

    def connecting(self, organisation_id: UUID) -> Connecting:
        return Connecting(self.database, self.sealer, organisation_id, self.describe)


@cache
def provider_module(provider: str) -> Any:
    """runtime/providers/<provider>.py, imported when it is used: each brings an SDK that others never need."""
    if provider not in PROVIDERS:
        raise BadInput(f"There is no provider {provider!r}; choose one of {', '.join(PROVIDERS)}.")
    module = importlib.import_module(f"runtime.providers.{provider}")
    learn_shapes()
    return module
