"""The company of a test, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.core.clock import SandboxClock
from sandbox.core.server import serve
from sandbox.quickbooks.stand import QuickBooksStand
from sandbox.world import plan
from tests.connectors.quickbooks.writing.desk import NOW, Desk

COMPANY = plan.Company("us", "Maple Street Supply", "US", "USD", "America/New_York", currencies=("USD", "EUR"))
BRITISH = plan.Company("uk", "Thames Lane Traders", "GB", "GBP", "Europe/London", currencies=("GBP", "EUR"))


def _open(company: plan.Company) -> Iterator[Desk]:
    clock = SandboxClock(NOW)
    stand = QuickBooksStand(clock, 1)
    stand.limits.configure({})
    stand.batch_limits.configure({})
    realm = stand.add_company(company)
    served = serve(stand.app, 0)
    desk = Desk(stand, served, clock, realm, company.country, company.home_currency)
    yield desk
    desk.transport.close()
    served.close()
    stand.webhooks.close()


@pytest.fixture
def desk() -> Iterator[Desk]:
    yield from _open(COMPANY)


@pytest.fixture
def british() -> Iterator[Desk]:
    yield from _open(BRITISH)
