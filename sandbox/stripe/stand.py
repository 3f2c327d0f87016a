"""The Stripe stand-in: accounts, their keys, the API, Connect, webhooks and /_control in one application."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec
from flask import Flask, Response, request

from sandbox.core.clock import SandboxClock
from sandbox.core.control import control_blueprint
from sandbox.core.journal import Journal
from sandbox.core.limits import FixedWindows, Window
from sandbox.core.mishaps import Mishaps
from sandbox.core.oauth import AuthorizationServer, Policy
from sandbox.core.records import Record, RecordStore
from sandbox.core.webhooks import Sender
from sandbox.stripe import loading
from sandbox.stripe.books import WIRE_KINDS, Books
from sandbox.stripe.changes import verbs
from sandbox.stripe.signing import signer
from sandbox.stripe.truth import truth
from sandbox.stripe.wire import errors, permissions, reads, writes
from sandbox.stripe.wire.application import Desk
from sandbox.stripe.wire.connect import Connect
from sandbox.stripe.wire.idempotency import Replays
from sandbox.stripe.wire.keys import KeyRing, bearer, expired_key
from sandbox.world import plan

CLIENT_ID = "ca_SandboxTieoutConnect000000000000"
_APP_REFRESH_SECONDS = 365 * 86400
_ENDPOINT_CALLS = 25
_ACCOUNT_CALLS = 100
_PLATFORM = plan.Company("platform", "Tieout sandbox platform", "US", "USD", "UTC")


class StripeStand:
    """Everything of Stripe that the product sees. One platform, any number of accounts.

    The limits are Stripe's (25 calls a second per endpoint, 100 per account) on real time, whatever the sandbox clock
    says; `limits` and `account_limits` take others.
    """

    provider = "stripe"

    def __init__(self, clock: SandboxClock, seed: int = 0) -> None:
        self.clock = clock
        self._seed = seed
        self.journal = Journal(self.provider, clock)
        self.mishaps = Mishaps()
        self.webhooks = Sender()
        real_time = SandboxClock()
        self.limits = FixedWindows(real_time, {"endpoint-rate": Window(_ENDPOINT_CALLS, 1)})
        self.account_limits = FixedWindows(real_time, {"global-rate": Window(_ACCOUNT_CALLS, 1)})
        self.records: dict[str, RecordStore] = {}
        self._books: dict[str, Books] = {}
        self._platform = Books(_PLATFORM, clock, seed)
        ids = self._platform.ids
        self._platform_key = f"sk_test_5{ids.secret(80)}"
        self._webhook_secret = f"whsec_{ids.secret(32)}"
        self.sign = signer(clock, self._webhook_secret)
        self.connect = self._authorization(Policy(access_seconds=None, refresh_seconds=None, rotates=False))
        self.app_access = self._authorization(Policy(access_seconds=3600, refresh_seconds=_APP_REFRESH_SECONDS))
        servers = {"connect": self.connect, "app": self.app_access}
        self.keys = KeyRing(self._platform, self._platform_key, servers, self._books)
        self.replays = Replays(clock)
        self.app = self._application()

    # Accounts

    def add_company(self, company: plan.Company) -> str:
        """An empty account; returns its id (acct_...)."""
        books = Books(company, self.clock, self._seed)
        if books.tenant in self._books:
            message = f"company {company.key} has an account here already"
            raise ValueError(message)
        books.announce = lambda event: self._announce(books.tenant, event)
        books.undelivered = self._undelivered
        self._books[books.tenant] = books
        self.records[books.tenant] = books.store
        self.keys.cut(books)
        return books.tenant

    def load(self, tenant: str, wanted: plan.StripePlan) -> None:
        """History in the order of time: no webhooks; events for what happened in the last 30 days."""
        loading.load(self.books(tenant), wanted)

    def books(self, tenant: str) -> Books:
        """LookupError for an account that is not here."""
        if tenant not in self._books:
            message = f"no such account: {tenant}"
            raise LookupError(message)
        return self._books[tenant]

    def external_id(self, tenant: str, key: plan.Key) -> str:
        """The id that a key of the plan got. A charge's intent is under its key with "/intent" after it."""
        return self.books(tenant).external_id(key)

    def counts(self, tenant: str) -> dict[str, int]:
        """Wire kind -> how many records a full read of its lists returns."""
        books = self.books(tenant)
        return {kind: len(books.shelf(kind)) for kind in WIRE_KINDS}

    def truth(self, tenant: str, on: date) -> dict[str, Any]:
        """See sandbox/README.md; `balance` by currency is Stripe's own control account."""
        books = self.books(tenant)
        with books.lock:
            return truth(books, on)

    # Keys

    def config(self) -> dict[str, str]:
        """What the platform's owner puts into the product."""
        return {
            "client_id": CLIENT_ID,
            "client_secret": self._platform_key,
            "secret_key": self._platform_key,
            "webhook_secret": self._webhook_secret,
        }

    def api_key(self, tenant: str) -> str:
        """The account's restricted key (rk_test_...), with every permission until it is restricted."""
        self.books(tenant)
        return self.keys.restricted(tenant)

    def secret_key(self, tenant: str) -> str:
        """The account's own secret key (sk_test_...)."""
        self.books(tenant)
        return self.keys.secret(tenant)

    # Changes

    def change(self, tenant: str, verb: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        """One change of business, as in changes/, or of access: restrict_key, revoke_key, disconnect."""
        access = {"restrict_key": self._restrict_key, "revoke_key": self._revoke_key, "disconnect": self._disconnect}
        if verb in access:
            return access[verb](tenant, fields)
        return dict(verbs.make(self.books(tenant), verb, fields))

    def _restrict_key(self, tenant: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        """permissions: what the restricted key may do; or without: what it may not."""
        self.books(tenant)
        without = frozenset(str(name) for name in fields.get("without", ()))
        named = frozenset(str(name) for name in fields.get("permissions", permissions.ALL))
        held = permissions.granted(named) - permissions.known(without)
        self.keys.restrict(tenant, held)
        return {"permissions": sorted(held)}

    def _revoke_key(self, tenant: str, _: Mapping[str, Any]) -> dict[str, Any]:
        self.books(tenant)
        self.keys.revoke(tenant)
        return {"revoked": True}

    def _disconnect(self, tenant: str, _: Mapping[str, Any]) -> dict[str, Any]:
        """The owner takes the platform's access away in the dashboard."""
        self.books(tenant)
        ended = self.connect.revoke_all(tenant) + self.app_access.revoke_all(tenant)
        if ended:
            self._deauthorized(tenant)
        return {"ended": ended}

    # Webhooks

    def _announce(self, tenant: str, event: Record) -> None:
        """Send an event, naming the account it comes from, as to a Connect endpoint."""
        waiting = len(self.webhooks.receivers())
        if waiting:
            body = msgspec.json.encode({**event, "account": tenant, "pending_webhooks": waiting})
            self.webhooks.enqueue(body, self.sign)

    def _undelivered(self) -> frozenset[str]:
        """The events that were tried and that some receiver has not taken yet."""
        taken: dict[tuple[str, str], bool] = {}
        for delivery in self.webhooks.deliveries():
            told = str(msgspec.json.decode(delivery.body)["id"])
            ok = delivery.status is not None and 200 <= delivery.status < 300
            taken[delivery.receiver.url, told] = ok or taken.get((delivery.receiver.url, told), False)
        return frozenset(told for (_, told), ok in taken.items() if not ok)

    def _deauthorized(self, tenant: str) -> None:
        books = self.books(tenant)
        application = {"id": CLIENT_ID, "object": "application", "name": _PLATFORM.name}
        with books.lock:
            books.happened("account.application.deauthorized", application, books.now())

    # The application

    def _authorization(self, policy: Policy) -> AuthorizationServer:
        ids = self._platform.ids
        return AuthorizationServer(
            self.clock,
            CLIENT_ID,
            self._platform_key,
            policy,
            make_access_token=lambda _grant, _expires: f"sk_test_5{ids.secret(90)}",
            seed=self._seed,
        )

    def _application(self) -> Flask:
        app = Flask("sandbox.stripe")
        desk = Desk(self)
        self.mishaps.install(
            app,
            expired=lambda: desk.refusal(expired_key(bearer(request.headers.get("Authorization")) or "")),
            throttled=lambda: desk.refusal(errors.too_many("endpoint-rate")),
            failed=lambda: desk.refusal(errors.server_fault()),
        )
        self.journal.install(app)
        app.register_blueprint(control_blueprint(self))
        connect = Connect(self.connect, self.app_access, self.keys, self._companies, self._deauthorized)
        app.register_blueprint(connect.blueprint())
        app.register_blueprint(desk.blueprint([*reads.endpoints(), *writes.endpoints()]))
        app.register_error_handler(404, lambda _: _not_found(desk))
        app.register_error_handler(405, lambda _: _not_found(desk))
        return app

    def _companies(self) -> list[tuple[str, str]]:
        return [(tenant, books.company.name) for tenant, books in self._books.items()]


def _not_found(desk: Desk) -> Response:
    return desk.refusal(errors.unknown_path(request.method, request.path))
