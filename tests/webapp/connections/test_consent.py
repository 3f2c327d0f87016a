"""Connecting a company: out to the provider's page and back, once, for the person who began it."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
import requests

from sandbox.run import Sandbox
from store import tenancy
from tests.webapp.site import Site, Visitor


def approve(address: str, tenant: str, decision: str = "approve") -> str:
    """What a person does on the provider's page; gives the path that it leads back to."""
    page = requests.get(address, timeout=180)
    parts = urlsplit(address)
    found = re.search(r'<form[^>]*action="([^"]*)"', page.text)
    action = unescape(found.group(1)) if found else ""
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', unescape(page.text)))
    answer = requests.post(
        f"{parts.scheme}://{parts.netloc}{action or parts.path}",
        data={**hidden, "tenant": tenant, "decision": decision},
        allow_redirects=False,
        timeout=180,
    )
    back = urlsplit(answer.headers["location"])
    return f"{back.path}?{back.query}"


def company_of(sandbox: Sandbox, provider: str) -> Any:
    return next(held for held in sandbox.connections() if held.provider == provider)


def go(person: Visitor, provider: str) -> str:
    answer = person.post(f"/connect/{provider}", {"since": ""}, page="/connections/")
    assert answer.status_code == 303
    address: str = answer.headers["location"]
    return address


def connections(site: Site) -> dict[str, Any]:
    with site.app.database.read() as connection:
        rows = tenancy.list_connections(connection, site.books.place.organisation_id)
    return {row.company_id: row for row in rows}


@pytest.mark.parametrize("provider", ["quickbooks", "xero", "stripe"])
def test_the_company_is_shown_before_anything_is_saved(near: Site, sandbox: Sandbox, provider: str) -> None:
    held = company_of(sandbox, provider)
    ann = near.signed_in()
    back = approve(go(ann, provider), held.tenant)
    answer = ann.get(back)
    assert (answer.status_code, answer.headers["location"]) == (303, "/connect/company")
    shown = ann.shown("/connect/company")
    assert held.name in shown
    assert held.tenant not in connections(near)
    saved = ann.post(
        "/connect/company",
        {"company": held.tenant, "entity": "new", "time_zone": "America/Chicago"},
        page="/connect/company",
    )
    assert (saved.status_code, saved.headers["location"]) == (303, "/connections/")
    row = connections(near)[held.tenant]
    assert (row.state, row.connected_by) == ("healthy", "owner@acme.example")
    page = ann.shown("/connections/")
    assert held.name in page
    assert "No queue is set up" in page
    assert ann.get("/connect/company").status_code == 404


def test_the_way_back_works_once_and_only_for_who_began(near: Site, sandbox: Sandbox) -> None:
    held = company_of(sandbox, "quickbooks")
    ann = near.signed_in()
    thief = near.visitor()
    link = near.link(near.add_person("eve@acme.example", "owner"))
    thief.post(link, page=link)
    back = approve(go(ann, "quickbooks"), held.tenant)
    stolen = thief.get(back)
    assert stolen.status_code == 422
    assert "start to connect again" in stolen.text
    assert ann.get(back).status_code == 422  # used up by the thief, to nobody's gain
    assert connections(near).keys() == {"tenant", "acct_1"}


def test_a_no_on_the_providers_page_is_said_and_saves_nothing(near: Site, sandbox: Sandbox) -> None:
    ann = near.signed_in()
    back = approve(go(ann, "xero"), company_of(sandbox, "xero").tenant, decision="deny")
    answer = ann.get(back)
    assert answer.status_code == 422
    assert connections(near).keys() == {"tenant", "acct_1"}


def test_made_up_ways_back_lead_nowhere(near: Site) -> None:
    ann = near.signed_in()
    for query in ({}, {"state": "made-up", "code": "x", "realmId": "1"}):
        assert ann.get(f"/connect/quickbooks/callback?{urlencode(query)}").status_code == 422
    assert ann.get("/connect/paypal").status_code == 404


def test_only_the_page_with_the_button_may_lead_elsewhere(near: Site) -> None:
    ann = near.signed_in()
    for path in ("/connections/", "/connect/xero"):
        policy = ann.get(path).headers["Content-Security-Policy"]
        forms = policy.partition("form-action ")[2].partition(";")[0].split()
        assert forms[:2] == ["'self'", "https:"]
        assert all(origin.startswith("http://127.0.0.1:") for origin in forms[2:])


def test_without_its_settings_a_provider_says_which_are_missing(site: Site) -> None:
    ann = site.signed_in()
    shown = ann.shown("/connections/")
    for name in ("TIEOUT_QUICKBOOKS_CLIENT_ID", "TIEOUT_XERO_CLIENT_ID", "TIEOUT_STRIPE_CLIENT_ID"):
        assert name in shown
    assert "TIEOUT_XERO_CLIENT_ID" in ann.shown("/connect/xero")
    answer = ann.post("/connect/xero", page="/connections/")
    assert answer.status_code == 400
    assert "TIEOUT_XERO_CLIENT_ID" in answer.text


def test_stripe_is_connected_by_a_key_that_is_shown_nowhere(near: Site, sandbox: Sandbox) -> None:
    held = company_of(sandbox, "stripe")
    key = sandbox.credentials(held)["api_key"]
    ann = near.signed_in()
    refused = ann.post("/connect/stripe/key", {"key": "pk_live_1"}, page="/connect/stripe")
    assert refused.status_code == 400
    saved = ann.post("/connect/stripe/key", {"key": key, "entity": "new"}, page="/connect/stripe")
    assert saved.status_code == 303
    row = connections(near)[held.tenant]
    assert row.company_name == held.name
    for path in ("/connections/", "/connect/stripe", "/history"):
        assert key not in ann.get(path).text


def test_disconnecting_asks_first_then_ends_the_consent_and_keeps_the_data(near: Site, sandbox: Sandbox) -> None:
    held = company_of(sandbox, "quickbooks")
    ann = near.signed_in()
    ann.get(approve(go(ann, "quickbooks"), held.tenant))
    content = {"company": held.tenant, "entity": "new", "time_zone": ""}
    ann.post("/connect/company", content, page="/connect/company")
    row = connections(near)[held.tenant]
    path = f"/connections/{row.id}/disconnect"
    assert "The consent at QuickBooks is ended" in ann.shown(path)
    assert ann.post(path, page=path).status_code == 303
    after = connections(near)[held.tenant]
    assert (after.state, after.token_set_id) == ("disconnected", None)
    assert "Disconnected" in ann.shown("/connections/")


def test_a_bookkeeper_syncs_and_may_not_connect(near: Site) -> None:
    bert = near.signed_in("bookkeeper")
    own = near.books.xero.connection_id
    assert bert.post(f"/connections/{own}/sync", page="/").status_code == 303
    assert "No queue is set up" in bert.shown("/connections/")
    assert bert.post("/connect/xero", page="/").status_code == 403
