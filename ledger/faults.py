"""What stops the work, one class per cause. Data that only looks wrong is a finding (ledger/finding.py), not a fault.

The message of a fault is one sentence for a person: what, where, what to do. It never holds a secret.
"""

from __future__ import annotations


class Fault(Exception):
    """The root: everything that we raise on purpose. `exit_status` is what the command line ends with."""

    exit_status = 2


class BadInput(Fault):
    """A person or a file gave something that cannot be worked with."""


class NotFound(BadInput):
    """A name or id that stands for nothing here."""


class Ambiguous(BadInput):
    """There are several, and one has to be named; the message lists them."""


class Conflict(Fault):
    """Somebody else changed it meanwhile; read again and repeat."""


class CurrencyMismatch(Fault):
    """Two currencies met in one sum."""


class FinerThanMinorUnit(BadInput):
    """An amount with more decimals than its currency has; it is never rounded in silence."""


class LargerThanAnyAmount(BadInput):
    """An amount of more digits than we keep."""


class Unreachable(Fault):
    """A provider or a service of ours could not be reached, or answered nonsense."""

    exit_status = 3


class RateLimited(Unreachable):
    """The provider's limit is reached; nothing is wrong. `retry_after_seconds` says when to come back.

    reason: the message without how long, for whoever shows the moment beside it.
    """

    def __init__(
        self, message: str, retry_after_seconds: float, scope: str = "minute", *, reason: str | None = None
    ) -> None:
        super().__init__(message)
        self.reason = reason or message
        self.retry_after_seconds = retry_after_seconds
        self.scope = scope


class ConsentLost(Fault):
    """The provider no longer accepts our tokens: a person has to connect again."""

    exit_status = 1


class PermissionMissing(Fault):
    """The consent stands but does not cover this; the message names what is missing. A person has to widen it."""

    exit_status = 1


class Refused(Fault):
    """The provider understood the request and said no; repeating it would not help."""

    exit_status = 3


class SignatureWrong(Fault):
    """A webhook whose signature does not fit its bytes."""
