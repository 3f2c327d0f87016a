"""The authorisation server: codes, tokens, rotation, grace, revocation, and the consent page."""

import base64
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from sandbox.core.clock import SandboxClock
from sandbox.core.consent import answer, consent_page
from sandbox.core.oauth import AuthorizationServer, OAuthError, Policy

BACK = "http://127.0.0.1:9/connect/x/callback"
QUERY = {"client_id": "app", "response_type": "code", "redirect_uri": BACK, "scope": "books", "state": "s&<1>"}


def _server(**policy: object) -> tuple[SandboxClock, AuthorizationServer]:
    clock = SandboxClock(datetime(2026, 3, 1, tzinfo=UTC), running=False)
    return clock, AuthorizationServer(clock, "app", "hush", Policy(**policy), seed=1)  # type: ignore[arg-type]


def _code(server: AuthorizationServer, tenant: str = "co-1") -> str:
    return server.approve(server.check_request(QUERY), tenant)


def test_a_code_gives_tokens_once_and_a_second_try_revokes_them() -> None:
    _, server = _server()
    code = _code(server)
    tokens = server.exchange(code, BACK)
    grant = server.authenticate(f"Bearer {tokens.access_token}")
    assert grant is not None
    assert (grant.tenant, grant.scope) == ("co-1", "books")
    with pytest.raises(OAuthError, match="used before"):
        server.exchange(code, BACK)
    assert server.authenticate(tokens.access_token) is None
    with pytest.raises(OAuthError, match="invalid_grant"):
        server.refresh(tokens.refresh_token)


def test_a_code_dies_after_five_minutes_and_wants_its_own_address() -> None:
    clock, server = _server()
    code = _code(server)
    with pytest.raises(OAuthError, match="redirect_uri"):
        server.exchange(code, BACK + "/")
    clock.advance(300)
    with pytest.raises(OAuthError, match="too old"):
        server.exchange(code, BACK)
    with pytest.raises(OAuthError, match="not known"):
        server.exchange("made-up", BACK)


def test_an_access_token_ends_with_its_time() -> None:
    clock, server = _server(access_seconds=1800)
    tokens = server.issue("co-1")
    clock.advance(1799)
    assert server.authenticate(tokens.access_token) is not None
    clock.advance(1)
    assert server.authenticate(tokens.access_token) is None


def test_a_replaced_refresh_token_works_in_its_grace_only() -> None:
    clock, server = _server(grace_seconds=1800)
    first = server.issue("co-1")
    second = server.refresh(first.refresh_token)
    assert second.refresh_token != first.refresh_token
    clock.advance(1799)
    assert server.refresh(first.refresh_token).grant == first.grant
    clock.advance(1)
    with pytest.raises(OAuthError, match="invalid_grant"):
        server.refresh(first.refresh_token)
    assert server.refresh(second.refresh_token).grant == first.grant


def test_without_grace_the_old_refresh_token_is_dead_at_once() -> None:
    _, server = _server()
    tokens = server.issue("co-1")
    server.refresh(tokens.refresh_token)
    with pytest.raises(OAuthError, match="invalid_grant"):
        server.refresh(tokens.refresh_token)


def test_a_young_refresh_token_is_given_back_where_rotation_waits() -> None:
    clock, server = _server(rotate_after_seconds=86400)
    tokens = server.issue("co-1")
    assert server.refresh(tokens.refresh_token).refresh_token == tokens.refresh_token
    clock.advance(86400)
    assert server.refresh(tokens.refresh_token).refresh_token != tokens.refresh_token


def test_a_refresh_token_dies_unused() -> None:
    clock, server = _server(refresh_seconds=60)
    tokens = server.issue("co-1")
    clock.advance(60)
    with pytest.raises(OAuthError, match="invalid_grant"):
        server.refresh(tokens.refresh_token)


def test_either_token_revokes_the_grant_and_leaves_others() -> None:
    _, server = _server()
    one, two = server.issue("co-1"), server.issue("co-2")
    assert server.revoke(one.access_token)
    assert not server.revoke(one.refresh_token)
    assert [grant.tenant for grant in server.grants()] == ["co-2"]
    assert server.authenticate(two.access_token) is not None


def test_expire_access_leaves_the_refresh_token() -> None:
    _, server = _server()
    tokens = server.issue("co-1")
    assert server.expire_access() == 1
    assert server.authenticate(tokens.access_token) is None
    assert server.authenticate(server.refresh(tokens.refresh_token).access_token) is not None


def test_the_client_proves_itself_by_basic_or_by_form() -> None:
    _, server = _server()
    basic = "Basic " + base64.b64encode(b"app:hush").decode()
    assert server.check_client(basic, {}) == "app"
    assert server.check_client(None, {"client_id": "app", "client_secret": "hush"}) == "app"
    for header, form in ((None, {}), ("Basic nonsense", {}), (None, {"client_id": "app", "client_secret": "no"})):
        with pytest.raises(OAuthError) as refused:
            server.check_client(header, form)
        assert refused.value.status == 401


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"client_id": "other"}, "unauthorized_client"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"redirect_uri": "http://example.com/back"}, "invalid_request"),
    ],
)
def test_a_bad_authorise_request_never_redirects(change: dict[str, str], error: str) -> None:
    _, server = _server()
    with pytest.raises(OAuthError, match=error):
        server.check_request({**QUERY, **change})


def test_a_registered_address_must_match_exactly() -> None:
    _, server = _server(redirect_uris=(BACK,))
    assert server.check_request(QUERY).redirect_uri == BACK
    with pytest.raises(OAuthError, match="redirect_uri"):
        server.check_request({**QUERY, "redirect_uri": BACK + "?x=1"})


def test_the_page_lists_the_companies_and_escapes_what_it_was_given() -> None:
    _, server = _server()
    page = consent_page("Books", server.check_request(QUERY), [("co-1", "Ash & Co"), ("co-2", "Birch")])
    assert "Ash &amp; Co" in page
    assert 'value="s&amp;&lt;1&gt;"' in page
    assert page.count('type="radio"') == 2
    assert page.count("<label>") == 2


def test_approval_leads_back_with_code_state_and_company() -> None:
    _, server = _server()
    form = {**QUERY, "decision": "approve", "tenant": "co-1"}
    query = parse_qs(urlsplit(answer(server, form, ["co-1"], tenant_parameter="realmId")).query)
    assert query["state"] == ["s&<1>"]
    assert query["realmId"] == ["co-1"]
    assert server.exchange(query["code"][0], BACK).grant.tenant == "co-1"


def test_denial_leads_back_with_the_error_and_no_code() -> None:
    _, server = _server()
    query = parse_qs(urlsplit(answer(server, {**QUERY, "decision": "deny"}, ["co-1"])).query)
    assert query["error"] == ["access_denied"]
    assert query["state"] == ["s&<1>"]
    assert "code" not in query
    with pytest.raises(OAuthError, match="no such company"):
        answer(server, {**QUERY, "decision": "approve", "tenant": "co-9"}, ["co-1"])
