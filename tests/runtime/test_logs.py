"""Logs: one line an event, and no secret in it."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from runtime import logs


@pytest.fixture
def root_logger() -> Iterator[None]:
    """`configure` rules the root logger; the runner's handlers come back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer HIDDENhidden1234",
        "{'Authorization': 'Basic HIDDENhidden1234=='}",
        'got {"access_token": "HIDDEN-a.b", "refresh_token":"HIDDEN2"}',
        "POST body client_secret=HIDDEN&grant_type=x",
        "GET /connect/xero/callback?code=HIDDEN&state=HIDDEN2",
        "key sk_live_HIDDEN and rk_test_HIDDEN and whsec_HIDDEN+/=",
        "token eyJhbGciOiJHIDDEN.eyJzdWIiHIDDEN.c2lnHIDDEN",
        "GET /portal/HIDDENhidden-123_x 200",
        "Stripe-Signature: t=1,v1=HIDDEN",
        "x-xero-signature=HIDDEN",
        "could not connect to postgresql://me:HIDDEN@db/tieout",
        "Set-Cookie: session=HIDDEN; HttpOnly",
        "password='HIDDEN'",
    ],
)
def test_secrets_are_cut(text: str) -> None:
    assert "hidden" not in logs.redact(text).lower()


@pytest.mark.parametrize(
    "text",
    [
        "pulled 120 invoices of Acme Ltd in 1.2 s",
        "GET /portal 200",
        "invoice INV-0042 paid 12.50 EUR by code review",
        "unix:///run/valkey.sock?db=0",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert logs.redact(text) == text


def test_an_event_is_one_line_with_its_facts(root_logger: None) -> None:
    stream = io.StringIO()
    logs.configure(stream=stream)
    logging.getLogger("sync.pull").info("pulled\nFORGED line", extra={"kind": "invoice", "company": "Acme Ltd", "n": 3})
    line = stream.getvalue()
    assert line.count("\n") == 1
    assert ' info sync.pull pulled\\nFORGED line kind=invoice company="Acme Ltd" n=3' in line


@pytest.mark.parametrize("as_json", [False, True])
def test_a_secret_in_an_exception_or_an_argument_is_cut_too(root_logger: None, as_json: bool) -> None:
    stream = io.StringIO()
    logs.configure(stream=stream, as_json=as_json)
    try:
        raise ValueError("refused Bearer HIDDENhidden1234")
    except ValueError:
        logging.getLogger("x").exception("call with %s", "api_key=HIDDEN", extra={"url": "/portal/HIDDENhidden"})
    text = stream.getvalue()
    assert text.count("\n") == 1
    assert "hidden" not in text.lower()
    assert "ValueError" in text
    if as_json:
        assert json.loads(text)["level"] == "error"


def test_the_chatter_of_libraries_is_left_out(root_logger: None) -> None:
    stream = io.StringIO()
    logs.configure(stream=stream)
    logging.getLogger("urllib3.connectionpool").info("a request")
    assert not stream.getvalue()
