"""Webhook signatures: t=<unix seconds>,v1=<HMAC-SHA256 of "t.body">."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping

from sandbox.core.clock import SandboxClock


def signature(body: bytes, secret: str, at: int) -> str:
    made = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={made}"


def signer(clock: SandboxClock, default_secret: str) -> Callable[[bytes, str], Mapping[str, str]]:
    """Signs at the moment of sending, with the receiver's own secret where it has one."""

    def sign(body: bytes, secret: str) -> Mapping[str, str]:
        at = int(clock.now().timestamp())
        return {
            "Stripe-Signature": signature(body, secret or default_secret, at),
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        }

    return sign
