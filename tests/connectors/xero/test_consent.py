"""Xero's consent: the address, the code for tokens, the organisations it reaches, refresh and its end."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from connectors.message import OutcomeUnknown
from connectors.tokens import TokenSet
from connectors.transport import Transport
from connectors.xero.consent import READ_SCOPES, XeroApp, XeroConsent, writing
from ledger.faults import ConsentLost, Refused, Unreachable
from tests.connectors.wire import Answer, Call, Naps, Server, in_turn, serve

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
OLD = TokenSet(access_token="old", refresh_token="r-old")


def _token(event: str) -> str:
    claims = base64.urlsafe_b64encode(json.dumps({"authentication_event_id": event}).encode()).decode().rstrip("=")
    return f"h.{claims}.s"


GIVEN = {"access_token": _token("e-1"), "refresh_token": "r-1", "expires_in": 1800, "scope": "a b", "novel": {"x": 1}}
TENANTS = [
    {"id": "c-1", "tenantId": "t-1", "tenantType": "ORGANISATION", "tenantName": "Acme", "authEventId": "e-1"},
    {"id": "c-0", "tenantId": "t-0", "tenantType": "ORGANISATION", "tenantName": "Before", "authEventId": "e-0"},
    {"id": "c-2", "tenantId": "t-2", "tenantType": "PRACTICE", "tenantName": "Firm", "authEventId": "e-1"},
]


@contextmanager
def open_consent(*answers: Answer) -> Iterator[tuple[XeroConsent, Server]]:
    with serve(in_turn(*answers)) as server:
        app = XeroApp(
            client_id="app", client_secret="sesame", login_base="https://login", identity_base=server.url,
            api_base=f"{server.url}/api.xro/2.0",
        )  # fmt: skip
        transport = Transport("Xero", clock=lambda: NOW, sleep=Naps(), random=lambda: 0.5)
        yield XeroConsent(app, transport, lambda: NOW), server
        transport.close()


def _json(content: object, status: int = 200) -> Answer:
    return Answer(status=status, body=json.dumps(content).encode())


def _form(call: Call) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(call.body.decode()).items()}


def test_the_address_says_what_is_asked_and_no_secret() -> None:
    with open_consent(_json({})) as (consent, _):
        url = consent.authorise_url(state="st", redirect_uri="http://127.0.0.1/back")
    query = parse_qs(urlsplit(url).query)
    assert query["state"] == ["st"]
    assert "offline_access" in query["scope"][0].split()
    assert "sesame" not in url


def test_leave_to_write_is_asked_for_instead_of_leave_to_read() -> None:
    scopes = writing(READ_SCOPES)
    assert len(scopes) == len(READ_SCOPES)
    assert {"accounting.invoices", "accounting.payments", "accounting.banktransactions"} < set(scopes)
    assert {"accounting.contacts.read", "accounting.settings.read", "offline_access"} < set(scopes)
    assert writing(("accounting.transactions.read",)) == ("accounting.transactions",)


def test_a_code_brings_tokens_and_the_organisations_of_this_consent() -> None:
    with open_consent(_json(GIVEN), _json(TENANTS)) as (consent, server):
        granted = consent.exchange(callback={"code": "k"}, redirect_uri="http://127.0.0.1/back")
        first = server.calls[0]
    assert [(company.external_id, company.name) for company in granted.companies] == [("t-1", "Acme")]
    assert granted.tokens.refresh_token == "r-1"
    assert granted.tokens.expires_at == NOW + timedelta(minutes=30)
    assert _form(first) == {"grant_type": "authorization_code", "code": "k", "redirect_uri": "http://127.0.0.1/back"}
    assert first.headers["authorization"].startswith("Basic ")


def test_a_person_who_said_no() -> None:
    with open_consent(_json({})) as (consent, server), pytest.raises(Refused, match="access_denied"):
        consent.exchange(callback={"error": "access_denied"}, redirect_uri="x")
    assert server.calls == []


def test_a_code_is_sent_once_whatever_comes_back() -> None:
    with open_consent(Answer(status=500)) as (consent, server):
        with pytest.raises(Unreachable):
            consent.exchange(callback={"code": "k"}, redirect_uri="x")
        assert len(server.calls) == 1


def test_a_refresh_is_sent_once_and_a_lost_answer_told() -> None:
    with open_consent(Answer(hang_up=True), _json(GIVEN | {"expires_in": "1800"})) as (consent, server):
        with pytest.raises(OutcomeUnknown):
            consent.refresh(OLD)
        fresh = consent.refresh(OLD)
        assert [_form(call)["refresh_token"] for call in server.calls] == ["r-old", "r-old"]
    assert (fresh.access_token, fresh.refresh_token) == (GIVEN["access_token"], "r-1")
    assert "r-1" not in repr(fresh)


@pytest.mark.parametrize("error", ["invalid_grant", "unauthorized_client"])
def test_a_dead_refresh_token(error: str) -> None:
    with (
        open_consent(_json({"error": error}, 400)) as (consent, _),
        pytest.raises(ConsentLost, match="connect it again"),
    ):
        consent.refresh(OLD)


def test_a_wrong_app_is_not_a_dead_consent() -> None:
    with open_consent(_json({"error": "invalid_client"}, 400)) as (consent, _):
        with pytest.raises(Refused, match="TIEOUT_XERO_CLIENT_ID") as raised:
            consent.refresh(OLD)
        assert "sesame" not in str(raised.value)
        with pytest.raises(ConsentLost, match="offline_access"):
            consent.refresh(TokenSet(access_token="a"))


def test_the_end_of_one_organisation_leaves_the_others() -> None:
    with open_consent(_json(TENANTS), Answer(status=204, body=b"")) as (consent, server):
        consent.revoke(OLD, "t-1")
        assert [(call.method, call.path) for call in server.calls] == [
            ("GET", "/connections"), ("DELETE", "/connections/c-1"),
        ]  # fmt: skip
    with open_consent(_json({}, 401)) as (consent, server):
        consent.revoke(OLD, "t-1")  # ended already
