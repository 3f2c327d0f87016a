"""Whole passes over stand-ins that write numbers as texts, texts as numbers, and lists of one as their member."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from connectors.port import Connector, Context, Value
from connectors.stripe.connector import StripeConnector
from connectors.stripe.limits import read_limit
from connectors.tokens import TokenSet
from connectors.transport import Transport
from ledger.finding import Severity
from sandbox.core.server import serve
from tests.connectors.quickbooks.books import Tokens, connector
from tests.connectors.quickbooks.conftest import Stage, stage
from tests.connectors.stripe.shop import Key
from tests.connectors.stripe.test_stand import Rig, rig

__all__ = ["rig", "stage"]

_DIGITS = re.compile(r"[1-9][0-9]{0,14}")


def texts(body: bytes) -> Any:
    """Numbers and truths as texts, a list of one object as the object."""

    def told(thing: Any) -> Any:
        if isinstance(thing, dict):
            return {name: told(part) for name, part in thing.items()}
        if isinstance(thing, list):
            parts = [told(part) for part in thing]
            return parts[0] if len(parts) == 1 and isinstance(parts[0], dict) else parts
        return str(thing).lower() if isinstance(thing, bool) else thing

    return told(json.loads(body, parse_float=str, parse_int=str))


def numbers(body: bytes) -> Any:
    """Texts of digits as numbers."""

    def told(thing: Any) -> Any:
        if isinstance(thing, dict):
            return {name: told(part) for name, part in thing.items()}
        if isinstance(thing, list):
            return [told(part) for part in thing]
        return int(thing) if isinstance(thing, str) and _DIGITS.fullmatch(thing) else thing

    return told(json.loads(body))


def in_other_form(app: Any, form: Callable[[bytes], Any]) -> Any:
    """The application with its JSON in another form."""

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        head: list[Any] = []
        chunks = app(environ, lambda status, headers, exc_info=None: head.append((status, headers)))
        body = b"".join(chunks)
        if hasattr(chunks, "close"):
            chunks.close()
        status, headers = head[0]
        if body.startswith((b"{", b"[")):
            body = json.dumps(form(body)).encode()
            headers = [(name, value) for name, value in headers if name.lower() != "content-length"]
            headers.append(("Content-Length", str(len(body))))
        start_response(status, headers)
        return [body]

    return answer


def meant(books: Connector, context: Context) -> dict[tuple[str, str], tuple[Value, ...]]:
    """By record its values, of a full pass; none may be lost."""
    found = {}
    for feed in books.feeds():
        for page in books.pull(feed, None):
            assert list(page.findings) == []
            for record in page.records:
                mapped = books.map(record, context)
                assert {one.code for one in mapped.findings if one.severity is not Severity.NOTE} == set()
                found[record.kind, record.external_id] = mapped.values
    return found


@pytest.mark.parametrize("form", [texts, numbers])
def test_stripe(rig: Rig, form: Callable[[bytes], Any]) -> None:
    served = serve(in_other_form(rig.stand.app, form), 0)
    transport = Transport("Stripe", clock=rig.clock.now, sleep=lambda _: None, random=random.random, limits=read_limit)
    other = StripeConnector(
        served.url, Key(rig.stand.api_key(rig.tenant)), account=None, transport=transport, clock=rig.clock.now
    )
    try:
        assert meant(other, rig.books) == meant(rig.connector, rig.books)
    finally:
        transport.close()
        served.close()


@pytest.mark.parametrize("form", [texts, numbers])
def test_quickbooks(stage: Stage, form: Callable[[bytes], Any]) -> None:
    context = Context(
        provider="quickbooks", company_id=stage.held.tenant, home_currency="USD", time_zone="UTC",
        ar_accounts=frozenset({"84"}),
    )  # fmt: skip
    served = serve(in_other_form(stage.sandbox.stands["quickbooks"].app, form), 0)
    token = stage.sandbox.credentials(stage.held)["access_token"]
    try:
        other = connector(served.url, Tokens(TokenSet(access_token=token)), stage.held.tenant)
        assert other.company() == stage.connector().company()
        assert meant(other, context) == meant(stage.connector(), context)
    finally:
        served.close()
