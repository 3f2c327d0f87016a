"""Intuit's consent against the sandbox's pages: there and back, refresh, and the end of it."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest

from connectors.message import OutcomeUnknown
from connectors.quickbooks.consent import QuickBooksApp, QuickBooksConsent
from connectors.quickbooks.faults import read_limits
from connectors.tokens import Granted
from connectors.transport import Transport
from ledger.faults import BadInput, ConsentLost, Refused, Unreachable
from tests.connectors.quickbooks.conftest import Stage
from tests.connectors.wire import NOW, Answer, Naps, in_turn, serve

GRACE = timedelta(days=1)  # of the stand-in
BACK = "http://127.0.0.1:5000/connect/quickbooks/callback"


def consent(discovery_url: str, client_id: str = "id", client_secret: str = "secret") -> QuickBooksConsent:
    transport = Transport("QuickBooks", clock=lambda: NOW, sleep=Naps(), random=lambda: 0.5, limits=read_limits)
    app = QuickBooksApp(client_id=client_id, client_secret=client_secret, discovery_url=discovery_url)
    return QuickBooksConsent(app, transport, lambda: NOW)


@pytest.fixture
def ours(stage: Stage) -> QuickBooksConsent:
    return consent(stage.setting("DISCOVERY_URL"), stage.setting("CLIENT_ID"), stage.setting("CLIENT_SECRET"))


def granted(stage: Stage, ours: QuickBooksConsent) -> Granted:
    callback = stage.agree(ours.authorise_url(state="abc", redirect_uri=BACK))
    return ours.exchange(callback=callback, redirect_uri=BACK)


def test_the_address_asks_for_accounting_under_our_state(ours: QuickBooksConsent) -> None:
    query = dict(parse_qsl(urlsplit(ours.authorise_url(state="abc", redirect_uri=BACK)).query))

    assert query["scope"] == "com.intuit.quickbooks.accounting"
    assert (query["state"], query["redirect_uri"], query["response_type"]) == ("abc", BACK, "code")


def test_there_and_back(stage: Stage, ours: QuickBooksConsent) -> None:
    came = granted(stage, ours)

    assert [company.external_id for company in came.companies] == [stage.held.tenant]
    assert came.tokens.expires_at is not None
    assert (came.tokens.expires_at - NOW).total_seconds() == 3600
    assert came.tokens.access_token not in repr(came)


def test_a_refresh_brings_new_tokens_and_the_old_ones_die(stage: Stage, ours: QuickBooksConsent) -> None:
    came = granted(stage, ours)
    fresh = ours.refresh(came.tokens)

    assert fresh.access_token != came.tokens.access_token
    assert fresh.refresh_token
    stage.sandbox.clock.advance(GRACE)
    with pytest.raises(ConsentLost, match="connect it again"):
        ours.refresh(came.tokens)


def test_a_refresh_is_sent_once_and_a_lost_answer_told(stage: Stage, ours: QuickBooksConsent) -> None:
    came = granted(stage, ours)
    stage.misbehave(kind="lost", path="/oauth2/v1/tokens")

    with pytest.raises(OutcomeUnknown):
        ours.refresh(came.tokens)
    assert ours.refresh(came.tokens).refresh_token != came.tokens.refresh_token


def test_a_code_works_once(stage: Stage, ours: QuickBooksConsent) -> None:
    callback = stage.agree(ours.authorise_url(state="abc", redirect_uri=BACK))
    ours.exchange(callback=callback, redirect_uri=BACK)

    with pytest.raises(Refused, match="invalid_grant"):
        ours.exchange(callback=callback, redirect_uri=BACK)


def test_a_no_is_a_refusal(stage: Stage, ours: QuickBooksConsent) -> None:
    callback = stage.agree(ours.authorise_url(state="abc", redirect_uri=BACK), "deny")

    with pytest.raises(Refused, match="access_denied"):
        ours.exchange(callback=callback, redirect_uri=BACK)


def test_a_revoked_consent_is_lost_and_revoking_twice_is_no_fault(stage: Stage, ours: QuickBooksConsent) -> None:
    came = granted(stage, ours)

    ours.revoke(came.tokens, stage.held.tenant)
    ours.revoke(came.tokens, stage.held.tenant)

    with pytest.raises(ConsentLost):
        ours.refresh(came.tokens)


def test_the_secret_is_in_no_repr() -> None:
    assert "hush" not in repr(QuickBooksApp(client_id="a", client_secret="hush", discovery_url="https://x.test"))


@pytest.mark.parametrize("answer", [Answer(status=503), Answer(body=b"<html>"), Answer(body=b"{}")])
def test_a_broken_discovery_names_the_setting(answer: Answer) -> None:
    with serve(in_turn(answer)) as server, pytest.raises(Unreachable, match="DISCOVERY_URL"):
        consent(f"{server.url}/discovery").authorise_url(state="a", redirect_uri=BACK)


def test_no_token_travels_over_an_open_line() -> None:
    with pytest.raises(BadInput, match="https"):
        consent("http://intuit.example/discovery").authorise_url(state="a", redirect_uri=BACK)
