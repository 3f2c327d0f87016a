"""Idempotency keys."""

from __future__ import annotations

import pytest
import stripe

from sandbox.core.clock import SandboxClock
from sandbox.stripe.wire.errors import StripeError
from sandbox.stripe.wire.idempotency import Replays
from tests.sandbox.stripe.business import NOW
from tests.sandbox.stripe.conftest import Site


def refunds(site: Site) -> int:
    return site.stand.counts(site.tenant)["refunds"]


def test_the_same_key_gets_the_same_reply_and_does_the_work_once(site: Site) -> None:
    body, before = {"charge": site.id("part"), "amount": 100}, refunds(site)
    first = site.call("POST", "/v1/refunds", body, Idempotency_Key="k1")
    second = site.call("POST", "/v1/refunds", body, Idempotency_Key="k1")
    assert first.content == second.content
    assert second.headers["Idempotent-Replayed"] == "true"
    assert second.headers["Original-Request"] == first.headers["Request-Id"]
    assert refunds(site) == before + 1


def test_other_parameters_with_the_same_key_are_refused(site: Site) -> None:
    site.post("/v1/refunds", {"charge": site.id("part"), "amount": 100}, Idempotency_Key="k1")
    error = site.error("POST", "/v1/refunds", {"charge": site.id("part"), "amount": 101}, Idempotency_Key="k1")
    assert (error["status"], error["type"]) == (400, "idempotency_error")


def test_after_a_day_the_key_is_new(site: Site) -> None:
    body, before = {"charge": site.id("part"), "amount": 100}, refunds(site)
    site.post("/v1/refunds", body, Idempotency_Key="k1")
    site.stand.clock.advance(24 * 3600)
    site.post("/v1/refunds", body, Idempotency_Key="k1")
    assert refunds(site) == before + 2


def test_a_refusal_by_the_state_is_kept_and_one_of_the_parameters_is_not(site: Site) -> None:
    body = {"charge": site.id("part"), "amount": 9999}
    first = site.call("POST", "/v1/refunds", body, Idempotency_Key="k1")
    again = site.call("POST", "/v1/refunds", body, Idempotency_Key="k1")
    assert (first.status_code, again.headers["Idempotent-Replayed"]) == (400, "true")
    site.error("POST", "/v1/refunds", {"charge": site.id("part"), "colour": "red"}, Idempotency_Key="k2")
    assert site.post("/v1/refunds", {"charge": site.id("part")}, Idempotency_Key="k2")["amount"] == 500


def test_events_name_the_request_and_its_key(site: Site) -> None:
    reply = site.call("POST", f"/v1/invoices/{site.id('open')}/void", Idempotency_Key="k9")
    event = site.get("/v1/events?type=invoice.voided")["data"][0]
    assert event["request"] == {"id": reply.headers["Request-Id"], "idempotency_key": "k9"}


def test_a_key_in_use_is_a_conflict() -> None:
    replays = Replays(SandboxClock(NOW, running=False))
    assert replays.begin("acct", "k", "POST", "/v1/refunds", b"") is None
    with pytest.raises(StripeError) as refused:
        replays.begin("acct", "k", "POST", "/v1/refunds", b"")
    assert (refused.value.status, refused.value.code) == (409, "idempotency_key_in_use")
    replays.forget("acct", "k")
    assert replays.begin("acct", "k", "POST", "/v1/refunds", b"") is None


def test_a_reply_cut_on_its_way_is_replayed_to_the_next_try(site: Site) -> None:
    before = refunds(site)
    site.stand.mishaps.add("cut", "/v1/refunds")
    client, options = site.client(), stripe.RequestOptions(idempotency_key="k1")
    with pytest.raises(stripe.APIConnectionError):
        client.v1.refunds.create({"charge": site.id("part"), "amount": 100}, options)
    refund = client.v1.refunds.create({"charge": site.id("part"), "amount": 100}, options)
    assert refunds(site) == before + 1
    assert client.v1.refunds.retrieve(refund.id).amount == 100


def test_stripes_own_package_raises_its_idempotency_error(site: Site) -> None:
    client, options = site.client(), stripe.RequestOptions(idempotency_key="k1")
    client.v1.refunds.create({"charge": site.id("part"), "amount": 100}, options)
    with pytest.raises(stripe.IdempotencyError):
        client.v1.refunds.create({"charge": site.id("part"), "amount": 200}, options)
