"""A probe stand-in on a port of its own."""

from collections.abc import Iterator

import pytest
import requests

from sandbox.core.server import Served, serve
from tests.sandbox.core.probe import Probe


@pytest.fixture
def probe() -> Iterator[Probe]:
    stand = Probe()
    yield stand
    stand.webhooks.close()


@pytest.fixture
def served(probe: Probe) -> Iterator[Served]:
    with serve(probe.app) as running:
        yield running


@pytest.fixture
def http() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session
