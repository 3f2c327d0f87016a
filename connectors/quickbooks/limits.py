"""The rules to stay under QuickBooks' limits of calls; how it says that one is reached is in faults.py."""

from __future__ import annotations

from connectors.limits import Rule

IN_FLIGHT = 10
"""What an older page of Intuit's allows."""


def rules() -> tuple[Rule, ...]:
    """95 of a hundred of the 10 calls a second and 98 of the 500 a minute of a company, sandbox companies too.

    A refusal costs a minute: a call may arrive 50 milliseconds later than it was sent without being one too many. Calls
    go five at a time: ten at once that arrive late, and the next ten, would be twenty in one second of theirs.
    Batches, 40 a minute, are spread, so that a long run waits seconds and is not sent away for the rest of a minute.
    """
    return (
        Rule(calls=5, per_seconds=0.525, scope="second"),
        Rule(calls=490, per_seconds=60, scope="minute"),
        Rule(calls=3, per_seconds=5, scope="second", only="batch"),
    )
