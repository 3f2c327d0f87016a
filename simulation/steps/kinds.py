"""What a step is, and what it may use."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from simulation.ledgers import Books
from simulation.looks import Looks
from simulation.office import Office
from simulation.world import World

T = TypeVar("T")


class NothingToDoError(Exception):
    """This step finds nothing that it could be done to."""


@dataclass(slots=True)
class Scene:
    """Everything of a run that a step touches. acknowledged: ids of events that the door has said yes to."""

    world: World
    books: Books
    office: Office
    looks: Looks
    chance: random.Random
    entity_id: UUID
    books_row: UUID
    stripe_row: UUID
    entity: Any = None
    posted_at: str = ""
    """When the last run of the outbox began, as the store writes moments."""
    locked: str = ""
    """Through which day the ledger's books are closed; empty: they are open."""
    acknowledged: list[str] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)

    def pick(self, rows: Sequence[T]) -> T:
        """Raises NothingToDoError where there is none."""
        if not rows:
            raise NothingToDoError
        return self.chance.choice(rows)

    def minor(self, low: int = 2_000, high: int = 90_000) -> int:
        return self.chance.randint(low, high)

    def day(self, ahead: int) -> str:
        return (self.world.clock.now().date() + timedelta(days=ahead)).isoformat()

    @property
    def own(self) -> UUID:
        return self.office.organisation_id

    def stripe(self, verb: str, **fields: Any) -> dict[str, Any]:
        return self.world.stripe.change(self.world.account, verb, fields)


Act = Callable[[Scene], str]
"""Does it, and says what in a few words that are the same in each replay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """weight: how often, beside the others. ours: the product works in it, so that a fault may be laid on it.

    care: how much more often a fault is laid on it than its weight says.
    boundaries, calls: how many such a step has as a rule; where a fault falls is drawn from them.
    """

    name: str
    act: Act
    weight: float
    ours: bool = False
    writes: bool = False
    """It writes to the books: a fault on that is what it is there for."""
    care: float = 1.0
    boundaries: int = 1
    calls: int = 0
