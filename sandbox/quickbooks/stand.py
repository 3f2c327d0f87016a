"""QuickBooksStand: the companies, the application that serves them, and what a test or a demo asks of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from random import Random
from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from sandbox.core.clock import SandboxClock
from sandbox.core.control import control_blueprint
from sandbox.core.journal import Journal
from sandbox.core.limits import FixedWindows, Window
from sandbox.core.mishaps import Mishaps
from sandbox.core.oauth import AuthorizationServer, Tokens
from sandbox.core.records import RecordStore
from sandbox.core.webhooks import Sender
from sandbox.quickbooks.api import JSON, Desk, Gate, api_blueprint
from sandbox.quickbooks.books import Books
from sandbox.quickbooks.business import Business
from sandbox.quickbooks.chart import found_company
from sandbox.quickbooks.customers import customer_view
from sandbox.quickbooks.faults import UNSUPPORTED, Refusal, failed_body, fault_body, throttled_body, token_body
from sandbox.quickbooks.hooks import CLOUD_EVENTS, FORMS, body_of, gathered, sign
from sandbox.quickbooks.kinds import KINDS
from sandbox.quickbooks.links import Links
from sandbox.quickbooks.load import load_plan
from sandbox.quickbooks.postings import account_view
from sandbox.quickbooks.receivables import truth
from sandbox.quickbooks.signin import POLICY, SCOPE, signin_blueprint
from sandbox.quickbooks.wire import encode
from sandbox.quickbooks.writes import Writer
from sandbox.world import plan

FIRST_REALM = 9341450000000000
LIMITS = {"minute": Window(500, 60), "second": Window(10, 1)}
BATCH_LIMITS = {"minute": Window(40, 60)}
OPENED_DAYS_AGO = 3 * 365
CLIENT_ID = "ABsandboxQuickBooksClient"


class QuickBooksStand:
    """See sandbox/README.md. `webhook_form` is "cloudevents" or "notifications" (the older body)."""

    provider = "quickbooks"

    def __init__(self, clock: SandboxClock, seed: int = 0) -> None:
        self.clock = clock
        self.records: dict[str, RecordStore] = {}
        self.desks: dict[str, Desk] = {}
        self.journal = Journal(self.provider, clock)
        self.mishaps = Mishaps()
        self.webhooks = Sender()
        self.webhook_form = CLOUD_EVENTS
        self.limits = FixedWindows(clock, LIMITS)
        self.batch_limits = FixedWindows(clock, BATCH_LIMITS)
        self._chance = Random(seed)
        self._secret = f"{self._chance.getrandbits(160):040x}"
        self._verifier = f"{self._chance.getrandbits(128):032x}"
        self.oauth = AuthorizationServer(clock, CLIENT_ID, self._secret, POLICY, seed=seed)
        self.app = self._build_app()

    def add_company(self, company: plan.Company) -> str:
        """An empty set of books; returns its realm id."""
        realm = str(FIRST_REALM + 7919 * (len(self.desks) + 1))
        store = RecordStore()
        books = Books(realm, company, self.clock, store)
        links = Links(books)
        books.views["Customer"] = partial(customer_view, books, links)
        books.views["Account"] = account_view(books, links)
        with books.loading():
            found_company(books, books.now_seconds() - OPENED_DAYS_AGO * 86400)
        self.records[realm] = store
        self.desks[realm] = Desk(books, links, Writer(books, links))
        return realm

    def load(self, tenant: str, books_plan: plan.BooksPlan) -> None:
        desk = self._desk(tenant)
        load_plan(desk.books, desk.writer, books_plan)

    def counts(self, tenant: str) -> dict[str, int]:
        """How many records of each kind a full read returns, inactive names among them; kinds without any are left out."""
        store = self._desk(tenant).books.store
        return {kind: store.count(kind) for kind in KINDS if store.count(kind)}

    def truth(self, tenant: str, on: date) -> dict[str, Any]:
        desk = self._desk(tenant)
        with desk.books.lock:
            return truth(desk.books, desk.links, on.isoformat())

    def change(self, tenant: str, verb: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        """One change of business; the verbs are in business.py. Sends webhooks. ValueError says what was wrong."""
        if verb == "webhook_form":
            form = str(fields.get("form"))
            if form not in FORMS:
                message = f"webhook form {form!r} is unknown; known: {', '.join(FORMS)}"
                raise ValueError(message)
            self.webhook_form = form
            return {"form": form}
        desk = self._desk(tenant)
        with desk.books.lock:
            done = Business(desk.books, desk.links, desk.writer).perform(verb, fields)
            self.flush(desk.books)
        return done

    def config(self) -> dict[str, str]:
        return {"client_id": CLIENT_ID, "client_secret": self._secret, "webhook_key": self._verifier}

    def external_id(self, tenant: str, key: str) -> str:
        """The id that a key of the plan got; KeyError for a key that was not loaded."""
        return self._desk(tenant).books.keys[key][1]

    def tokens(self, tenant: str) -> Tokens:
        """Tokens for one company without a consent page."""
        self._desk(tenant)
        return self.oauth.issue(tenant, SCOPE)

    def flush(self, books: Books) -> None:
        """Send what was written since the last time, gathered into one webhook."""
        events = gathered(books.take_events())
        if events and self.webhooks.receivers():
            self.webhooks.enqueue(body_of(self.webhook_form, books.realm, events, self._chance), self._sign)

    def _sign(self, body: bytes, secret: str) -> Mapping[str, str]:
        return sign(body, secret or self._verifier)

    def _desk(self, tenant: str) -> Desk:
        desk = self.desks.get(tenant)
        if desk is None:
            message = f"no company {tenant} here; known: {', '.join(self.desks) or 'none'}"
            raise ValueError(message)
        return desk

    def _companies(self) -> list[tuple[str, str]]:
        return [(realm, desk.books.company.name) for realm, desk in self.desks.items()]

    def _build_app(self) -> Flask:
        app = Flask("sandbox.quickbooks")
        app.register_blueprint(control_blueprint(self))
        app.register_blueprint(signin_blueprint(self.oauth, self._companies))
        gate = Gate(self.clock, self.oauth, self.limits, self.batch_limits, self._chance, self.desks, self.flush)
        app.register_blueprint(api_blueprint(gate))
        app.register_error_handler(404, self._unsupported)
        app.register_error_handler(405, self._unsupported)
        self.journal.install(app)
        self.mishaps.install(app, expired=self._expired, throttled=self._throttled, failed=self._failed)
        return app

    def _expired(self) -> Response:
        self.oauth.expire_access((request.view_args or {}).get("realm"))
        body = token_body("Token expired", self.clock.now())
        return Response(encode(body), 401, content_type=JSON)

    def _unsupported(self, error: Exception) -> Response:
        refusal = Refusal(UNSUPPORTED, f"{request.method} {request.path} is not an operation of this API.")
        status = error.code if isinstance(error, HTTPException) and error.code else 404
        return Response(encode(fault_body(refusal, self.clock.now())), status, content_type=JSON)

    def _throttled(self) -> Response:
        return Response(encode(throttled_body(self.clock.now())), 429, content_type=JSON)

    def _failed(self) -> Response:
        return Response(encode(failed_body(self.clock.now())), 500, content_type=JSON)
