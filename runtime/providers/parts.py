"""What every provider's parts are made from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connectors.limits import Limiter
from connectors.meter import Meter
from connectors.retry import RetryPolicy
from connectors.transport import Pool, Transport
from ledger.faults import BadInput
from runtime.secret import Secret
from runtime.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    settings: Settings
    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    random: Callable[[], float]
    limiter: Limiter
    meter: Meter | None = None
    patience_seconds: float = 5.0
    pool: Pool | None = None

    def transport(self, provider: str, **more: Any) -> Transport:
        policy = RetryPolicy(wait_ceiling_seconds=self.patience_seconds)
        return Transport(
            provider,
            clock=self.now,
            sleep=self.sleep,
            random=self.random,
            limiter=self.limiter,
            meter=self.meter,
            policy=policy,
            pool=self.pool,
            **more,
        )


def needed(value: str | Secret | None, name: str, provider: str) -> str:
    """A setting that the provider cannot do without. Raises BadInput that names it."""
    if value is None:
        raise BadInput(
            f"{provider} needs {name}; set it in the environment or in .env (see README, Connect real accounts)."
        )
    return value.reveal() if isinstance(value, Secret) else value


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event of a webhook delivery. body: what is kept and worked on later; company_id: whose it is, if it says so.

    sequence: its number among all events of the app, where the provider counts them.
    """

    event_id: str
    type: str
    company_id: str | None
    body: bytes
    sequence: int | None = None
