"""The stand-in with its small account, served on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests
import stripe

from sandbox.core.clock import SandboxClock
from sandbox.core.limits import Window
from sandbox.core.server import serve
from sandbox.stripe.stand import StripeStand
from tests.sandbox.stripe.business import ACME, NOW, PLAN

VERSION = "2026-10-28.endive"


@dataclass
class Site:
    """The served stand-in and its account, with a caller that speaks plain HTTP and one through Stripe's own package."""

    stand: StripeStand
    tenant: str
    url: str
    session: requests.Session

    def id(self, key: str) -> str:
        return self.stand.external_id(self.tenant, key)

    def call(
        self, method: str, path: str, data: dict[str, Any] | None = None, *, key: str | None = None, **headers: str
    ) -> requests.Response:
        sent = {"Authorization": f"Bearer {key or self.stand.api_key(self.tenant)}"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.session.request(method, self.url + path, data=data, headers=sent, timeout=180)

    def get(self, path: str, **headers: str) -> Any:
        reply = self.call("GET", path, None, **headers)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def post(self, path: str, data: dict[str, Any] | None = None, **headers: str) -> Any:
        reply = self.call("POST", path, data, **headers)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def error(self, method: str, path: str, data: dict[str, Any] | None = None, **headers: str) -> dict[str, Any]:
        reply = self.call(method, path, data, **headers)
        return {"status": reply.status_code, **reply.json()["error"]}

    def change(self, verb: str, **fields: Any) -> dict[str, Any]:
        return self.stand.change(self.tenant, verb, fields)

    def client(self, key: str | None = None, account: str | None = None) -> stripe.StripeClient:
        return stripe.StripeClient(
            key or self.stand.api_key(self.tenant),
            stripe_account=account,
            client_id=self.stand.config()["client_id"],
            base_addresses={"api": self.url, "connect": self.url, "files": self.url},
        )

    def event_types(self) -> list[str]:
        """Newest first."""
        return [event["type"] for event in self.get("/v1/events?limit=100")["data"]]


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(stripe, "enable_telemetry", False)
    stand = StripeStand(SandboxClock(NOW, running=False), seed=7)
    stand.limits.configure({"endpoint-rate": Window(1000, 1)})
    stand.account_limits.configure({"global-rate": Window(1000, 1)})
    tenant = stand.add_company(ACME)
    stand.load(tenant, PLAN)
    with serve(stand.app) as served, requests.Session() as session:
        yield Site(stand, tenant, served.url, session)
    stand.webhooks.close()
