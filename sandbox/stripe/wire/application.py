"""The Flask application: from a request to an endpoint, and from its record to a reply."""

from __future__ import annotations

import gzip
import itertools
import re
from collections.abc import Callable, Iterable
from typing import Protocol

import msgspec
from flask import Blueprint, Response, g, request

from sandbox.core.limits import IN_FLIGHT, FixedWindows
from sandbox.stripe.acts import ledger
from sandbox.stripe.acts.invoicing import NotAllowedError
from sandbox.stripe.books import Cause, NoSuchRecordError
from sandbox.stripe.shapes.parts import API_VERSION
from sandbox.stripe.wire import errors
from sandbox.stripe.wire.call import Call, Endpoint
from sandbox.stripe.wire.errors import StripeError
from sandbox.stripe.wire.expanding import Expander, tree_of
from sandbox.stripe.wire.forms import nested
from sandbox.stripe.wire.idempotency import Replays, Reply
from sandbox.stripe.wire.keys import Caller, KeyRing
from sandbox.stripe.wire.params import Params

GZIP_BYTES_MIN = 1024
_GZIP_LEVEL = 1  # the network is loopback: cheap beats small
_VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(\.[a-z]+)?(; [a-z_]+=v\d+)*")


class Served(Protocol):
    """What the application needs of the stand-in."""

    keys: KeyRing
    replays: Replays
    limits: FixedWindows
    account_limits: FixedWindows


class Desk:
    """Answers the calls of one stand-in."""

    def __init__(self, stand: Served) -> None:
        self._stand = stand
        self._numbers = itertools.count(1)

    def blueprint(self, endpoints: Iterable[Endpoint]) -> Blueprint:
        """Every endpoint, and Stripe's own 404 for all else under /v1."""
        api = Blueprint("stripe_api", __name__)
        for number, endpoint in enumerate(endpoints):
            api.add_url_rule(endpoint.rule, f"endpoint_{number}", self._view(endpoint), methods=[endpoint.method])
        methods = ["GET", "POST", "DELETE", "PUT", "PATCH"]
        api.add_url_rule("/v1/<path:path>", "unknown", self._unknown, methods=methods)
        return api

    def request_id(self) -> str:
        """The id of the request at hand; the same for all who ask during it."""
        if "stripe_request" not in g:
            g.stripe_request = f"req_{next(self._numbers):014d}"
        return str(g.stripe_request)

    def refusal(self, error: StripeError) -> Response:
        return self._reply(error.status, msgspec.json.encode(error.body()), error.headers)

    def _view(self, endpoint: Endpoint) -> Callable[..., Response]:
        def view(**ids: str) -> Response:
            try:
                return self._answer(endpoint, ids)
            except StripeError as error:
                return self.refusal(error)

        return view

    def _unknown(self, path: str) -> Response:
        return self.refusal(errors.unknown_path(request.method, f"/v1/{path}"))

    def _answer(self, endpoint: Endpoint, ids: dict[str, str]) -> Response:
        g.kind = endpoint.kind
        caller = self._stand.keys.caller(request.headers.get("Authorization"), request.headers.get("Stripe-Account"))
        tenant = g.tenant = caller.books.tenant
        _check_version()
        name = f"{tenant} {endpoint.method} {endpoint.rule}"
        self._enter(self._stand.account_limits, tenant, "global")
        try:
            self._enter(self._stand.limits, name, "endpoint")
            try:
                if endpoint.writes and (key := request.headers.get("Idempotency-Key")):
                    return self._once(endpoint, ids, caller, key)
                return self._reply(200, self._work(endpoint, ids, caller))
            finally:
                self._stand.limits.leave(name)
        finally:
            self._stand.account_limits.leave(tenant)

    def _once(self, endpoint: Endpoint, ids: dict[str, str], caller: Caller, key: str) -> Response:
        tenant, replays = caller.books.tenant, self._stand.replays
        kept = replays.begin(tenant, key, request.method, request.path, request.get_data())
        if kept is not None:
            headers = {"Idempotent-Replayed": "true", "Original-Request": kept.request, "Idempotency-Key": key}
            return self._reply(kept.status, kept.body, headers)
        try:
            status, body = 200, self._work(endpoint, ids, caller)
        except StripeError as error:
            if not error.stored:
                replays.forget(tenant, key)
                raise
            status, body = error.status, msgspec.json.encode(error.body())
        except BaseException:
            replays.forget(tenant, key)
            raise
        replays.keep(tenant, key, Reply(status, body, self.request_id()))
        return self._reply(status, body, {"Idempotency-Key": key, "Original-Request": self.request_id()})

    def _work(self, endpoint: Endpoint, ids: dict[str, str], caller: Caller) -> bytes:
        caller.allow(endpoint.kind, write=endpoint.writes)
        pairs = itertools.chain(request.args.items(multi=True), request.form.items(multi=True))
        params = Params(nested(pairs), endpoint.known | {"expand"})
        tree = tree_of(params.texts("expand"))
        books = caller.books
        cause = Cause(self.request_id(), request.headers.get("Idempotency-Key"))
        with books.lock:
            ledger.ripen(books)
        with books.lock, books.because(cause):
            try:
                record = endpoint.act(Call(caller, params, request.path, ids))
                record = Expander(books, caller.allow).expand(record, tree)
            except NotAllowedError as refused:
                raise errors.not_allowed(str(refused)) from refused
            except NoSuchRecordError as missing:
                raise StripeError(404, str(missing), code="resource_missing") from missing
            return msgspec.json.encode(record)

    @staticmethod
    def _enter(windows: FixedWindows, key: str, scope: str) -> None:
        verdict = windows.enter(key)
        if not verdict.allowed:
            raise errors.too_many(f"{scope}-{'concurrency' if verdict.problem == IN_FLIGHT else 'rate'}")

    def _reply(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> Response:
        response = Response(body, status=status, content_type="application/json")
        response.headers["Request-Id"] = self.request_id()
        response.headers["Stripe-Version"] = request.headers.get("Stripe-Version", API_VERSION)
        if account := request.headers.get("Stripe-Account"):
            response.headers["Stripe-Account"] = account
        response.headers.update(headers or {})
        response.headers["Vary"] = "Accept-Encoding"
        if len(body) >= GZIP_BYTES_MIN and "gzip" in request.headers.get("Accept-Encoding", ""):
            response.set_data(gzip.compress(body, _GZIP_LEVEL))
            response.headers["Content-Encoding"] = "gzip"
        return response


def _check_version() -> None:
    version = request.headers.get("Stripe-Version")
    if version is not None and not _VERSION.fullmatch(version):
        message = f"Invalid Stripe API version: {version}"
        raise StripeError(400, message)
