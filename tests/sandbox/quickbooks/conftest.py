"""A stand-in with the small company in it, its clock at rest and its limits lifted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.core.clock import SandboxClock
from sandbox.core.server import Served, serve
from sandbox.quickbooks.stand import QuickBooksStand
from tests.sandbox.quickbooks.office import COMPANY, NOW, SMALL, Office


@pytest.fixture
def clock() -> SandboxClock:
    return SandboxClock(NOW, running=False)


@pytest.fixture
def stand(clock: SandboxClock) -> Iterator[QuickBooksStand]:
    stand = QuickBooksStand(clock, seed=7)
    stand.limits.configure({})
    stand.batch_limits.configure({})
    yield stand
    stand.webhooks.close()


@pytest.fixture
def served(stand: QuickBooksStand) -> Iterator[Served]:
    with serve(stand.app) as served:
        yield served


@pytest.fixture
def office(stand: QuickBooksStand, served: Served) -> Iterator[Office]:
    realm = stand.add_company(COMPANY)
    stand.load(realm, SMALL)
    office = Office(stand, served, realm)
    yield office
    office.close()
