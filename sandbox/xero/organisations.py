"""XeroStand: the organisations, the application that serves them, and what a test or a demo asks of it."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import Any
from uuid import UUID

from flask import Flask, Response, request

from sandbox.core.clock import SandboxClock
from sandbox.core.control import control_blueprint
from sandbox.core.journal import CONTROL_PREFIX, Journal
from sandbox.core.limits import FixedWindows, Window
from sandbox.core.mishaps import Mishaps
from sandbox.core.oauth import AuthorizationServer, Tokens
from sandbox.core.records import RecordStore
from sandbox.core.webhooks import Sender
from sandbox.world import plan
from sandbox.xero import scopes
from sandbox.xero.api import Gate, api_blueprint, refusal_response
from sandbox.xero.books import Books
from sandbox.xero.business import Business
from sandbox.xero.chart import found_organisation
from sandbox.xero.connections import Connections
from sandbox.xero.faults import Refusal, not_found, server_fault, too_many, unauthorized
from sandbox.xero.hooks import Announcer, sign, sign_wrongly
from sandbox.xero.kinds import KINDS
from sandbox.xero.listing import full_count
from sandbox.xero.load import load_plan
from sandbox.xero.receivables import truth
from sandbox.xero.replies import Replies
from sandbox.xero.signin import POLICY, auth_event, signin_blueprint, token_maker

CLIENT_ID = "5A0DB0C5X3R04C11E77SANDBOX00TO01"
LIMITS = {"minute": Window(60, 60), "day": Window(5000, 86400)}
IN_FLIGHT = 5
APP_LIMITS = {"minute": Window(10_000, 60)}
OPENED_BEFORE = timedelta(days=3 * 365)
GZIP_FROM_BYTES = 1024
_THROTTLED_SECONDS = 7


class XeroStand:
    """See sandbox/README.md. One person, one app, any number of organisations."""

    provider = "xero"

    def __init__(self, clock: SandboxClock, seed: int = 0) -> None:
        self.clock = clock
        self.records: dict[str, RecordStore] = {}
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
        self.announcer = Announcer(self._chance)
        self.connections = Connections(clock, self._chance)
        self.oauth = AuthorizationServer(
            clock,
            CLIENT_ID,
            self._secret,
            POLICY,
            make_access_token=token_maker(self._chance, clock.now),
            seed=seed,
        )
        self.app = self._application()

    # Organisations

    def add_company(self, company: plan.Company) -> str:
        """An empty organisation; returns its tenant id."""
        chance = Random(f"xero/{self._seed}/{company.key}")
        tenant = str(UUID(int=chance.getrandbits(128), version=4))
        if tenant in self._books:
            raise ValueError(f"company {company.key} has an organisation here already")
        books = Books(tenant, company, self.clock, chance)
        opened = self.clock.now() - OPENED_BEFORE
        with books.history() as at:
            at(opened)
            found_organisation(books, opened)
        self._books[tenant] = books
        self.records[tenant] = books.store
        return tenant

    def load(self, tenant: str, wanted: plan.BooksPlan) -> None:
        """The plan as history: every record stamped on its day, no webhooks."""
        books = self.books(tenant)
        with books.lock:
            load_plan(books, wanted)

    def books(self, tenant: str) -> Books:
        """LookupError for an organisation that is not here."""
        held = self._books.get(tenant)
        if held is None:
            raise LookupError(f"no organisation {tenant} here; known: {', '.join(self._books) or 'none'}")
        return held

    def counts(self, tenant: str) -> dict[str, int]:
        """Resource -> how many records a full read of its list returns; resources without any are left out.

        Void and deleted documents and deleted payments are in Xero's lists; archived contacts and deleted bank transfers
        only where the read asks for them (includeArchived, includeDeleted), and they are counted here.
        """
        books = self.books(tenant)
        with books.lock:
            found = {name: full_count(books, kind) for name, kind in KINDS.items()}
        return {name: count for name, count in found.items() if count}

    def truth(self, tenant: str, on: date) -> dict[str, Any]:
        books = self.books(tenant)
        with books.lock:
            return truth(books, on)

    def external_id(self, tenant: str, key: plan.Key) -> str:
        """The id that a key of the plan got; LookupError for a key that was not loaded.

        A payment of several invoices is its batch payment (its payments are KEY/1, KEY/2...), money on account its
        overpayment or prepayment (the bank transaction is KEY/bank), the refund of a credit note KEY/refund.
        """
        return self.books(tenant).keys[key].id

    # What somebody else does

    def change(self, tenant: str, verb: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        """One change of business; the verbs are in business.py. Sends webhooks. ValueError says what was wrong.

        Besides: disconnect (the person ends the connection at Xero), lose_events (count; a gap in the sequence), and
        intent_to_receive (Xero tries the receiver with good and wrong signatures).
        """
        books = self.books(tenant)
        if verb == "disconnect":
            ended = [self.connections.disconnect(one.id) for one in self.connections.all() if one.tenant == tenant]
            return {"ended": len(ended)}
        if verb == "lose_events":
            self.announcer.lose(int(fields["count"]))
            return {"lost": int(fields["count"])}
        if verb == "intent_to_receive":
            return {"sent": self.intend()}
        with books.lock:
            done = Business(books).perform(verb, fields)
            self.flush(books)
        return done

    def intend(self) -> int:
        """The handshake: a receiver must answer 200 to the good signatures and 401 to the wrong ones."""
        signers = (sign, sign_wrongly, sign, sign_wrongly)
        for signer in signers:
            self.webhooks.enqueue(self.announcer.intent(), partial(self._signed, signer))
        return len(signers)

    def flush(self, books: Books) -> None:
        """Send what was written since the last time, gathered into one webhook."""
        events = books.take_events()
        if events and self.webhooks.receivers():
            self.webhooks.enqueue(self.announcer.body_of(books, events), partial(self._signed, sign))

    def _signed(self, signer: Callable[[bytes, str], Mapping[str, str]], body: bytes, key: str) -> Mapping[str, str]:
        return signer(body, key or self._webhook_key)

    # Access

    def config(self) -> dict[str, str]:
        return {"client_id": CLIENT_ID, "client_secret": self._secret, "webhook_key": self._webhook_key}

    def tokens(self, tenant: str, scope: str = scopes.ALL) -> Tokens:
        """Tokens without a consent page, and the connection that goes with them."""
        books = self.books(tenant)
        tokens = self.oauth.issue(tenant, scope)
        self.connections.connect(tenant, books.company.name, auth_event(tokens.grant))
        return tokens

    def _companies(self) -> list[tuple[str, str]]:
        return [(tenant, books.company.name) for tenant, books in self._books.items()]

    # The application

    def _application(self) -> Flask:
        app = Flask("sandbox.xero")
        app.register_blueprint(control_blueprint(self))
        app.register_blueprint(signin_blueprint(self.oauth, self.connections, self._companies))
        gate = Gate(
            self.clock,
            self.oauth,
            self.connections,
            self.limits,
            self.app_limits,
            self._chance,
            self._books,
            Replies(self.clock),
            self.flush,
        )
        app.register_blueprint(api_blueprint(gate))
        app.register_error_handler(Refusal, refusal_response)
        app.register_error_handler(404, lambda _: refusal_response(not_found()))
        app.register_error_handler(405, lambda _: refusal_response(not_found()))
        self.journal.install(app)
        app.after_request(_squeezed)
        self.mishaps.install(
            app,
            expired=self._expired,
            throttled=lambda: refusal_response(too_many("minute", _THROTTLED_SECONDS)),
            failed=lambda: refusal_response(server_fault()),
        )
        return app

    def _expired(self) -> Response:
        self.oauth.expire_access()
        return refusal_response(unauthorized("TokenExpired: the access token has expired"))


def _squeezed(response: Response) -> Response:
    """Compressed where the caller takes it. A reply that is cut short stays as it is."""
    body_known = response.is_sequence and not request.path.startswith(CONTROL_PREFIX)
    if not body_known or "gzip" not in request.headers.get("Accept-Encoding", "").lower():
        return response
    body = response.get_data()
    if len(body) >= GZIP_FROM_BYTES and "Content-Encoding" not in response.headers:
        response.set_data(gzip.compress(body, compresslevel=1, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
    return response
