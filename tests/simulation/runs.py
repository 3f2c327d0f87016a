"""Runs of the simulation in processes of their own, as `tieout simulate` makes them."""

from __future__ import annotations

from simulation import crew
from simulation.outcome import Outcome
from simulation.worker import Order


def run(*seeds: int, steps: int, books: str = "", plant: str = "", jobs: int = 1) -> dict[int, Outcome]:
    """Outcomes by seed."""
    order = Order(seeds=list(seeds), steps=steps, books=books, plant=plant)
    return {came.seed: came for came in crew.run(order, jobs) if isinstance(came, Outcome)}
