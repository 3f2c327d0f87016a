"""Consent, tokens and connections."""

import base64
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from sandbox.core.clock import SandboxClock
from sandbox.core.server import Served
from sandbox.xero.desk.stand import XeroStand
from tests.sandbox.xero.desk.office import COMPANY, TIMEOUT, Office

BACK = "http://127.0.0.1:9/back"
SCOPE = "offline_access accounting.invoices.read accounting.contacts.read"


def _consent(served: Served, stand: XeroStand, tenant: str, scope: str = SCOPE) -> requests.Response:
    fields = {
        "client_id": stand.config()["client_id"],
        "response_type": "code",
        "redirect_uri": BACK,
        "scope": scope,
        "state": "s",
        "tenant": tenant,
        "decision": "approve",
    }
    url = f"{served.url}/identity/connect/authorize"
    return requests.post(url, data=fields, timeout=TIMEOUT, allow_redirects=False)


def _token(served: Served, stand: XeroStand, **form: str) -> requests.Response:
    config = stand.config()
    auth = (config["client_id"], config["client_secret"])
    return requests.post(f"{served.url}/connect/token", data=form, auth=auth, timeout=TIMEOUT)


def _connected(served: Served, stand: XeroStand, tenant: str, scope: str = SCOPE) -> dict[str, Any]:
    where = urlsplit(_consent(served, stand, tenant, scope).headers["Location"])
    code = parse_qs(where.query)["code"][0]
    answer = _token(served, stand, grant_type="authorization_code", code=code, redirect_uri=BACK)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def _claims(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def _connections(served: Served, token: str, **params: str) -> list[dict[str, Any]]:
    headers = {"Authorization": f"Bearer {token}"}
    answer = requests.get(f"{served.url}/connections", params=params, headers=headers, timeout=TIMEOUT)
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()
    return found


def test_a_consent_adds_the_one_organisation_that_was_picked(stand: XeroStand, served: Served) -> None:
    tenants = [stand.add_company(COMPANY) for _ in range(2)]
    first = _connected(served, stand, tenants[0])
    assert first["expires_in"] == 1800
    held = _connections(served, first["access_token"])
    assert [one["tenantId"] for one in held] == tenants[:1]
    second = _connected(served, stand, tenants[1])
    event = _claims(second["access_token"])["authentication_event_id"]
    added = _connections(served, second["access_token"], authEventId=event)
    assert [one["tenantId"] for one in added] == tenants[1:]
    assert len(_connections(served, first["access_token"])) == 2


def test_a_refresh_rotates_and_the_old_token_lives_half_an_hour(
    stand: XeroStand, served: Served, clock: SandboxClock
) -> None:
    tokens = _connected(served, stand, stand.add_company(COMPANY))
    old = tokens["refresh_token"]
    fresh = _token(served, stand, grant_type="refresh_token", refresh_token=old).json()
    assert fresh["refresh_token"] != old
    assert fresh["access_token"] != tokens["access_token"]
    clock.advance(1799)
    assert _token(served, stand, grant_type="refresh_token", refresh_token=old).status_code == 200
    clock.advance(2)
    gone = _token(served, stand, grant_type="refresh_token", refresh_token=old)
    assert (gone.status_code, gone.json()) == (400, {"error": "invalid_grant"})


def test_the_secret_may_come_in_the_form(stand: XeroStand, served: Served) -> None:
    tokens = _connected(served, stand, stand.add_company(COMPANY))
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    config = stand.config()
    url = f"{served.url}/connect/token"
    secret = {"client_id": config["client_id"], "client_secret": config["client_secret"]}
    assert requests.post(url, data={**form, **secret}, timeout=TIMEOUT).status_code == 200
    secret["client_secret"] = "wrong"
    assert requests.post(url, data={**form, **secret}, timeout=TIMEOUT).status_code == 401


def test_without_offline_access_there_is_no_refresh_token(stand: XeroStand, served: Served) -> None:
    tokens = _connected(served, stand, stand.add_company(COMPANY), "accounting.invoices.read")
    assert "refresh_token" not in tokens


def test_the_broad_scopes_are_refused(stand: XeroStand, served: Served) -> None:
    refused = _consent(served, stand, stand.add_company(COMPANY), "offline_access accounting.transactions")
    assert refused.status_code == 400
    assert "accounting.transactions" in refused.text


def test_a_removed_connection_is_closed_to_the_token(office: Office, served: Served) -> None:
    [held] = _connections(served, office.token)
    headers = {"Authorization": f"Bearer {office.token}"}
    url = f"{served.url}/connections/{held['id']}"
    assert requests.delete(url, headers=headers, timeout=TIMEOUT).status_code == 204
    assert requests.delete(url, headers=headers, timeout=TIMEOUT).status_code == 404
    assert office.get("Organisation").status == 403


def test_revoking_drops_every_connection(stand: XeroStand, served: Served) -> None:
    tenant = stand.add_company(COMPANY)
    tokens = _connected(served, stand, tenant)
    config = stand.config()
    answer = requests.post(
        f"{served.url}/connect/revocation",
        data={"token": tokens["refresh_token"]},
        auth=(config["client_id"], config["client_secret"]),
        timeout=TIMEOUT,
    )
    assert answer.status_code == 200
    assert stand.connections.all() == []
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert requests.get(f"{served.url}/connections", headers=headers, timeout=TIMEOUT).status_code == 401
