"""The OAuth side: consent page, tokens, revocation, and the list of connections."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from datetime import datetime
from random import Random
from uuid import UUID

from flask import Blueprint, Response, g, jsonify, request

from sandbox.core.consent import answer, consent_page, refusal_page
from sandbox.core.oauth import AuthorizationServer, Grant, OAuthError, Policy, Tokens
from sandbox.xero import scopes
from sandbox.xero.connections import Connections
from sandbox.xero.faults import unauthorized
from sandbox.xero.wire import encode

POLICY = Policy(access_seconds=1800, refresh_seconds=60 * 86400, rotates=True, grace_seconds=30 * 60)
AUTHORIZE_PATH = "/identity/connect/authorize"
TOKEN_PATH = "/connect/token"
REVOKE_PATH = "/connect/revocation"
_ISSUER = "https://identity.xero.com"
Companies = Callable[[], list[tuple[str, str]]]


def auth_event(grant: Grant) -> str:
    """Stable over the refreshes of one consent."""
    return str(UUID(hashlib.sha256(f"event/{grant.id}".encode()).hexdigest()[:32], version=4))


def token_maker(chance: Random, now: Callable[[], datetime]) -> Callable[[Grant, datetime | None], str]:
    """Access tokens in the shape of a JWT; the signature is a pretend one."""

    def make(grant: Grant, expires: datetime | None) -> str:
        at = int(now().timestamp())
        claims = {
            "nbf": at,
            "exp": int(expires.timestamp()) if expires else at,
            "iss": _ISSUER,
            "aud": f"{_ISSUER}/resources",
            "client_id": grant.client_id,
            "sub": hashlib.sha256(grant.client_id.encode()).hexdigest()[:32],
            "auth_time": int(grant.given_at.timestamp()),
            "xero_userid": str(UUID(hashlib.sha256(b"person").hexdigest()[:32], version=4)),
            "jti": f"{chance.getrandbits(128):032X}",
            "authentication_event_id": auth_event(grant),
            "scope": grant.scope.split(),
            "amr": ["pwd"],
        }
        head = _part(encode({"alg": "RS256", "kid": "sandbox", "typ": "JWT"}))
        return f"{head}.{_part(encode(claims))}.{_part(chance.randbytes(32))}"

    return make


def signin_blueprint(server: AuthorizationServer, connections: Connections, companies: Companies) -> Blueprint:
    signin = Blueprint("signin", __name__)

    @signin.errorhandler(OAuthError)
    def refused(error: OAuthError) -> tuple[Response, int]:
        return jsonify({"error": error.error}), error.status

    _consent(signin, server, companies)
    _tokens(signin, server, connections, companies)
    _connections(signin, server, connections)
    return signin


def _consent(signin: Blueprint, server: AuthorizationServer, companies: Companies) -> None:
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
    strange = scopes.unknown(scope)
    if strange or not scope.split():
        raise OAuthError("invalid_scope", f"this app cannot ask for: {' '.join(strange) or 'nothing at all'}")


def _tokens(signin: Blueprint, server: AuthorizationServer, connections: Connections, companies: Companies) -> None:
    @signin.post(TOKEN_PATH)
    def token() -> Response:
        form = request.form
        server.check_client(request.headers.get("Authorization"), form)
        if form.get("grant_type") == "authorization_code":
            tokens = server.exchange(form.get("code", ""), form.get("redirect_uri", ""))
            tenant = tokens.grant.tenant
            connections.connect(tenant, dict(companies())[tenant], auth_event(tokens.grant))
            return _reply(tokens)
        if form.get("grant_type") == "refresh_token":
            return _reply(server.refresh(form.get("refresh_token", "")))
        raise OAuthError("unsupported_grant_type", "grant_type must be authorization_code or refresh_token")

    @signin.post(REVOKE_PATH)
    def revoke() -> tuple[str, int]:
        server.check_client(request.headers.get("Authorization"), request.form)
        if server.revoke(request.form.get("token", "")):
            connections.clear()
            server.revoke_all()
        return "", 200


def _connections(signin: Blueprint, server: AuthorizationServer, connections: Connections) -> None:
    @signin.get("/connections")
    @signin.get("/Connections")
    def listed() -> Response:
        _authenticate(server)
        g.kind = "connections"
        found = connections.all(request.args.get("authEventId"))
        return Response(encode([one.shown() for one in found]), content_type="application/json; charset=utf-8")

    @signin.delete("/connections/<connection_id>")
    @signin.delete("/Connections/<connection_id>")
    def disconnect(connection_id: str) -> tuple[str, int]:
        _authenticate(server)
        g.kind = "connections"
        return "", 204 if connections.disconnect(connection_id) else 404


def _authenticate(server: AuthorizationServer) -> None:
    if server.authenticate(request.headers.get("Authorization")) is None:
        raise unauthorized("AuthenticationUnsuccessful")


def _reply(tokens: Tokens) -> Response:
    fields = {
        "access_token": tokens.access_token,
        "expires_in": tokens.expires_in,
        "token_type": "Bearer",
        "scope": tokens.grant.scope,
    }
    if "offline_access" in tokens.grant.scope.split():
        fields["refresh_token"] = tokens.refresh_token
    reply = jsonify(fields)
    reply.headers["Cache-Control"] = "no-store, no-cache, max-age=0"
    return reply


def _part(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
