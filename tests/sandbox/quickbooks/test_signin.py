from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from intuitlib.client import AuthClient
from intuitlib.enums import Scopes
from intuitlib.exceptions import AuthClientError

from sandbox.core.clock import SandboxClock
from tests.sandbox.quickbooks.office import TIMEOUT, Office

REDIRECT = "http://127.0.0.1:9/callback"


@pytest.fixture
def client(office: Office) -> AuthClient:
    config = office.stand.config()
    discovery = f"{office.url}/.well-known/openid_sandbox_configuration"
    return AuthClient(config["client_id"], config["client_secret"], REDIRECT, discovery)


def _consent(client: AuthClient, office: Office, decision: str = "approve") -> dict[str, str]:
    address = client.get_authorization_url([Scopes.ACCOUNTING], state_token="s-1")
    page = requests.get(address, timeout=TIMEOUT)
    assert page.status_code == 200
    assert "Maple Street Supply" in page.text
    form = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    form |= {"tenant": office.realm, "decision": decision}
    sent = requests.post(address.partition("?")[0], data=form, allow_redirects=False, timeout=TIMEOUT)
    assert sent.status_code == 302
    assert sent.headers["Location"].startswith(REDIRECT)
    return {name: values[0] for name, values in parse_qs(urlsplit(sent.headers["Location"]).query).items()}


def test_a_consent_gives_code_state_and_company(client: AuthClient, office: Office) -> None:
    back = _consent(client, office)
    assert (back["state"], back["realmId"]) == ("s-1", office.realm)
    client.get_bearer_token(back["code"], realm_id=back["realmId"])
    assert client.expires_in == 3600
    assert client.x_refresh_token_expires_in == 100 * 86400
    office.token = str(client.access_token)
    assert office.get("preferences").status == 200


def test_a_refusal_comes_back_as_an_error(client: AuthClient, office: Office) -> None:
    assert _consent(client, office, "deny")["error"] == "access_denied"


def test_a_code_works_once_and_its_second_use_takes_the_tokens_back(client: AuthClient, office: Office) -> None:
    code = _consent(client, office)["code"]
    client.get_bearer_token(code)
    with pytest.raises(AuthClientError) as caught:
        client.get_bearer_token(code)
    assert caught.value.status_code == 400
    assert "invalid_grant" in str(caught.value.content)
    office.token = str(client.access_token)
    assert office.get("preferences").status == 401


def test_a_refresh_rotates_and_the_old_token_dies_a_day_later(
    client: AuthClient, office: Office, clock: SandboxClock
) -> None:
    client.get_bearer_token(_consent(client, office)["code"])
    old = client.refresh_token
    client.refresh()
    assert client.refresh_token != old
    clock.advance(86400 - 1)
    client.refresh(refresh_token=old)
    clock.advance(1)
    with pytest.raises(AuthClientError):
        client.refresh(refresh_token=old)


def test_access_lasts_an_hour_and_refresh_a_hundred_days(
    client: AuthClient, office: Office, clock: SandboxClock
) -> None:
    client.get_bearer_token(_consent(client, office)["code"])
    office.token = str(client.access_token)
    clock.advance(3601)
    refused = office.get("preferences")
    assert refused.status == 401
    assert refused.body["fault"]["type"] == "AUTHENTICATION"
    assert refused.body["fault"]["error"][0]["code"] == "3200"
    clock.advance(99 * 86400)
    client.refresh()
    clock.advance(101 * 86400)
    with pytest.raises(AuthClientError):
        client.refresh()


def test_revoking_ends_the_connection(client: AuthClient, office: Office) -> None:
    client.get_bearer_token(_consent(client, office)["code"])
    office.token = str(client.access_token)
    assert client.revoke() is True
    assert office.get("preferences").status == 401
    with pytest.raises(AuthClientError):
        client.refresh()


def test_a_wrong_secret_is_refused(client: AuthClient, office: Office) -> None:
    code = _consent(client, office)["code"]
    client.client_secret = "wrong"
    with pytest.raises(AuthClientError) as caught:
        client.get_bearer_token(code)
    assert caught.value.status_code == 401


def test_an_unknown_client_gets_a_page_and_no_redirect(office: Office) -> None:
    address = f"{office.url}/connect/oauth2?client_id=nobody&response_type=code&redirect_uri={REDIRECT}"
    page = requests.get(address, allow_redirects=False, timeout=TIMEOUT)
    assert page.status_code == 400
    assert "Location" not in page.headers
