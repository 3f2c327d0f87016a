"""The large world: its size, its speed, and that it holds together."""

import time
from datetime import date

from sandbox.world.checks import problems
from sandbox.world.large import large_world

SECONDS_MAX = 5.0


def test_fifty_thousand_invoices_and_ten_thousand_charges_in_a_few_seconds() -> None:
    started = time.process_time()
    entities = large_world(1, date(2026, 6, 15))
    assert time.process_time() - started < SECONDS_MAX
    assert [len(entity.books.invoices) for entity in entities] == [20_000, 20_000]
    assert [len(entity.stripe.invoices) for entity in entities] == [5_000, 5_000]
    assert [len(entity.stripe.charges) for entity in entities] == [5_000, 5_000]
    for entity in entities:
        assert problems(entity) == []
