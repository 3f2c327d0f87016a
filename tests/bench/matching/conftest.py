"""One generated set that the tests of its cases share."""

from pathlib import Path

import pytest

from bench.matching.generate import generate
from tests.bench.matching.replay import Moment, Replay


@pytest.fixture(scope="session")
def made_set(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("matching") / "set"
    generate(11, 3000, 4500, folder)
    return folder


@pytest.fixture(scope="session")
def replay(made_set: Path) -> Replay:
    return Replay(made_set)


@pytest.fixture(scope="session")
def by_case(replay: Replay) -> dict[int | str, list[Moment]]:
    """Moments of each case, each with the balances as they were then."""
    found: dict[int | str, list[Moment]] = {}
    for moment in replay.moments():
        kept = Moment(moment.receipt, moment.truth, moment.amount, dict(moment.left), replay)
        found.setdefault(moment.truth.case, []).append(kept)
    return found
