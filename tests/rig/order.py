"""How the suite is spread over processes: modules that take long begin first, and what shares dear parts stays together."""

from __future__ import annotations

from typing import Any, Final

import pytest
from xdist.scheduler import LoadScopeScheduling

# By their seconds, roughly. Whatever is not named follows in the order it has, so the last to end are small ones.
LONG_FIRST: Final = (
    "tests/journeys/", "tests/proving/verify/", "tests/posting/test_crashes.py", "tests/proving/close/",
    "tests/scenarios/test_posted.py", "tests/test_checks.py", "tests/webapp/posting/test_browser.py", "tests/proving/",
    "tests/cli/test_proving.py", "tests/simulation/", "tests/bench/month/", "tests/cli/", "tests/webapp/test_browser.py",
    "tests/scenarios/", "tests/webapp/posting/", "tests/webapp/settings/", "tests/bench/", "tests/posting/",
    "tests/reconcile/books/", "tests/webapp/", "tests/runtime/", "tests/connectors/", "tests/reconcile/",
)  # fmt: skip
# Their fixtures live as long as the session: in two processes they would be made twice.
TOGETHER: Final = ("tests/journeys/", "tests/bench/matching/")


def long_first(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _rank(item.nodeid))


def _rank(nodeid: str) -> int:
    return next((rank for rank, start in enumerate(LONG_FIRST) if nodeid.startswith(start)), len(LONG_FIRST))


def scope_of(nodeid: str) -> str:
    """What one process takes at a time: a module, or more where that stays together."""
    return next((start for start in TOGETHER if nodeid.startswith(start)), nodeid.partition("::")[0])


class Spread(LoadScopeScheduling):  # type: ignore[misc] # xdist says nothing of its types
    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid)


def spread(config: pytest.Config, log: Any) -> Spread:
    config.option.loadscopereorder = False  # by their number of tests the longest, which are few, would come last
    return Spread(config, log)
