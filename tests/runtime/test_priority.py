"""A process that stands back does so once, and goes on where the system will not have it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from runtime.priority import STEP

_ASK = """
import os, sys
from pathlib import Path
from runtime import priority
session = Path(sys.argv[1])
priority.stand_back(session)
priority.stand_back(session)
priority.settle_in()
print(os.getpriority(os.PRIO_PROCESS, 0), os.sched_getscheduler(0) == os.SCHED_BATCH)
"""


def _asked(session: Path, *, own: bool) -> str:
    done = subprocess.run(
        [sys.executable, "-c", _ASK, str(session)], capture_output=True, text=True, check=True, start_new_session=own
    )
    return done.stdout.strip()


def test_it_stands_back_behind_what_others_wait_for(tmp_path: Path) -> None:
    session = tmp_path / "autogroup"
    session.touch()
    level, batch = _asked(session, own=True).split()
    assert int(level) >= STEP
    assert batch == "True"
    assert session.read_text() == str(STEP)


def test_a_session_that_is_not_its_own_is_left_alone(tmp_path: Path) -> None:
    session = tmp_path / "autogroup"
    session.touch()
    _asked(session, own=False)
    assert session.read_text() == ""
    assert _asked(tmp_path / "nowhere", own=True)
