"""Connect OAuth and the Stripe App flow, through Stripe's own package where it can."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import stripe
from stripe import oauth_error

from tests.sandbox.stripe.conftest import Site

BACK = "http://127.0.0.1:9/back"


def consented(site: Site, address: str, decision: str = "approve") -> dict[str, list[str]]:
    """What comes back to the redirect address after a person decided on the page."""
    page = requests.get(address, timeout=180)
    assert page.status_code == 200
    assert "Acme Ltd" in page.text
    parts = urlsplit(address)
    form = {name: values[0] for name, values in parse_qs(parts.query).items()}
    form |= {"tenant": site.tenant, "decision": decision}
    reply = requests.post(f"{site.url}{parts.path}", data=form, allow_redirects=False, timeout=180)
    assert reply.status_code == 302
    assert reply.headers["Location"].startswith(BACK)
    return parse_qs(urlsplit(reply.headers["Location"]).query)


def test_a_person_connects_and_disconnects_an_account(site: Site) -> None:
    platform = site.client(site.stand.config()["secret_key"])
    address = platform.oauth.authorize_url({"scope": "read_write", "state": "s1", "redirect_uri": BACK})
    back = consented(site, address)
    assert back["state"] == ["s1"]
    token = platform.oauth.token({"grant_type": "authorization_code", "code": back["code"][0]})
    assert (token.stripe_user_id, token.livemode, token.scope) == (site.tenant, False, "read_write")
    own = site.client(token.access_token)
    connected = site.client(site.stand.config()["secret_key"], site.tenant)
    assert own.v1.charges.list().data[0].id == connected.v1.charges.list().data[0].id
    again = platform.oauth.token({"grant_type": "refresh_token", "refresh_token": str(token.refresh_token)})
    assert again.refresh_token == token.refresh_token
    assert platform.oauth.deauthorize({"stripe_user_id": site.tenant}).stripe_user_id == site.tenant
    with pytest.raises(stripe.AuthenticationError):
        own.v1.charges.list()
    with pytest.raises(stripe.PermissionError):
        connected.v1.charges.list()
    with pytest.raises(oauth_error.InvalidClientError):
        platform.oauth.deauthorize({"stripe_user_id": site.tenant})


def test_a_code_works_once_and_a_no_gives_none(site: Site) -> None:
    platform = site.client(site.stand.config()["secret_key"])
    address = platform.oauth.authorize_url({"state": "s1", "redirect_uri": BACK})
    assert consented(site, address, "deny")["error"] == ["access_denied"]
    code = consented(site, address)["code"][0]
    platform.oauth.token({"grant_type": "authorization_code", "code": code})
    with pytest.raises(oauth_error.InvalidGrantError):
        platform.oauth.token({"grant_type": "authorization_code", "code": code})


def test_only_the_platform_gets_tokens(site: Site) -> None:
    stranger = site.client()
    with pytest.raises(oauth_error.InvalidClientError):
        stranger.oauth.token({"grant_type": "authorization_code", "code": "c"})
    with pytest.raises(oauth_error.UnsupportedGrantTypeError):
        site.client(site.stand.config()["secret_key"]).oauth.token({"grant_type": "password"})  # type: ignore[typeddict-item]


def test_an_unknown_client_sees_a_page_and_no_redirect(site: Site) -> None:
    reply = requests.get(f"{site.url}/oauth/authorize?client_id=ca_x&redirect_uri={BACK}", timeout=180)
    assert reply.status_code == 400
    assert "Location" not in reply.headers


def test_an_app_gets_an_hour_and_a_new_refresh_token_each_time(site: Site) -> None:
    config = site.stand.config()
    address = (
        f"{site.url}/oauth/v2/authorize?response_type=code&client_id={config['client_id']}&redirect_uri={BACK}&state=s2"
    )
    code = consented(site, address)["code"][0]

    def exchange(**form: str) -> requests.Response:
        return requests.post(f"{site.url}/v1/oauth/token", data=form, auth=(config["secret_key"], ""), timeout=180)

    first = exchange(grant_type="authorization_code", code=code).json()
    assert (first["scope"], first["expires_in"], first["stripe_user_id"]) == ("stripe_apps", 3600, site.tenant)
    assert site.get("/v1/account", key=first["access_token"])["id"] == site.tenant
    site.stand.clock.advance(3601)
    assert site.error("GET", "/v1/account", key=first["access_token"])["status"] == 401
    second = exchange(grant_type="refresh_token", refresh_token=first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    old = exchange(grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert (old.status_code, old.json()["error"]) == (400, "invalid_grant")


def test_the_owner_ends_the_connection_in_the_dashboard(site: Site) -> None:
    site.stand.connect.issue(site.tenant)
    assert site.change("disconnect") == {"ended": 1}
    assert site.event_types()[0] == "account.application.deauthorized"
    assert site.change("disconnect") == {"ended": 0}
