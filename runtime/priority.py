"""How a process of this machine stands among the others."""

from __future__ import annotations

import gc
import os
from contextlib import suppress
from pathlib import Path

from connectors.decode import learn_shapes

STEP = 2  # two thirds of the weight: with 19 a worker beside a busy web was left behind for good, with 5 an import was slow
_SESSION = Path("/proc/self/autogroup")


def stand_back(session: Path = _SESSION) -> None:
    """For work that nobody waits for at this moment: where processors are short, pages and webhooks go first.

    Batch scheduling does not interrupt others at each wake-up. Where the system weighs whole sessions (Linux outside of
    services), the own session is lowered: a process's own rank counts for nothing between two of them. What a system
    does not know or allow is left out.
    """
    with suppress(AttributeError, OSError):
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
    with suppress(AttributeError, OSError):
        if os.getpriority(os.PRIO_PROCESS, 0) < STEP:
            os.setpriority(os.PRIO_PROCESS, 0, STEP)
    with suppress(OSError):
        if (
            session.exists() and os.getsid(0) == os.getpid()
        ):  # else it is a person's shell, or a server's that serves too
            session.write_text(str(STEP), encoding="ascii")


def settle_in() -> None:
    """After everything is loaded and before threads begin: what stays for good is not looked through any more, so that
    collections stay short."""
    learn_shapes()
    gc.collect()
    gc.freeze()
