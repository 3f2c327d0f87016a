"""XeroStand: the organisations, the application that serves them, and what a test or a demo asks of it."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from sandbox.core.clock import SandboxClock
from sandbox.core.control import control_blueprint
from sandbox.core.journal import CONTROL_PREFIX, Journal
from sandbox.core.limits import FixedWindows, Window
from sandbox.core.mishaps import Mishaps
from sandbox.core.oauth import AuthorizationServer, Tokens
from sandbox.core.records import RecordStore
from sandbox.core.webhooks import Sender
from sandbox.world import plan
from sandbox.xero.desk.answers import Desk
from sandbox.xero.desk.api import api_blueprint
from sandbox.xero.desk.books import Books
from sandbox.xero.desk.business import Business
from sandbox.xero.desk.chart import found_company
from sandbox.xero.desk.connections import Connections, event_id
from sandbox.xero.desk.gate import APP_WINDOW, Gate
from sandbox.xero.desk.hooks import Herald
from sandbox.xero.desk.kinds import COUNTED
from sandbox.xero.desk.load import load_plan
from sandbox.xero.desk.receivables import truth
from sandbox.xero.desk.signin import FULL_SCOPE, POLICY, TokenMaker, signin_blueprint
from sandbox.xero.desk.views import Views
from sandbox.xero.desk.wire import ms

LIMITS = {"minute": Window(60, 60), "day": Window(5000, 86400)}
IN_FLIGHT = 5
APP_LIMITS = {APP_WINDOW: Window(10_000, 60)}
OPENED_AGO = timedelta(days=3 * 365)
COMPRESSED_FROM = 1024  # bytes
CLIENT_ID = "5A4DB0X00X3R0C11E17000000000F00D"


class XeroStand:
    """See sandbox/README.md."""

    provider = "xero"

    def __init__(self, clock: SandboxClock, seed: int = 0) -> None:
        self.clock = clock
        self.records: dict[str, RecordStore] = {}
        self.desks: dict[str, Desk] = {}
        self.journal = Journal(self.provider, clock)
        self.mishaps = Mishaps()
        self.webhooks = Sender()
        self.limits = FixedWindows(clock, LIMITS, IN_FLIGHT)
        self.app_limits = FixedWindows(clock, APP_LIMITS)
        self._seed = seed
        self._books: dict[str, Books] = {}
        self._chance = Random(f"xero/{seed}")
        self._secret = f"{self._chance.getrandbits(192):048x}"
        self._webhook_key = f"{self._chance.getrandbits(256):064x}"
        self.herald = Herald(self.webhooks, self._webhook_key, self._chance)
        self.connections = Connections(clock, self._chance)
        maker = TokenMaker(clock, self._chance)
        self.oauth = AuthorizationServer(clock, CLIENT_ID, self._secret, POLICY, make_access_token=maker, seed=seed)
        self.app = self._build_app()

    def add_company(self, company: plan.Company) -> str:
        """An empty organisation; returns its tenant id."""
        chance = Random(f"organisation/{self._seed}/{company.key}/{len(self.desks)}")
        tenant = str(UUID(int=chance.getrandbits(128), version=4))
        store = RecordStore()
        books = Books(tenant, company, self.clock, store, str(self._seed))
        views = Views(books)
        books.view = views.view
        with books.writing_history() as at:
            at(ms(self.clock.now() - OPENED_AGO))
            found_company(books)
        self.records[tenant] = store
        self._books[tenant] = books
        self.desks[tenant] = Desk(books, views)
        return tenant

    def load(self, tenant: str, wanted: plan.BooksPlan, /) -> None:
        load_plan(self._desk(tenant).books, wanted)

    def counts(self, tenant: str) -> dict[str, int]:
        """How many a full read returns, archived, void and deleted ones among them."""
        store = self._desk(tenant).books.store
        return {kind: store.count(kind) for kind in COUNTED}

    def truth(self, tenant: str, on: date) -> dict[str, Any]:
        books = self._desk(tenant).books
        with books.lock:
            return truth(books, on)

    def change(self, tenant: str, verb: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        """One change of business; the verbs are in business.py. Sends webhooks. ValueError says what was wrong.

        Beside them: intent_to_receive sends what opens a subscription; lose_events (count) leaves a gap in the sequence.
        """
        if verb == "intent_to_receive":
            return {"sent": self.herald.intend()}
        if verb == "lose_events":
            self.herald.skip(int(fields.get("count", 1)))
            return {"lost": int(fields.get("count", 1))}
        books = self._desk(tenant).books
        with books.lock:
            try:
                return Business(books).perform(verb, fields)
            finally:
                self.herald.flush(books)

    def config(self) -> dict[str, str]:
        return {"client_id": CLIENT_ID, "client_secret": self._secret, "webhook_key": self._webhook_key}

    def external_id(self, tenant: str, key: plan.Key) -> str:
        """The id that a key of the plan got; KeyError for a key that was not loaded.

        A payment that left money on account is the Overpayment or Prepayment, one of several invoices the BatchPayment.
        """
        return self._desk(tenant).books.keys[key]

    def tokens(self, tenant: str) -> Tokens:
        """Tokens without a consent page; the organisation is connected."""
        desk = self._desk(tenant)
        tokens = self.oauth.issue(tenant, FULL_SCOPE)
        self.connections.connect(tenant, desk.books.company.name, event_id(tokens.grant))
        return tokens

    def _desk(self, tenant: str) -> Desk:
        desk = self.desks.get(tenant)
        if desk is None:
            message = f"no organisation {tenant} here; known: {', '.join(self.desks) or 'none'}"
            raise ValueError(message)
        return desk

    def _companies(self) -> list[tuple[str, str]]:
        return [(tenant, desk.books.company.name) for tenant, desk in self.desks.items()]

    def _build_app(self) -> Flask:
        app = Flask("sandbox.xero")
        app.register_blueprint(control_blueprint(self))
        app.register_blueprint(signin_blueprint(self.oauth, self.connections, self._companies))
        self._gate = Gate(
            self.clock, self.oauth, self.connections, self.limits, self.app_limits, self._books, self._chance
        )
        app.register_blueprint(api_blueprint(self._gate, self.desks, self.herald))
        app.register_error_handler(404, self._unknown)
        app.register_error_handler(405, self._unknown)
        self.journal.install(app)
        app.after_request(_compressed)
        self.mishaps.install(app, expired=self._expired, throttled=self._throttled, failed=self._failed)
        return app

    def _unknown(self, error: Exception) -> Response:
        status = error.code if isinstance(error, HTTPException) and error.code else 404
        text = f"{request.method} {request.path}: the resource you're looking for cannot be found"
        return Response(text, status, content_type="text/html; charset=utf-8")

    def _expired(self) -> Response:
        self.oauth.expire_access()
        return self._gate.refuse(401, "Unauthorized", "TokenExpired: the token has expired")

    def _throttled(self) -> Response:
        return self._gate.throttled("minute", 1)

    def _failed(self) -> Response:
        return self._gate.refuse(500, "An unexpected error occurred", "InternalError")


def _compressed(response: Response) -> Response:
    """Gzip where the caller takes it; a reply that is to be cut short stays as it is."""
    takes = "gzip" in request.headers.get("Accept-Encoding", "") and not request.path.startswith(CONTROL_PREFIX)
    if takes and response.is_sequence and (response.content_length or 0) >= COMPRESSED_FROM:
        response.set_data(gzip.compress(response.get_data(), compresslevel=1, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
    return response
