"""Consent, tokens and connections."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from sandbox.core.clock import SandboxClock
from sandbox.core.server import Served
from sandbox.world import plan
from sandbox.xero.organisations import XeroStand
from tests.sandbox.xero.office import COMPANY, TIMEOUT

BACK = "http://localhost:9/back"
SCOPE = "offline_access accounting.invoices.read accounting.settings.read"


class Visitor:
    """A person with a browser, and the app behind it."""

    def __init__(self, stand: XeroStand, served: Served) -> None:
        self.stand = stand
        self.url = served.url
        self.http = requests.Session()
        self.http.trust_env = False

    def consent(self, tenant: str, scope: str = SCOPE, decision: str = "approve") -> dict[str, list[str]]:
        config = self.stand.config()
        query = {"response_type": "code", "client_id": config["client_id"], "redirect_uri": BACK, "scope": scope}
        address = f"{self.url}/identity/connect/authorize"
        page = self.http.get(address, params={**query, "state": "s/1"}, timeout=TIMEOUT)
        assert page.status_code == 200, page.text
        fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
        form = {**fields, "tenant": tenant, "decision": decision}
        answer = self.http.post(address, data=form, timeout=TIMEOUT, allow_redirects=False)
        assert answer.status_code == 302
        return parse_qs(urlsplit(answer.headers["Location"]).query)

    def token(self, **form: str) -> requests.Response:
        config = self.stand.config()
        auth = (config["client_id"], config["client_secret"])
        return self.http.post(f"{self.url}/connect/token", data=form, auth=auth, timeout=TIMEOUT)

    def exchange(self, code: str) -> dict[str, Any]:
        answer = self.token(grant_type="authorization_code", code=code, redirect_uri=BACK)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def connect(self, tenant: str) -> dict[str, Any]:
        return self.exchange(self.consent(tenant)["code"][0])

    def connections(self, token: str, **asked: str) -> list[dict[str, Any]]:
        headers = {"Authorization": f"Bearer {token}"}
        answer = self.http.get(f"{self.url}/connections", params=asked, headers=headers, timeout=TIMEOUT)
        assert answer.status_code == 200
        found: list[dict[str, Any]] = answer.json()
        return found


@pytest.fixture
def visitor(stand: XeroStand, served: Served) -> Iterator[Visitor]:
    visitor = Visitor(stand, served)
    yield visitor
    visitor.http.close()


@pytest.fixture
def tenants(stand: XeroStand) -> tuple[str, str]:
    other = plan.Company("other", "Other Ltd", "GB", "GBP", "Europe/London")
    return stand.add_company(COMPANY), stand.add_company(other)


def test_a_person_connects_one_organisation(visitor: Visitor, tenants: tuple[str, str]) -> None:
    back = visitor.consent(tenants[0])
    assert back["state"] == ["s/1"]
    tokens = visitor.exchange(back["code"][0])
    assert tokens["expires_in"] == 1800
    assert tokens["scope"] == SCOPE
    claims = _claims(tokens["access_token"])
    listed = visitor.connections(tokens["access_token"], authEventId=claims["authentication_event_id"])
    assert [(one["tenantId"], one["tenantName"], one["tenantType"]) for one in listed] == [
        (tenants[0], "Weir Mill Ltd", "ORGANISATION")
    ]


def test_a_second_consent_adds_the_second(visitor: Visitor, tenants: tuple[str, str]) -> None:
    first, second = visitor.connect(tenants[0]), visitor.connect(tenants[1])
    assert {one["tenantId"] for one in visitor.connections(first["access_token"])} == set(tenants)
    event = _claims(second["access_token"])["authentication_event_id"]
    added = visitor.connections(second["access_token"], authEventId=event)
    assert [one["tenantId"] for one in added] == [tenants[1]]


def test_a_no_is_told(visitor: Visitor, tenants: tuple[str, str]) -> None:
    assert visitor.consent(tenants[0], decision="deny")["error"] == ["access_denied"]


@pytest.mark.parametrize("scope", ["accounting.transactions", "offline_access accounting.reports.read", ""])
def test_the_broad_scopes_of_before_are_refused(visitor: Visitor, tenants: tuple[str, str], scope: str) -> None:
    query = {"response_type": "code", "client_id": visitor.stand.config()["client_id"], "redirect_uri": BACK}
    page = visitor.http.get(
        f"{visitor.url}/identity/connect/authorize", params={**query, "scope": scope}, timeout=TIMEOUT
    )
    assert page.status_code == 400
    assert "invalid_scope" in page.text


def test_a_code_works_once(visitor: Visitor, tenants: tuple[str, str]) -> None:
    code = visitor.consent(tenants[0])["code"][0]
    visitor.exchange(code)
    again = visitor.token(grant_type="authorization_code", code=code, redirect_uri=BACK)
    assert (again.status_code, again.json()) == (400, {"error": "invalid_grant"})


def test_a_refresh_rotates_and_the_old_one_works_half_an_hour(
    visitor: Visitor, tenants: tuple[str, str], clock: SandboxClock
) -> None:
    first = visitor.connect(tenants[0])
    second = visitor.token(grant_type="refresh_token", refresh_token=first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    clock.advance(1799)
    assert visitor.token(grant_type="refresh_token", refresh_token=first["refresh_token"]).status_code == 200
    clock.advance(2)
    refused = visitor.token(grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert refused.json() == {"error": "invalid_grant"}
    clock.advance(59 * 86400)
    assert visitor.token(grant_type="refresh_token", refresh_token=second["refresh_token"]).status_code == 200


def test_no_refresh_token_without_offline_access(visitor: Visitor, tenants: tuple[str, str]) -> None:
    back = visitor.consent(tenants[0], scope="accounting.invoices.read")
    assert "refresh_token" not in visitor.exchange(back["code"][0])


def test_the_client_may_stand_in_the_form_and_must_be_right(visitor: Visitor, tenants: tuple[str, str]) -> None:
    tokens = visitor.connect(tenants[0])
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"], **visitor.stand.config()}
    assert visitor.http.post(f"{visitor.url}/connect/token", data=form, timeout=TIMEOUT).status_code == 200
    form["client_secret"] = "wrong"
    refused = visitor.http.post(f"{visitor.url}/connect/token", data=form, timeout=TIMEOUT)
    assert (refused.status_code, refused.json()) == (401, {"error": "invalid_client"})


def test_a_connection_is_ended(visitor: Visitor, tenants: tuple[str, str]) -> None:
    token = visitor.connect(tenants[0])["access_token"]
    connection = visitor.connections(token)[0]["id"]
    headers = {"Authorization": f"Bearer {token}", "xero-tenant-id": tenants[0], "Accept": "application/json"}
    address = f"{visitor.url}/connections/{connection}"
    assert visitor.http.delete(address, headers=headers, timeout=TIMEOUT).status_code == 204
    assert visitor.http.delete(address, headers=headers, timeout=TIMEOUT).status_code == 404
    call = visitor.http.get(f"{visitor.url}/api.xro/2.0/Organisation", headers=headers, timeout=TIMEOUT)
    assert call.status_code == 403
    assert visitor.connections(token) == []


def test_revocation_ends_everything(visitor: Visitor, tenants: tuple[str, str]) -> None:
    tokens = visitor.connect(tenants[0])
    config = visitor.stand.config()
    auth = (config["client_id"], config["client_secret"])
    form = {"token": tokens["refresh_token"]}
    address = f"{visitor.url}/connect/revocation"
    assert visitor.http.post(address, data=form, auth=auth, timeout=TIMEOUT).status_code == 200
    assert visitor.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"]).status_code == 400
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert visitor.http.get(f"{visitor.url}/connections", headers=headers, timeout=TIMEOUT).status_code == 401


def _claims(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found
