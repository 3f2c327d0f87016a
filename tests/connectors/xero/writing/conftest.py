"""The small organisation and a desk in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.connectors.xero.writing.desk import Desk
from tests.sandbox.xero.conftest import clock, office, served, stand
from tests.sandbox.xero.office import Office

__all__ = ["clock", "desk", "office", "served", "stand"]


@pytest.fixture
def desk(office: Office) -> Iterator[Desk]:
    desk = Desk(office)
    yield desk
    desk.close()
