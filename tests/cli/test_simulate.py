"""`tieout simulate`."""

from __future__ import annotations

import json

import pytest

from cli.simulate import simulate
from ledger.faults import BadInput


def test_a_run_is_summed_up(capsys: pytest.CaptureFixture[str]) -> None:
    assert simulate(seeds=1, first=3, steps=12, jobs=1, as_json=True) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["seeds"], told["steps"], told["broken"]) == (1, 12, [])
    assert set(told["digests"]) == {"3"}


def test_a_planted_mistake_that_is_caught_ends_well_and_says_how_to_see_it_again(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert simulate(seeds=3, first=1, steps=60, books="quickbooks", plant="hasty-door", jobs=1) == 0
    said = capsys.readouterr().out
    assert "a webhook that was acknowledged is kept" in said
    assert "--plant hasty-door --trace" in said


def test_planted_mistakes_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert simulate(plant="list") == 0
    assert "locked-period" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("wrong", "names"),
    [({"books": "sage"}, "quickbooks"), ({"plant": "gravity"}, "list"), ({"trace": True}, "--seeds 1")],
)
def test_what_cannot_be_run_is_refused(wrong: dict[str, str | bool], names: str) -> None:
    with pytest.raises(BadInput, match=names):
        simulate(**wrong)  # type: ignore[arg-type]
