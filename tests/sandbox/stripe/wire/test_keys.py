"""Who may call, and for whom."""

from __future__ import annotations

import base64

import pytest
import stripe

from sandbox.world import plan
from tests.sandbox.stripe.conftest import Site

OTHER = plan.Company("other", "Other Inc", "US", "USD", "America/New_York")


def test_both_keys_of_an_account_open_it_and_no_other(site: Site) -> None:
    other = site.stand.add_company(OTHER)
    for key in (site.stand.api_key(site.tenant), site.stand.secret_key(site.tenant)):
        assert site.get("/v1/account", key=key)["id"] == site.tenant
    assert site.get("/v1/account", key=site.stand.api_key(other))["default_currency"] == "usd"
    error = site.error("GET", f"/v1/charges/{site.id('card')}", key=site.stand.api_key(other))
    assert error["status"] == 404


def test_a_key_goes_as_the_user_of_basic_too(site: Site) -> None:
    word = base64.b64encode(f"{site.stand.api_key(site.tenant)}:".encode()).decode()
    assert site.get("/v1/account", Authorization=f"Basic {word}")["id"] == site.tenant


@pytest.mark.parametrize("header", ["", "Bearer ", "Basic ???", "Bearer sk_test_nobody0000000000"])
def test_an_unknown_key_is_401_and_shown_masked(site: Site, header: str) -> None:
    error = site.error("GET", "/v1/account", Authorization=header)
    assert (error["status"], error["type"]) == (401, "invalid_request_error")
    assert "nobody" not in error["message"]


def test_a_restricted_key_lacks_what_was_left_out(site: Site) -> None:
    site.change("restrict_key", permissions=["invoice_read"])
    assert site.call("GET", "/v1/invoices").status_code == 200
    assert site.call("GET", "/v1/credit_notes").status_code == 200
    error = site.error("GET", "/v1/payouts")
    assert error["status"] == 403
    assert "Having the 'rak_payout_read' permission" in error["message"]
    assert site.stand.api_key(site.tenant) not in error["message"]
    assert site.error("POST", f"/v1/invoices/{site.id('open')}/void")["status"] == 403
    assert site.call("GET", "/v1/payouts", key=site.stand.secret_key(site.tenant)).status_code == 200
    with pytest.raises(stripe.PermissionError):
        site.client().v1.payouts.list()


def test_an_unknown_permission_is_named(site: Site) -> None:
    with pytest.raises(ValueError, match="tea_read"):
        site.change("restrict_key", permissions=["tea_read"])


def test_a_deleted_key_is_dead(site: Site) -> None:
    site.change("revoke_key")
    assert site.error("GET", "/v1/account")["status"] == 401
    assert site.call("GET", "/v1/account", key=site.stand.secret_key(site.tenant)).status_code == 200


def test_the_platform_reaches_connected_accounts_only(site: Site) -> None:
    platform = site.stand.config()["secret_key"]
    assert site.get("/v1/account", key=platform)["id"] != site.tenant
    error = site.error("GET", "/v1/account", key=platform, Stripe_Account=site.tenant)
    assert (error["status"], error["code"]) == (403, "account_invalid")
    site.stand.connect.issue(site.tenant)
    reply = site.call("GET", "/v1/account", key=platform, Stripe_Account=site.tenant)
    assert (reply.json()["id"], reply.headers["Stripe-Account"]) == (site.tenant, site.tenant)


def test_an_expired_key_on_request(site: Site) -> None:
    site.stand.mishaps.add("expired", "/v1/account")
    error = site.error("GET", "/v1/account")
    assert (error["status"], error["code"]) == (401, "api_key_expired")


def test_the_platform_looks_at_a_connected_account_by_its_id(site: Site) -> None:
    platform = site.stand.config()["secret_key"]
    assert site.error("GET", f"/v1/accounts/{site.tenant}", key=platform)["status"] == 403
    site.stand.connect.issue(site.tenant)
    assert site.get(f"/v1/accounts/{site.tenant}", key=platform)["business_profile"]["name"] == "Acme Ltd"
