"""The OAuth side: consent page, token and revocation endpoints, and the connections that the consents have made."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import datetime
from random import Random
from uuid import UUID

from flask import Blueprint, Response, g, jsonify, request

from sandbox.core.clock import SandboxClock
from sandbox.core.consent import answer, consent_page, refusal_page
from sandbox.core.oauth import AuthorizationServer, Grant, OAuthError, Policy, Tokens
from sandbox.xero.desk.connections import Connections, event_id

POLICY = Policy(access_seconds=1800, refresh_seconds=60 * 86400, rotates=True, grace_seconds=1800)
AUTHORIZE_PATH = "/identity/connect/authorize"
_TWO_WAYS = ("contacts", "settings", "invoices", "payments", "banktransactions", "manualjournals", "attachments")
_REPORTS = (
    "aged",
    "balancesheet",
    "banksummary",
    "budgetsummary",
    "executivesummary",
    "profitandloss",
    "trialbalance",
    "taxreports",
    "tenninetynine",
)
_PLAIN = ("openid", "profile", "email", "offline_access")
KNOWN_SCOPES = frozenset(
    [*_PLAIN, "accounting.journals.read"]
    + [f"accounting.{name}{end}" for name in _TWO_WAYS for end in ("", ".read")]
    + [f"accounting.reports.{name}.read" for name in _REPORTS]
)
FULL_SCOPE = " ".join(
    ["offline_access"]
    + [f"accounting.{name}" for name in _TWO_WAYS[:5]]
    + [f"accounting.reports.{name}.read" for name in ("aged", "balancesheet", "banksummary", "trialbalance")]
)


class TokenMaker:
    """Access tokens in the shape of a JWT; the signature is pretend, nobody here checks it."""

    def __init__(self, clock: SandboxClock, chance: Random) -> None:
        self._clock = clock
        self._chance = chance
        self._user = str(UUID(int=chance.getrandbits(128), version=4))

    def __call__(self, grant: Grant, expires_at: datetime | None) -> str:
        now = int(self._clock.now().timestamp())
        claims = {
            "nbf": now,
            "exp": int(expires_at.timestamp()) if expires_at else now,
            "iss": "https://identity.xero.com",
            "aud": "https://identity.xero.com/resources",
            "client_id": grant.client_id,
            "sub": self._user.replace("-", ""),
            "auth_time": int(grant.given_at.timestamp()),
            "xero_userid": self._user,
            "jti": f"{self._chance.getrandbits(128):032x}",
            "authentication_event_id": event_id(grant),
            "scope": grant.scope.split(),
        }
        head = {"alg": "RS256", "kid": "sandbox", "typ": "JWT"}
        signature = base64.urlsafe_b64encode(self._chance.randbytes(32)).decode().rstrip("=")
        return f"{_part(head)}.{_part(claims)}.{signature}"


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).decode().rstrip("=")


def signin_blueprint(
    server: AuthorizationServer, connections: Connections, companies: Callable[[], list[tuple[str, str]]]
) -> Blueprint:
    """`companies` gives tenant id and name of what may be picked on the consent page."""
    signin = Blueprint("signin", __name__)

    @signin.errorhandler(OAuthError)
    def refused(error: OAuthError) -> tuple[Response, int]:
        return jsonify({"error": error.error}), error.status

    _consent(signin, server, companies)
    _tokens(signin, server, connections, companies)
    _connections(signin, server, connections)
    return signin


def _consent(signin: Blueprint, server: AuthorizationServer, companies: Callable[[], list[tuple[str, str]]]) -> None:
    @signin.get(AUTHORIZE_PATH)
    def authorize() -> tuple[str, int]:
        try:
            asked = server.check_request(request.args)
            _check_scope(asked.scope)
        except OAuthError as error:
            return refusal_page(error), 400
        return consent_page("Xero", asked, companies(), AUTHORIZE_PATH), 200

    @signin.post(AUTHORIZE_PATH)
    def consent() -> tuple[str, int] | Response:
        try:
            _check_scope(request.form.get("scope", ""))
            where = answer(server, request.form, [tenant for tenant, _ in companies()])
        except OAuthError as error:
            return refusal_page(error), 400
        return Response(status=302, headers={"Location": where})


def _check_scope(scope: str) -> None:
    """An app made since March 2026 gets the narrow scopes alone."""
    unknown = [name for name in scope.split() if name not in KNOWN_SCOPES]
    if unknown or not scope:
        raise OAuthError("invalid_scope", f"not a scope of this app: {' '.join(unknown) or 'none asked'}")


def _tokens(
    signin: Blueprint,
    server: AuthorizationServer,
    connections: Connections,
    companies: Callable[[], list[tuple[str, str]]],
) -> None:
    @signin.post("/connect/token")
    def token() -> Response:
        form = request.form
        server.check_client(request.headers.get("Authorization"), form)
        grant_type = form.get("grant_type")
        if grant_type == "authorization_code":
            tokens = server.exchange(form.get("code", ""), form.get("redirect_uri", ""))
            tenant = tokens.grant.tenant
            connections.connect(tenant, dict(companies())[tenant], event_id(tokens.grant))
            return _reply(tokens)
        if grant_type == "refresh_token":
            return _reply(server.refresh(form.get("refresh_token", "")))
        raise OAuthError("unsupported_grant_type", "grant_type must be authorization_code or refresh_token")

    @signin.post("/connect/revocation")
    def revoke() -> tuple[str, int]:
        server.check_client(request.headers.get("Authorization"), request.form)
        if server.revoke(request.form.get("token", "")):
            connections.clear()
        return "", 200


def _connections(signin: Blueprint, server: AuthorizationServer, connections: Connections) -> None:
    def bearer() -> Grant | None:
        g.kind = "connections"
        return server.authenticate(request.headers.get("Authorization"))

    @signin.get("/connections")
    @signin.get("/Connections")  # as Xero's own client spells it
    def held() -> Response | tuple[Response, int]:
        if bearer() is None:
            return jsonify({"Title": "Unauthorized", "Status": 401, "Detail": "AuthenticationUnsuccessful"}), 401
        return jsonify([one.as_json() for one in connections.all(request.args.get("authEventId"))])

    @signin.delete("/connections/<connection_id>")
    @signin.delete("/Connections/<connection_id>")
    def disconnect(connection_id: str) -> Response | tuple[Response, int]:
        if bearer() is None:
            return jsonify({"Title": "Unauthorized", "Status": 401, "Detail": "AuthenticationUnsuccessful"}), 401
        if not connections.remove(connection_id):
            return jsonify({"Title": "Not Found", "Status": 404, "Detail": "no such connection"}), 404
        return Response(status=204)


def _reply(tokens: Tokens) -> Response:
    scope = tokens.grant.scope
    body = {
        "access_token": tokens.access_token,
        "expires_in": tokens.expires_in,
        "token_type": "Bearer",
        "scope": scope,
    }
    if "offline_access" in scope.split():
        body["refresh_token"] = tokens.refresh_token
    reply = jsonify(body)
    reply.headers["Cache-Control"] = "no-store"
    return reply
