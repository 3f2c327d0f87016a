"""Workers side by side: each a process of its own with a share of the seeds, their outcomes as they come."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Generator, Iterator, Sequence
from queue import SimpleQueue

import msgspec

from runtime.settings import ROOT, environment
from simulation.outcome import Outcome
from simulation.worker import Order

TRACE_MARK = "# "


def run(order: Order, jobs: int) -> Generator[Outcome | str, None, None]:
    """Outcomes in the order in which they come, and where the order asks for it the lines of their traces before them.

    Raises RuntimeError where a worker ends by a mistake of the simulation itself.
    """
    shares = [order.seeds[at::jobs] for at in range(jobs)]
    workers = [_start(msgspec.structs.replace(order, seeds=share)) for share in shares if share]
    lines: SimpleQueue[str | None] = SimpleQueue()
    readers = [threading.Thread(target=_read, args=(worker, lines), daemon=True) for worker in workers]
    for reader in readers:
        reader.start()
    try:
        yield from _decoded(lines, len(workers))
    except BaseException:  # nobody wants the rest: one who planted a mistake has seen it caught
        for worker in workers:
            worker.terminate()
        raise
    finally:
        for worker, reader in zip(workers, readers, strict=True):
            reader.join()
            worker.wait()
    for worker in workers:
        if worker.returncode > 0:
            raise RuntimeError("A worker of the simulation ended by a mistake of its own; its words stand above.")


def _start(order: Order) -> subprocess.Popen[str]:
    """Sets of texts are gone through in an order that hangs on PYTHONHASHSEED: it is the same in every replay."""
    command = [sys.executable, "-m", "simulation", msgspec.json.encode(order).decode()]
    env = environment(PYTHONHASHSEED="0", PYTHONPATH=str(ROOT))
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)


def _read(worker: subprocess.Popen[str], lines: SimpleQueue[str | None]) -> None:
    assert worker.stdout is not None, "its answers are read from a pipe"
    with worker.stdout as told:
        for line in told:
            lines.put(line)
    lines.put(None)


def _decoded(lines: SimpleQueue[str | None], workers: int) -> Iterator[Outcome | str]:
    while workers:
        line = lines.get()
        if line is None:
            workers -= 1
        elif line.startswith(TRACE_MARK):
            yield line.removeprefix(TRACE_MARK).rstrip("\n")
        else:
            yield msgspec.json.decode(line, type=Outcome)


def tally(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """How often each kind of step came about, over all seeds."""
    found: dict[str, int] = {}
    for outcome in outcomes:
        for name, count in outcome.tallies.items():
            found[name] = found.get(name, 0) + count
    return dict(sorted(found.items(), key=lambda item: -item[1]))
