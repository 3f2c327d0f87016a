"""Stripe's limits, and faults on request in its own shape."""

from __future__ import annotations

import pytest
import stripe

from sandbox.core.clock import SandboxClock
from sandbox.core.limits import Window
from sandbox.stripe.stand import StripeStand
from tests.sandbox.stripe.conftest import Site


def test_the_limits_are_stripes_own_by_default() -> None:
    stand = StripeStand(SandboxClock())
    assert stand.limits.windows == {"endpoint-rate": Window(25, 1)}
    assert stand.account_limits.windows == {"global-rate": Window(100, 1)}


def test_one_endpoint_is_held_back_and_another_is_not(site: Site) -> None:
    site.stand.limits.configure({"endpoint-rate": Window(2, 3600)})
    for _ in range(2):
        site.get("/v1/charges?limit=1")
    reply = site.call("GET", "/v1/charges?limit=1")
    assert (reply.status_code, reply.json()["error"]["code"]) == (429, "rate_limit")
    assert reply.headers["Stripe-Rate-Limited-Reason"] == "endpoint-rate"
    assert "Retry-After" not in reply.headers
    site.get("/v1/refunds?limit=1")
    with pytest.raises(stripe.RateLimitError):
        site.client().v1.charges.list()


def test_an_account_is_held_back_as_a_whole(site: Site) -> None:
    site.stand.account_limits.configure({"global-rate": Window(2, 3600)})
    site.get("/v1/charges")
    site.get("/v1/refunds")
    assert site.call("GET", "/v1/payouts").headers["Stripe-Rate-Limited-Reason"] == "global-rate"


def test_calls_at_once_are_counted(site: Site) -> None:
    site.stand.account_limits.configure({}, in_flight=0)
    assert site.call("GET", "/v1/payouts").headers["Stripe-Rate-Limited-Reason"] == "global-concurrency"


def test_faults_come_in_stripes_shape(site: Site) -> None:
    for kind, status, error_type in (("500", 500, "api_error"), ("429", 429, "invalid_request_error")):
        site.stand.mishaps.add(kind, "/v1/charges")
        error = site.error("GET", "/v1/charges")
        assert (error["status"], error["type"]) == (status, error_type)
    assert site.call("GET", "/v1/charges").status_code == 200


def test_the_journal_names_account_and_kind(site: Site) -> None:
    site.get("/v1/charges?limit=1")
    entry = site.stand.journal.entries()[-1]
    assert (entry.tenant, entry.kind, entry.path, entry.status) == (site.tenant, "charges", "/v1/charges?limit=1", 200)
