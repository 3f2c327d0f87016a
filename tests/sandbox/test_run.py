"""The whole sandbox on its ports."""

import io
import re
import threading
from collections.abc import Iterator
from contextlib import redirect_stdout
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from sandbox.__main__ import main
from sandbox.run import Sandbox

TODAY = date(2026, 6, 15)
BACK = "http://127.0.0.1:9/connect/back"
AUTHORISE = {"quickbooks": "/connect/oauth2", "xero": "/identity/connect/authorize", "stripe": "/oauth/authorize"}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(today=TODAY) as running:
        yield running


@pytest.fixture(scope="module", params=sorted(AUTHORISE))
def alone(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """One provider by itself."""
    with Sandbox(today=TODAY, providers=(request.param,)) as running:
        yield running


@pytest.fixture
def http() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


def test_the_settings_lead_to_loopback_and_hold_every_secret(sandbox: Sandbox) -> None:
    settings = sandbox.settings()
    assert len(settings) == 16
    assert all(settings.values())
    bases = [value for name, value in settings.items() if name.endswith(("_BASE", "_URL"))]
    assert len(bases) == 7
    assert {urlsplit(base).hostname for base in bases} == {"127.0.0.1"}
    assert len({urlsplit(base).port for base in bases}) == 3


def test_two_ledgers_and_their_stripe_accounts_can_be_connected(sandbox: Sandbox) -> None:
    held = sandbox.connections()
    assert [one.provider for one in held] == ["quickbooks", "xero", "stripe", "stripe"]
    assert len({one.tenant for one in held}) == 4


def test_every_company_holds_its_plan(sandbox: Sandbox) -> None:
    for one in sandbox.loaded:
        invoices = [invoice for invoice in one.entity.books.invoices if invoice.state == "open"]
        counts = sandbox.stands[one.entity.books_provider].counts(one.books_tenant)
        held = counts.get("Invoice") or counts.get("Invoices") or counts.get("invoices") or 0
        assert held >= len(invoices)
        stripe = sandbox.stripe.counts(one.stripe_tenant)
        assert stripe["invoices"] == len(one.entity.stripe.invoices)
        assert stripe["charges"] + stripe["payment_records"] == len(one.entity.stripe.charges)


def test_a_person_can_consent(alone: Sandbox, http: requests.Session) -> None:
    provider, tenant, _ = alone.connections()[0]
    client_id = alone.settings()[f"TIEOUT_{provider.upper()}_CLIENT_ID"]
    query = {
        "client_id": client_id,
        "response_type": "code",
        "redirect_uri": BACK,
        "state": "s-1",
        "scope": _scope(provider),
    }
    url = alone.url(provider) + AUTHORISE[provider]
    page = http.get(url, params=query, timeout=180)
    assert page.status_code == 200
    assert tenant in page.text
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
    answer = http.post(
        url, data={**fields, "tenant": tenant, "decision": "approve"}, timeout=180, allow_redirects=False
    )
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(BACK)
    back = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert back["state"] == ["s-1"]
    assert back["code"]
    assert back.get("realmId", [tenant]) == [tenant]


def test_credentials_open_each_company(alone: Sandbox, http: requests.Session) -> None:
    for held in alone.connections():
        given, url = alone.credentials(held), alone.url(held.provider)
        bearer = {"Authorization": f"Bearer {given.get('access_token') or given['api_key']}"}
        path = {
            "quickbooks": f"/v3/company/{held.tenant}/companyinfo/{held.tenant}",
            "xero": "/api.xro/2.0/Organisation",
            "stripe": "/v1/customers",
        }[held.provider]
        headers = {**bearer, "Accept": "application/json", "xero-tenant-id": held.tenant}
        assert http.get(url + path, headers=headers, timeout=180).status_code == 200
        wrong = {**headers, "Authorization": "Bearer made-up"}
        assert http.get(url + path, headers=wrong, timeout=180).status_code == 401


def test_control_answers_at_each(alone: Sandbox, http: requests.Session) -> None:
    provider, tenant, _ = alone.connections()[0]
    url = f"{alone.url(provider)}/_control"
    assert http.get(f"{url}/counts", params={"tenant": tenant}, timeout=180).json()
    truth = http.get(f"{url}/truth", params={"tenant": tenant, "on": TODAY.isoformat()}, timeout=180).json()
    assert {"home_currency", "control_account", "customers", "documents"} <= truth.keys()


def test_the_same_seed_and_day_give_the_same_books(sandbox: Sandbox) -> None:
    with Sandbox(today=TODAY, real_limits=False) as again:
        assert again.connections() == sandbox.connections()
        for held in again.connections():
            stand, other = again.stands[held.provider], sandbox.stands[held.provider]
            assert stand.truth(held.tenant, TODAY) == other.truth(held.tenant, TODAY)


def test_one_provider_can_be_served_alone() -> None:
    with Sandbox(today=TODAY, providers=("quickbooks",)) as books:
        assert [one.provider for one in books.connections()] == ["quickbooks"]
        assert {name.split("_")[1] for name in books.settings()} == {"QUICKBOOKS"}
    with Sandbox(today=TODAY, providers=("stripe",)) as accounts:
        assert [one.provider for one in accounts.connections()] == ["stripe", "stripe"]


def test_a_taken_port_is_said_and_nothing_stays_open(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    taken = urlsplit(sandbox.url("quickbooks")).port
    assert main(["--port", str(taken)], threading.Event()) == 2
    assert f"cannot listen on port {taken}" in capsys.readouterr().err


def test_the_command_serves_until_told_and_prints_settings() -> None:
    stop, printed = threading.Event(), io.StringIO()
    stop.set()
    with redirect_stdout(printed):
        assert main(["--seed", "2", "--today", "2026-06-15"], stop) == 0
    lines = printed.getvalue().splitlines()
    assert sum(1 for line in lines if line.startswith("# ")) == 4
    assert sum(1 for line in lines if re.fullmatch(r"TIEOUT_[A-Z_]+=\S+", line)) == 16


def _scope(provider: str) -> str:
    return {
        "quickbooks": "com.intuit.quickbooks.accounting",
        "xero": "offline_access accounting.invoices.read accounting.contacts.read",
        "stripe": "read_write",
    }[provider]
