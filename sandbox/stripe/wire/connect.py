"""Connect OAuth and the Stripe App flow: the consent page, tokens, and the end of a connection.

Connect: /oauth/authorize, /oauth/token and /oauth/deauthorize on the connect host; access tokens do not expire.
Stripe App: /oauth/v2/authorize and POST /v1/oauth/token; access for an hour, refresh for a year and replaced each time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from flask import Blueprint, Response, g, redirect, request
from werkzeug.wrappers import Response as Redirect

from sandbox.core import consent
from sandbox.core.oauth import AuthorizationServer, OAuthError, Tokens
from sandbox.stripe.wire.keys import KeyRing

APP_SCOPE = "stripe_apps"
_SCOPE = "read_write"


class Connect:
    """`companies` gives (account id, name) of what a person may pick; `ended` is told of each account let go."""

    def __init__(
        self,
        server: AuthorizationServer,
        app_server: AuthorizationServer,
        keys: KeyRing,
        companies: Callable[[], list[tuple[str, str]]],
        ended: Callable[[str], None],
    ) -> None:
        self._server = server
        self._app_server = app_server
        self._keys = keys
        self._companies = companies
        self._ended = ended

    def blueprint(self) -> Blueprint:
        connect = Blueprint("stripe_connect", __name__)
        flows = (("/oauth/authorize", self._server, "Stripe"), ("/oauth/v2/authorize", self._app_server, "Stripe App"))
        for path, server, name in flows:
            connect.add_url_rule(path, f"ask {name}", self._asker(server, name), methods=["GET"])
            connect.add_url_rule(path, f"decide {name}", self._decider(server), methods=["POST"])
        tokens = (("/oauth/token", self._server), ("/v1/oauth/token", self._app_server))
        for path, server in tokens:
            connect.add_url_rule(path, f"tokens {path}", self._tokens(server), methods=["POST"])
        connect.add_url_rule("/oauth/deauthorize", "deauthorize", self._deauthorize, methods=["POST"])
        return connect

    def _asker(self, server: AuthorizationServer, name: str) -> Callable[[], Response]:
        def ask() -> Response:
            query = {"scope": APP_SCOPE if server is self._app_server else _SCOPE, "response_type": "code"}
            try:
                asked = server.check_request(query | request.args.to_dict())
            except OAuthError as error:
                return Response(consent.refusal_page(error), status=400, content_type="text/html; charset=utf-8")
            page = consent.consent_page(name, asked, self._companies())
            return Response(page, content_type="text/html; charset=utf-8")

        return ask

    def _decider(self, server: AuthorizationServer) -> Callable[[], Redirect]:
        def decide() -> Redirect:
            accounts = [account for account, _ in self._companies()]
            try:
                return redirect(consent.answer(server, request.form, accounts))
            except OAuthError as error:
                return Response(consent.refusal_page(error), status=400, content_type="text/html; charset=utf-8")

        return decide

    def _tokens(self, server: AuthorizationServer) -> Callable[[], Response]:
        def exchange() -> Response:
            g.kind = "oauth"
            try:
                self._check_platform(server)
                return _json(200, self._token_reply(server, _exchanged(server)))
            except OAuthError as error:
                return _refused(error)

        return exchange

    def _deauthorize(self) -> Response:
        g.kind = "oauth"
        account = request.form.get("stripe_user_id", "")
        try:
            self._check_platform(self._server)
            if request.form.get("client_id") != self._server.client_id:
                raise OAuthError("invalid_client", f"No such application: '{request.form.get('client_id')}'", 401)
            if not self._server.revoke_all(account):
                description = f"This application is not connected to stripe account {account}, or it does not exist."
                raise OAuthError("invalid_client", description, 401)
        except OAuthError as error:
            return _refused(error)
        self._ended(account)
        return _json(200, {"stripe_user_id": account})

    def _check_platform(self, server: AuthorizationServer) -> None:
        """The platform's secret key as Bearer, as the user of Basic, or as client_secret."""
        if self._keys.is_platform(request.headers.get("Authorization")):
            return
        server.check_client(None, {"client_id": server.client_id, **request.form.to_dict()})

    def _token_reply(self, server: AuthorizationServer, tokens: Tokens) -> dict[str, Any]:
        account = tokens.grant.tenant
        reply: dict[str, Any] = {
            "access_token": tokens.access_token,
            "livemode": False,
            "refresh_token": tokens.refresh_token,
            "token_type": "bearer",
            "stripe_publishable_key": f"pk_test_5{account.removeprefix('acct_')}",
            "stripe_user_id": account,
            "scope": APP_SCOPE if server is self._app_server else tokens.grant.scope or _SCOPE,
        }
        if tokens.expires_in is not None:
            reply["expires_in"] = tokens.expires_in
        return reply


def _exchanged(server: AuthorizationServer) -> Tokens:
    kind = request.form.get("grant_type")
    if kind == "authorization_code":
        return server.exchange(_field("code"), None)
    if kind == "refresh_token":
        return server.refresh(_field("refresh_token"))
    raise OAuthError("unsupported_grant_type", f"Unsupported grant type: {kind}")


def _field(name: str) -> str:
    value = request.form.get(name)
    if not value:
        raise OAuthError("invalid_request", f"{name} is missing")
    return value


def _refused(error: OAuthError) -> Response:
    return _json(error.status, {"error": error.error, "error_description": error.description})


def _json(status: int, body: Mapping[str, Any]) -> Response:
    return Response(msgspec.json.encode(body), status=status, content_type="application/json")
