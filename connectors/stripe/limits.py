"""Stripe's limits: how it says that one is reached, and the rules to stay under them."""

from __future__ import annotations

from connectors.limits import ENDPOINT, Rule
from connectors.message import Pause, Reply
from connectors.retry import retry_after_seconds

NOT_SOON_SECONDS = 60.0  # where Stripe says that trying again at once would not help
IN_FLIGHT = 24
_BAD_REQUEST = 400
_TOO_MANY = 429


def read_limit(reply: Reply) -> Pause | None:
    """429 with a reason header and, as a rule, no time; or 400 with the code rate_limit.

    A reason that names the endpoint is about it alone; without a reason it is a lock on one object.
    """
    if reply.status == _TOO_MANY:
        reason = reply.headers.get("stripe-rate-limited-reason", "")
        scope = ENDPOINT if reason.startswith(("endpoint", "resource")) else "second"
        scope = "concurrent" if "concurrency" in reason else scope
        asked = retry_after_seconds(reply.headers, reply.requested_at)
        if asked is None and reply.headers.get("stripe-should-retry", "").lower() == "false":
            asked = NOT_SOON_SECONDS
        return Pause(asked, scope)
    if reply.status == _BAD_REQUEST and b'"rate_limit"' in reply.body:
        return Pause(None, "second")
    return None


def rules(*, live: bool) -> tuple[Rule, ...]:
    """96 of 100 calls a second and 24 of 25 an endpoint for a live account, 24 of 25 in all for a test one.

    In fifths of a second, since a whole second's calls at once that arrive late, and the next, would be two in one of theirs.
    A fifth may hold somewhat more than its part, so that a list makes up for the calls that it could not make before.
    """
    if not live:
        return (Rule(calls=5, per_seconds=0.207, scope="second"),)
    return (
        Rule(calls=99, per_seconds=1.035, scope="second"),
        Rule(calls=24, per_seconds=0.19, scope="second"),
        Rule(calls=25, per_seconds=1.035, scope="second", each_endpoint=True),
        Rule(calls=7, per_seconds=0.19, scope="second", each_endpoint=True),
    )
