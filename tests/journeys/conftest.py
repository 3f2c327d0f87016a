"""One sandbox and one synced home for the journeys. Each may change the business: all hold for whatever stands."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench.spine.house import House
from bench.spine.served import house_to_serve
from bench.spine.warm import Warm
from sandbox.run import Sandbox


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(real_limits=False) as running:
        yield running


@pytest.fixture(scope="session")
def house(sandbox: Sandbox, warm: Warm, tmp_path_factory: pytest.TempPathFactory) -> House:
    """Connected through the command line, synced and matched."""
    house = house_to_serve(sandbox, tmp_path_factory.mktemp("house"))
    house.warm = warm
    house.connect_all(by_command=True)
    house.sync()
    house.reconcile()
    return house
