"""Signed Stripe deliveries of some five kilobytes, as bytes of HTTP that are ready to send."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from functools import cache
from typing import Any

LINES = 4  # makes a body of about five kilobytes


@dataclass(frozen=True, slots=True)
class Mill:
    """Makes the n-th event: an invoice.updated over `objects` invoices in turn, each time with a new memo."""

    path: str
    secret: str
    api_version: str
    objects: int = 5_000
    prefix: str = "evt_bench"

    def request(self, number: int, now: int) -> bytes:
        """The whole request, signed at `now` (unix seconds)."""
        body = self.body(number, now)
        signed = hmac.new(self.secret.encode(), b"%d." % now + body, hashlib.sha256).hexdigest()
        head = (
            f"POST {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: Stripe/1.0\r\nContent-Type: application/json\r\n"
            f"Stripe-Signature: t={now},v1={signed}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    def body(self, number: int, now: int) -> bytes:
        which = number % self.objects
        text = self._template
        for mark, value in (
            ("@EVENT@", f"{self.prefix}{number:012d}"), ("@OBJECT@", f"{which:014d}"), ("@MEMO@", f"memo {number:09d}"),
            ('"@NOW@"', str(now)), ('"@AMOUNT@"', str(10_000 + which)),
        ):  # fmt: skip
            text = text.replace(mark, value)
        return text.encode()

    @property
    def _template(self) -> str:
        return _written(self.api_version)


@cache  # the sender runs on the same processors as what it measures
def _written(api_version: str) -> str:
    return json.dumps(_event(api_version))


def _event(api_version: str) -> dict[str, Any]:
    return {
        "id": "@EVENT@",
        "object": "event",
        "account": None,
        "api_version": api_version,
        "created": "@NOW@",
        "data": {"object": _invoice(), "previous_attributes": {"description": "another memo"}},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": "req_bench", "idempotency_key": None},
        "type": "invoice.updated",
    }


def _invoice() -> dict[str, Any]:
    lines = [_line(number) for number in range(LINES)]
    return {
        "id": "in_@OBJECT@",
        "object": "invoice",
        "amount_due": "@AMOUNT@",
        "amount_overpaid": 0,
        "amount_paid": 0,
        "amount_remaining": "@AMOUNT@",
        "amount_shipping": 0,
        "attempt_count": 0,
        "auto_advance": False,
        "billing_reason": "manual",
        "collection_method": "send_invoice",
        "created": 1_760_000_000,
        "currency": "eur",
        "customer": "cus_@OBJECT@",
        "customer_email": "someone@example.com",
        "customer_name": "Somebody Ltd",
        "description": "@MEMO@",
        "due_date": 1_763_000_000,
        "ending_balance": 0,
        "lines": {"object": "list", "data": lines, "has_more": False, "url": "/v1/invoices/in_@OBJECT@/lines"},
        "livemode": False,
        "metadata": {},
        "number": "BENCH-@OBJECT@",
        "payment_settings": {"payment_method_types": None},
        "starting_balance": 0,
        "status": "open",
        "status_transitions": {"finalized_at": 1_760_000_000, "paid_at": None, "voided_at": None},
        "subtotal": "@AMOUNT@",
        "total": "@AMOUNT@",
        "total_taxes": [],
    }


def _line(number: int) -> dict[str, Any]:
    return {
        "id": f"il_@OBJECT@{number}",
        "object": "line_item",
        "amount": 2_500,
        "currency": "eur",
        "description": "Work on site, by the hour, with travel and material as agreed in the offer, part by part. " * 7,
        "discountable": True,
        "invoice": "in_@OBJECT@",
        "livemode": False,
        "metadata": {},
        "period": {"end": 1_760_000_000, "start": 1_760_000_000},
        "quantity": 1,
        "taxes": [],
    }
