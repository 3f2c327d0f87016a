"""What the order of the suite names is there, and what takes long comes first."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from runtime.settings import ROOT
from tests.rig.order import LONG_FIRST, TOGETHER, long_first, scope_of


@pytest.mark.parametrize("start", sorted({*LONG_FIRST, *TOGETHER}))
def test_each_is_a_module_or_a_folder_of_tests(start: str) -> None:
    path = ROOT / start
    assert path.is_dir() if start.endswith("/") else path.is_file()


def test_the_long_come_first_and_the_others_keep_their_order() -> None:
    names = [
        "tests/store/test_b.py::z",
        "tests/store/test_a.py::y",
        "tests/test_checks.py::x",
        "tests/journeys/test_c.py::w",
    ]
    items: list[Any] = [SimpleNamespace(nodeid=name) for name in names]
    long_first(items)
    assert [item.nodeid[-1] for item in items] == ["w", "x", "z", "y"]


def test_a_module_stays_in_one_process_and_so_does_what_shares_dear_parts() -> None:
    assert scope_of("tests/store/test_a.py::test_one[x::y]") == "tests/store/test_a.py"
    assert scope_of("tests/journeys/test_a.py::test_one") == scope_of("tests/journeys/test_b.py::test_two")
