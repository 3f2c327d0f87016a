"""Each planted mistake is caught: at a seed that is known to, or at one of the next where the product has changed since."""

from __future__ import annotations

from contextlib import closing

import pytest

from simulation import crew
from simulation.outcome import Outcome
from simulation.plants import PLANTS
from simulation.worker import Order

TRIED = 12
KNOWN = {
    "hasty-door": ("quickbooks", 2, "a webhook that was acknowledged is kept"),
    "late-tokens": ("quickbooks", 2, "new tokens are kept before they are used"),
}


@pytest.mark.parametrize("plant", KNOWN)
def test_a_planted_mistake_is_caught_and_the_seed_begun_after_it_ends_quietly(
    plant: str, capfd: pytest.CaptureFixture[str]
) -> None:
    books, first, invariant = KNOWN[plant]
    order = Order(seeds=list(range(first, first + TRIED)), steps=500, books=books, plant=plant)
    with closing(crew.run(order, 1)) as coming:
        caught = next((came for came in coming if isinstance(came, Outcome) and not came.held), None)
    assert caught is not None
    assert caught.invariant == invariant
    assert capfd.readouterr().err == ""


def test_every_known_seed_belongs_to_a_mistake_that_can_be_planted() -> None:
    assert set(KNOWN) <= set(PLANTS)
