"""The OAuth side: discovery document, consent page, token and revocation endpoints."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, jsonify, request

from sandbox.core.consent import answer, consent_page, refusal_page
from sandbox.core.oauth import AuthorizationServer, OAuthError, Policy, Tokens

SCOPE = "com.intuit.quickbooks.accounting"
POLICY = Policy(access_seconds=3600, refresh_seconds=100 * 86400, rotates=True, grace_seconds=86400)
AUTHORIZE_PATH = "/connect/oauth2"
TOKEN_PATH = "/oauth2/v1/tokens/bearer"
REVOKE_PATH = "/v2/oauth2/tokens/revoke"
DISCOVERY_PATHS = ("/.well-known/openid_sandbox_configuration", "/.well-known/openid_configuration")


def signin_blueprint(server: AuthorizationServer, companies: Callable[[], list[tuple[str, str]]]) -> Blueprint:
    """`companies` gives realm id and name of what may be picked on the consent page."""
    signin = Blueprint("signin", __name__)

    @signin.errorhandler(OAuthError)
    def refused(error: OAuthError) -> tuple[Response, int]:
        return jsonify({"error": error.error, "error_description": error.description}), error.status

    _discovery(signin)
    _consent(signin, server, companies)
    _tokens(signin, server)
    return signin


def _discovery(signin: Blueprint) -> None:
    def discover() -> Response:
        base = request.host_url.rstrip("/")
        return jsonify(
            {
                "issuer": f"{base}/op/v1",
                "authorization_endpoint": base + AUTHORIZE_PATH,
                "token_endpoint": base + TOKEN_PATH,
                "revocation_endpoint": base + REVOKE_PATH,
                "userinfo_endpoint": f"{base}/v1/openid_connect/userinfo",
                "jwks_uri": f"{base}/op/v1/jwks",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "scopes_supported": ["openid", "email", "profile", "address", "phone", SCOPE],
                "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
                "claims_supported": ["aud", "exp", "iat", "iss", "realmid", "sub"],
            }
        )

    for place, path in enumerate(DISCOVERY_PATHS):
        signin.add_url_rule(path, f"discover_{place}", discover)


def _consent(signin: Blueprint, server: AuthorizationServer, companies: Callable[[], list[tuple[str, str]]]) -> None:
    @signin.get(AUTHORIZE_PATH)
    def authorize() -> tuple[str, int]:
        try:
            asked = server.check_request(request.args)
        except OAuthError as error:
            return refusal_page(error), 400
        return consent_page("QuickBooks Online", asked, companies(), AUTHORIZE_PATH), 200

    @signin.post(AUTHORIZE_PATH)
    def consent() -> tuple[str, int] | Response:
        try:
            where = answer(server, request.form, [realm for realm, _ in companies()], tenant_parameter="realmId")
        except OAuthError as error:
            return refusal_page(error), 400
        return Response(status=302, headers={"Location": where})


def _tokens(signin: Blueprint, server: AuthorizationServer) -> None:
    @signin.post(TOKEN_PATH)
    def token() -> Response:
        form = request.form
        server.check_client(request.headers.get("Authorization"), form)
        grant_type = form.get("grant_type")
        if grant_type == "authorization_code":
            return _reply(server.exchange(form.get("code", ""), form.get("redirect_uri", "")))
        if grant_type == "refresh_token":
            return _reply(server.refresh(form.get("refresh_token", "")))
        raise OAuthError("unsupported_grant_type", "grant_type must be authorization_code or refresh_token")

    @signin.post(REVOKE_PATH)
    def revoke() -> tuple[str, int]:
        body = request.get_json(silent=True) or request.form
        server.check_client(request.headers.get("Authorization"), request.form)
        if not server.revoke(str(body.get("token", ""))):
            raise OAuthError("invalid_request", "the token is not known")
        return "", 200


def _reply(tokens: Tokens) -> Response:
    reply = jsonify(
        {
            "token_type": "bearer",
            "access_token": tokens.access_token,
            "expires_in": tokens.expires_in,
            "refresh_token": tokens.refresh_token,
            "x_refresh_token_expires_in": tokens.refresh_expires_in,
        }
    )
    reply.headers["Cache-Control"] = "no-store"
    return reply
