"""Commands as forks of a process that has loaded what they need."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from bench.spine.house import COMMAND_SECONDS
from bench.spine.warm import Warm
from runtime.settings import environment


def test_each_has_its_own_words_settings_and_end(warm: Warm, tmp_path: Path) -> None:
    done = warm.run(["--version"], tmp_path, environment(), COMMAND_SECONDS)
    assert (done.returncode, done.stdout, done.stderr) == (0, "tieout 0.1.0\n", "")
    wrong = environment(TIEOUT_HOME=str(tmp_path), TIEOUT_REDIS="x")
    done = warm.run(["doctor"], tmp_path, wrong, COMMAND_SECONDS)
    assert (done.returncode, done.stdout) == (2, "")
    assert "TIEOUT_REDIS (from environment) is not a setting" in done.stderr
    done = warm.run(["doctor"], tmp_path, environment(TIEOUT_HOME=str(tmp_path)), COMMAND_SECONDS)
    assert (done.returncode, done.stderr) == (0, "")


def test_one_that_does_not_end_is_ended(tmp_path: Path) -> None:
    own = Warm(())
    with pytest.raises(subprocess.TimeoutExpired):
        own.run(["doctor"], tmp_path, environment(TIEOUT_HOME=str(tmp_path)), 0)
    assert own._process.returncode is not None
