"""A token set's renewal, asked for until it is answered.

Xero replaces the refresh token with each renewal and takes the replaced one for 30 minutes more; Intuit replaces it about
once a day and takes the one before for a while. So an answer that was lost costs nothing, as long as the same token goes
out again soon: a new one never came here, and the one that stands is still taken. A Stripe key is never replaced.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from connectors.message import OutcomeUnknown
from connectors.retry import RetryPolicy
from connectors.tokens import Consent, TokenSet
from ledger.faults import Unreachable

TRIES = RetryPolicy()  # of one renewal; when all are lost, the next call begins anew with the same token


@dataclass(slots=True)
class Renewal:
    """One renewal. Where the tokens are stored, the caller holds the lock of their set, and saves what comes before its use.

    unanswered: at least one try was sent whose answer was lost: the provider may have replaced the refresh token.
    """

    consent: Consent
    sleep: Callable[[float], None]
    random: Callable[[], float]
    unanswered: bool = False

    def of(self, tokens: TokenSet) -> TokenSet:
        """New tokens. An answer that is lost (cut, late, a server's fault, no JSON) is asked for again with the same token.

        Raises Unreachable when every answer was lost or nobody could be reached, and what Consent.refresh raises.
        """
        for attempt in range(1, TRIES.tries + 1):
            try:
                return self.consent.refresh(tokens)
            except OutcomeUnknown as lost:
                self.unanswered = True
                if attempt == TRIES.tries:
                    minutes = self.consent.grace.total_seconds() / 60
                    raise Unreachable(
                        f"{self.consent.name} gave no usable answer when our access was renewed ({attempt} tries). "
                        f"Try again within {minutes:.0f} minutes: so long the token that stands here is surely taken."
                    ) from lost
                self.sleep(TRIES.delay_seconds(attempt, self.random))
        raise AssertionError("the last try returns or raises")
