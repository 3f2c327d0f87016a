"""Stripe's limits: how it says that one is reached, and the rules to stay under them."""

from __future__ import annotations

from connectors.limits import Rule
from connectors.message import Pause, Reply
from connectors.retry import retry_after_seconds

LIMIT_HEADERS = ("stripe-rate-limited-reason", "retry-after")

_BAD_REQUEST = 400
_TOO_MANY = 429


def read_limit(reply: Reply) -> Pause | None:
    """429 with a reason header and, as a rule, no time; or 400 with the code rate_limit."""
    if reply.status == _TOO_MANY:
        reason = reply.headers.get("stripe-rate-limited-reason", "")
        scope = "concurrent" if "concurrency" in reason else "second"
        return Pause(retry_after_seconds(reply.headers, reply.requested_at), scope)
    if reply.status == _BAD_REQUEST and b'"rate_limit"' in reply.body:
        return Pause(None, "second")
    return None


def rules(*, live: bool) -> tuple[Rule, ...]:
    """A little under 100 calls a second and 25 an endpoint for a live account, under 25 in all for a test one."""
    if not live:
        return (Rule(calls=24, per_seconds=1, scope="second"),)
    return (
        Rule(calls=96, per_seconds=1, scope="second"),
        Rule(calls=24, per_seconds=1, scope="second", each_endpoint=True),
    )
