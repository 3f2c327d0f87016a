from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import pytest
import stripe

from connectors.message import OutcomeUnknown
from connectors.stripe.consent import StripeConsent, StripePlatform, by_key
from connectors.tokens import TokenSet
from connectors.transport import Transport
from ledger.company import Company
from ledger.faults import ConsentLost, Refused
from tests.connectors.wire import NOW, Answer, Call, Naps, Script, Server, serve

SECRET = "sk_test_platform"
ACCOUNT = {
    "id": "acct_1",
    "country": "GB",
    "default_currency": "gbp",
    "business_profile": {"name": None},
    "settings": {"dashboard": {"display_name": "Pennine Oak", "timezone": "Europe/London"}},
}


def says(status: int, thing: object) -> Answer:
    return Answer(status=status, body=json.dumps(thing).encode())


def usual(call: Call) -> Answer:
    if call.path == "/oauth/token":
        return says(200, {"stripe_user_id": "acct_1", "scope": "read_write", "access_token": "sk_test_theirs"})
    if call.path == "/oauth/deauthorize":
        return says(200, {"stripe_user_id": "acct_1"})
    return says(200, ACCOUNT)


@contextmanager
def consenting(script: Script = usual) -> Iterator[tuple[StripeConsent, Server, Transport]]:
    with serve(script) as server:
        transport = Transport("Stripe", clock=lambda: NOW, sleep=Naps(), random=lambda: 1.0)
        platform = StripePlatform(
            client_id="ca_1", secret_key=SECRET, connect_base=server.url + "/", api_base=server.url
        )
        try:
            yield StripeConsent(platform, transport), server, transport
        finally:
            transport.close()


def test_the_address_where_a_person_agrees() -> None:
    with consenting() as (consent, server, _):
        url = urlsplit(consent.authorise_url(state="s1", redirect_uri="http://localhost/back"))
        assert f"{url.scheme}://{url.netloc}" == server.url
        assert url.path == "/oauth/authorize"
        assert parse_qs(url.query) == {
            "client_id": ["ca_1"],
            "response_type": ["code"],
            "scope": ["read_write"],
            "state": ["s1"],
            "redirect_uri": ["http://localhost/back"],
        }
        assert server.calls == []


def test_a_code_becomes_our_key_and_their_account() -> None:
    with consenting() as (consent, server, transport):
        granted = consent.exchange(callback={"code": "ac_1", "state": "s1"}, redirect_uri="x")
        assert (granted.tokens.access_token, granted.tokens.account) == (SECRET, "acct_1")
        assert granted.companies == (
            Company(
                external_id="acct_1",
                name="Pennine Oak",
                country="GB",
                home_currency="GBP",
                time_zone="Europe/London",
                multi_currency=True,
                live=False,
            ),
        )
        token, account = server.calls
        assert parse_qs(token.body.decode()) == {"grant_type": ["authorization_code"], "code": ["ac_1"]}
        assert token.headers["authorization"] == f"Bearer {SECRET}"
        assert account.headers["stripe-account"] == "acct_1"
        assert transport.meter.by_kind == {"token": 1, "account": 1}


def test_the_sdk_sends_nothing_of_the_machine() -> None:
    with consenting() as (consent, server, _):
        consent.exchange(callback={"code": "ac_1"}, redirect_uri="x")
        assert stripe.enable_telemetry is False
        assert not any("telemetry" in name for call in server.calls for name in call.headers)


@pytest.mark.parametrize("callback", [{"error": "access_denied"}, {}, {"code": ""}])
def test_a_person_who_said_no_is_refused_without_a_call(callback: dict[str, str]) -> None:
    with consenting() as (consent, server, _):
        with pytest.raises(Refused, match="declined"):
            consent.exchange(callback=callback, redirect_uri="x")
        assert server.calls == []


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (says(400, {"error": "invalid_grant", "error_description": "used: ac_1"}), "invalid_grant"),
        (says(401, {"error": {"message": f"Invalid API Key provided: {SECRET}"}}), "TIEOUT_STRIPE_SECRET_KEY"),
        (says(403, {"error": {"message": "no"}}), "403"),
    ],
)
def test_a_code_that_stripe_does_not_take_is_refused(answer: Answer, words: str) -> None:
    with consenting(lambda _: answer) as (consent, _, _t):
        with pytest.raises(Refused, match=words) as raised:
            consent.exchange(callback={"code": "ac_1"}, redirect_uri="x")
        assert SECRET not in str(raised.value)
        assert "ac_1" not in str(raised.value)


def test_a_code_is_never_sent_twice() -> None:
    with consenting(lambda _: Answer(hang_up=True)) as (consent, server, _):
        with pytest.raises(OutcomeUnknown):
            consent.exchange(callback={"code": "ac_1"}, redirect_uri="x")
        assert len(server.calls) == 1


def test_only_a_replaced_platform_key_is_something_to_refresh() -> None:
    with consenting() as (consent, _, _t):
        assert consent.refresh(TokenSet(access_token="sk_test_old", account="acct_1")).access_token == SECRET
        for dead in (TokenSet(access_token=SECRET, account="acct_1"), TokenSet(access_token="rk_live_1")):
            with pytest.raises(ConsentLost):
                consent.refresh(dead)


def test_the_end_of_a_consent() -> None:
    with consenting() as (consent, server, _):
        consent.revoke(TokenSet(access_token=SECRET, account="acct_1"), "acct_1")
        (call,) = server.calls
        assert call.path == "/oauth/deauthorize"
        assert parse_qs(call.body.decode()) == {"client_id": ["ca_1"], "stripe_user_id": ["acct_1"]}
        consent.revoke(TokenSet(access_token="rk_live_1"), "acct_1")
        assert len(server.calls) == 1


def test_a_consent_that_has_ended_already_is_no_fault() -> None:
    ended = says(401, {"error": "invalid_client", "error_description": "not connected"})
    with consenting(lambda _: ended) as (consent, _, _t):
        consent.revoke(TokenSet(access_token=SECRET, account="acct_1"), "acct_1")
    other = says(400, {"error": "invalid_request", "error_description": "x"})
    with consenting(lambda _: other) as (consent, _, _t), pytest.raises(Refused, match="dashboard"):
        consent.revoke(TokenSet(access_token=SECRET, account="acct_1"), "acct_1")


def test_a_pasted_key_names_its_account() -> None:
    with consenting() as (_, server, transport):
        granted = by_key(server.url, TokenSet(access_token="rk_live_1"), transport)
        assert (granted.companies[0].external_id, granted.companies[0].live) == ("acct_1", True)
        assert "stripe-account" not in server.calls[0].headers


def test_a_key_that_stripe_does_not_know_says_what_to_do() -> None:
    unknown = says(401, {"error": {}})
    with (
        consenting(lambda _: unknown) as (_, server, transport),
        pytest.raises(ConsentLost, match="copied whole"),
    ):
        by_key(server.url, TokenSet(access_token="rk_live_1"), transport)
