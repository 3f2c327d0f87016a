"""What one run of the outbox did, and what it has to come back for."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from ledger.faults import Fault


class Stopped(Fault):
    """Posting to this connection is stopped; nothing was sent after that."""

    exit_status = 1


@dataclass(slots=True)
class Ran:
    """Postings by what became of them. later: something waits for the provider, so come back soon.

    told: for each member that the provider answered on, whether it was refused; the latest stands last.
    stopped: why nothing more was sent; empty where everything was.
    """

    posted: list[UUID] = field(default_factory=list)
    failed: list[UUID] = field(default_factory=list)
    found: list[UUID] = field(default_factory=list)
    undone: list[UUID] = field(default_factory=list)
    put_off: set[UUID] = field(default_factory=set)
    told: list[bool] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    stopped: str = ""

    @property
    def later(self) -> bool:
        return bool(self.put_off)
