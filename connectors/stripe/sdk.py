"""Stripe's SDK on our transport: one client a key, its own retries off, no telemetry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import stripe

from connectors.message import Request
from connectors.meter import TOKEN_KIND
from connectors.stripe.kinds import API_VERSION
from connectors.transport import Transport

# On by default it writes a file under the user's home and sends what it finds there with every call.
stripe.enable_telemetry = False


class OurClient(stripe.HTTPClient):
    """The SDK's hook for HTTP: our limits, deadlines and retries instead of its own."""

    name = "tieout"

    def __init__(self, transport: Transport) -> None:
        super().__init__()
        self._transport = transport

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        """Body, status, headers. A POST is sent once: what the SDK does through here spends codes."""
        del _usage
        body = post_data.encode() if isinstance(post_data, str) else post_data
        request = Request(
            method=method.upper(),
            url=url,
            kind=TOKEN_KIND,
            headers=dict(headers or {}),
            body=body,
            idempotent=method.lower() == "get",
        )
        reply = self._transport.send(request)
        return reply.body.decode("utf-8", "replace"), reply.status, reply.headers

    def close(self) -> None:
        """The transport belongs to whoever made it."""


def sdk_client(
    key: str, transport: Transport, *, api_base: str, connect_base: str, client_id: str
) -> stripe.StripeClient:
    """A client for one key. Never shared between tenants."""
    return stripe.StripeClient(
        key,
        http_client=OurClient(transport),
        base_addresses={"api": api_base.rstrip("/"), "connect": connect_base.rstrip("/")},
        client_id=client_id,
        stripe_version=API_VERSION,
        max_network_retries=0,
    )
