"""A stand-in with the small organisation in it, its clock at rest and its limits lifted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.core.clock import SandboxClock
from sandbox.core.server import Served, serve
from sandbox.xero.organisations import XeroStand
from tests.sandbox.xero.office import COMPANY, NOW, SMALL, Office


@pytest.fixture
def clock() -> SandboxClock:
    return SandboxClock(NOW, running=False)


@pytest.fixture
def stand(clock: SandboxClock) -> Iterator[XeroStand]:
    stand = XeroStand(clock, seed=7)
    stand.limits.configure({})
    stand.app_limits.configure({})
    yield stand
    stand.webhooks.close()


@pytest.fixture
def served(stand: XeroStand) -> Iterator[Served]:
    with serve(stand.app) as served:
        yield served


@pytest.fixture
def office(stand: XeroStand, served: Served) -> Iterator[Office]:
    tenant = stand.add_company(COMPANY)
    stand.load(tenant, SMALL)
    office = Office(stand, served, tenant)
    yield office
    office.close()
