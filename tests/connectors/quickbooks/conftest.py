"""The sandbox's company over HTTP, once for the tests of a module."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from connectors.quickbooks.connector import QuickBooksConnector
from connectors.tokens import TokenSet
from sandbox.run import Held, Sandbox
from tests.connectors.quickbooks.books import Tokens, connector


@dataclass(frozen=True)
class Stage:
    """A running sandbox and the company in it."""

    sandbox: Sandbox
    held: Held

    @property
    def url(self) -> str:
        return self.sandbox.url("quickbooks")

    def connector(self) -> QuickBooksConnector:
        credentials = self.sandbox.credentials(self.held)
        tokens = Tokens(TokenSet(access_token=credentials["access_token"]))
        return connector(self.url, tokens, self.held.tenant)

    def setting(self, name: str) -> str:
        return self.sandbox.settings()[f"TIEOUT_QUICKBOOKS_{name}"]

    def get(self, path: str) -> Any:
        return json.loads(self._call("GET", path, b"", "")[1])

    def change(self, verb: str, **fields: Any) -> dict[str, Any]:
        """One change of business, as a person in QuickBooks would make it."""
        body = json.dumps({"tenant": self.held.tenant, "verb": verb, **fields}).encode()
        status, answer, _ = self._call("POST", "/_control/change", body, "application/json")
        assert status == 200, answer
        found: dict[str, Any] = json.loads(answer)
        return found

    def misbehave(self, **plan: Any) -> None:
        """The stand-in breaks answers as planned: see sandbox/README.md."""
        status, answer, _ = self._call("POST", "/_control/mishaps", json.dumps(plan).encode(), "application/json")
        assert status == 200, answer

    def agree(self, address: str, decision: str = "approve") -> dict[str, str]:
        """A person on the consent page: the query that comes back to us."""
        parts = urlsplit(address)
        form = {**dict(parse_qsl(parts.query)), "tenant": self.held.tenant, "decision": decision}
        _, _, location = self._call("POST", parts.path, urlencode(form).encode(), "application/x-www-form-urlencoded")
        return dict(parse_qsl(urlsplit(location).query))

    def _call(self, method: str, path: str, body: bytes, content: str) -> tuple[int, bytes, str]:
        line = HTTPConnection(urlsplit(self.url).netloc)
        try:
            line.request(method, path, body, {"Content-Type": content} if content else {})
            answer = line.getresponse()
            return answer.status, answer.read(), answer.getheader("Location") or ""
        finally:
            line.close()


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    today = datetime.now(UTC).date()
    sandbox = Sandbox("small", today=today, real_limits=False, providers=("quickbooks",))
    try:
        yield Stage(sandbox, sandbox.connections()[0])
    finally:
        sandbox.close()
