"""The rules to stay under Xero's limits of calls; how it says that one is reached is in client.py."""

from __future__ import annotations

from connectors.limits import APP, Rule

IN_FLIGHT = 5


def rules() -> tuple[Rule, ...]:
    """98 of a hundred of the 60 calls a minute of an organisation, demo companies too, and of the app's 10,000.

    The day's limit depends on the app's tier and begins when Xero pleases: it is kept by what Xero says.
    """
    return Rule(calls=59, per_seconds=60.2, scope="minute"), Rule(calls=9_800, per_seconds=60, scope=APP)
