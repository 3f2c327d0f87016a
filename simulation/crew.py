"""Workers side by side: each a process of its own that is handed one seed after the other, their outcomes as they come."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import suppress
from queue import SimpleQueue

import msgspec

from runtime.settings import ROOT, environment
from simulation.outcome import Outcome
from simulation.worker import Order

TRACE_MARK = "# "

Worker = subprocess.Popen[str]
Lines = SimpleQueue[tuple[Worker, str]]


def run(order: Order, jobs: int) -> Generator[Outcome | str, None, None]:
    """Outcomes in the order in which they come, and where the order asks for it the lines of their traces before them.

    Seeds are begun one after the other: at any moment at most `jobs` of them are open, and all before those are told.
    Raises RuntimeError where a worker ends by a mistake of the simulation itself.
    """
    workers = [_start(order) for _ in range(min(jobs, len(order.seeds)))]
    lines: Lines = SimpleQueue()
    readers = [threading.Thread(target=_read, args=(worker, lines), daemon=True) for worker in workers]
    for reader in readers:
        reader.start()
    try:
        yield from _decoded(iter(order.seeds), workers, lines)
    except BaseException:  # nobody wants the rest: one who planted a mistake has seen it caught
        for worker in workers:
            worker.terminate()
        raise
    finally:
        for worker in workers:
            _hand_out(worker, iter(()))
        for worker, reader in zip(workers, readers, strict=True):
            reader.join()
            worker.wait()
    if any(worker.returncode for worker in workers):
        raise RuntimeError("A worker of the simulation ended by a mistake of its own; its words stand above.")


def _start(order: Order) -> Worker:
    """Sets of texts are gone through in an order that hangs on PYTHONHASHSEED: it is the same in every replay."""
    command = [sys.executable, "-m", "simulation", msgspec.json.encode(order).decode()]
    env = environment(PYTHONHASHSEED="0", PYTHONPATH=str(ROOT))
    return subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _read(worker: Worker, lines: Lines) -> None:
    """An empty line at its end."""
    assert worker.stdout is not None, "its answers are read from a pipe"
    with worker.stdout as told:
        for line in told:
            lines.put((worker, line))
    lines.put((worker, ""))


def _decoded(seeds: Iterator[int], workers: Sequence[Worker], lines: Lines) -> Iterator[Outcome | str]:
    for worker in workers:
        _hand_out(worker, seeds)
    working = len(workers)
    while working:
        worker, line = lines.get()
        if not line:
            working -= 1
        elif line.startswith(TRACE_MARK):
            yield line.removeprefix(TRACE_MARK).rstrip("\n")
        else:
            _hand_out(worker, seeds)
            yield msgspec.json.decode(line, type=Outcome)


def _hand_out(worker: Worker, seeds: Iterator[int]) -> None:
    """The next seed, or the end. One that is dead is told of by its end."""
    assert worker.stdin is not None, "its seeds go into a pipe"
    with suppress(BrokenPipeError):
        seed = next(seeds, None)
        if seed is None:
            worker.stdin.close()
        else:
            worker.stdin.write(f"{seed}\n")
            worker.stdin.flush()


def tally(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """How often each kind of step came about, over all seeds."""
    found: dict[str, int] = {}
    for outcome in outcomes:
        for name, count in outcome.tallies.items():
            found[name] = found.get(name, 0) + count
    return dict(sorted(found.items(), key=lambda item: -item[1]))
