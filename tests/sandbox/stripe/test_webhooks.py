"""Events on their way to a receiver, checked with Stripe's own package."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import flask
import pytest
import stripe

from sandbox.core.server import serve
from tests.sandbox.stripe.conftest import VERSION, Site


@dataclass
class Inbox:
    """A receiver that keeps what came."""

    url: str = ""
    got: list[tuple[bytes, str]] = field(default_factory=list)


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    kept = Inbox()
    app = flask.Flask("inbox")

    @app.post("/hook")
    def hook() -> str:
        kept.got.append((flask.request.get_data(), flask.request.headers["Stripe-Signature"]))
        return ""

    with serve(app) as served:
        kept.url = f"{served.url}/hook"
        yield kept


def test_a_change_is_sent_signed_with_the_account_and_our_version(site: Site, inbox: Inbox) -> None:
    site.stand.clock.set(site.stand.clock.now().fromtimestamp(time.time(), site.stand.clock.now().tzinfo))
    site.get("/v1/balance")  # what became available since the business began is told before anybody listens
    site.stand.webhooks.register(inbox.url)
    site.change("pay_invoice", invoice="open")
    assert site.stand.webhooks.drain()
    secret = site.stand.config()["webhook_secret"]
    events = [stripe.Webhook.construct_event(body, header, secret) for body, header in inbox.got]
    assert [event.type for event in events] == [
        "charge.succeeded",
        "payment_intent.succeeded",
        "invoice_payment.paid",
        "invoice.updated",
        "invoice.paid",
        "invoice.payment_succeeded",
    ]
    assert {(event.account, event.api_version, event.livemode) for event in events} == {(site.tenant, VERSION, False)}
    listed = site.get("/v1/events?limit=6")["data"]
    assert [event.id for event in events] == [event["id"] for event in listed][::-1]
    assert "account" not in listed[0]


def test_a_receivers_own_secret_signs_for_it(site: Site, inbox: Inbox) -> None:
    site.stand.webhooks.register(inbox.url, "whsec_own")
    site.change("edit_customer", customer="bob", name="Robert Ltd")
    assert site.stand.webhooks.drain()
    body, header = inbox.got[0]
    at = int(site.stand.clock.now().timestamp())
    assert header.startswith(f"t={at},v1=")
    assert stripe.WebhookSignature.verify_header(body.decode(), header, "whsec_own")
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.WebhookSignature.verify_header(body.decode(), header, "whsec_other")


def test_a_snapshot_stays_as_it_was(site: Site, inbox: Inbox) -> None:
    site.stand.webhooks.register(inbox.url)
    site.change("edit_customer", customer="bob", name="First")
    site.change("edit_customer", customer="bob", name="Second")
    second, first = site.get("/v1/events?type=customer.updated&limit=2")["data"]
    assert (first["data"]["object"]["name"], second["data"]["object"]["name"]) == ("First", "Second")
    assert second["data"]["previous_attributes"] == {"name": "First"}


def test_a_letting_go_is_announced(site: Site, inbox: Inbox) -> None:
    site.stand.connect.issue(site.tenant)
    site.stand.webhooks.register(inbox.url)
    site.change("disconnect")
    assert site.stand.webhooks.drain()
    assert b'"account.application.deauthorized"' in inbox.got[0][0]


def test_events_that_nobody_took_are_found(site: Site, inbox: Inbox) -> None:
    site.stand.webhooks.register(inbox.url.replace("/hook", "/nowhere"))
    site.change("edit_customer", customer="bob", name="Lost")
    assert site.stand.webhooks.drain()
    site.stand.webhooks.unregister_all()
    site.stand.webhooks.register(inbox.url)
    site.change("edit_customer", customer="bob", name="Found")
    assert site.stand.webhooks.drain()
    lost = site.get("/v1/events?delivery_success=false")["data"]
    assert [event["data"]["object"]["name"] for event in lost] == ["Lost"]
    found = site.get("/v1/events?delivery_success=true&limit=1")["data"]
    assert found[0]["data"]["object"]["name"] == "Found"


def test_money_that_became_available_is_told_once(site: Site) -> None:
    site.change("charge", amount=100, currency="gbp")
    assert "balance.available" not in site.event_types()
    site.stand.clock.advance(3 * 86400)
    assert site.event_types().count("balance.available") == 1
    assert site.event_types().count("balance.available") == 1
