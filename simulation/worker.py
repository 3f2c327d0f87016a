"""A worker: makes the templates once, then runs each seed in a process of its own, forked over them."""

from __future__ import annotations

import gc
import logging
import os
import shutil
import signal
import sys
import traceback
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from simulation.home import Template, folder
from simulation.outcome import Outcome
from simulation.run import Run

BOOKS = ("quickbooks", "xero")
_END = (signal.SIGTERM,)
WARM_STEPS = 250
WARM_FROM = 3_000
"""Steps of an order, in all, from which warming pays."""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """books empty: by seed, even ones QuickBooks."""

    seeds: list[int]
    steps: int = 500
    books: str = ""
    plant: str = ""
    trace: bool = False

    def of(self, seed: int) -> str:
        return self.books or BOOKS[seed % 2]


def outcomes(order: Order, seeds: Iterable[int]) -> Iterator[tuple[Outcome, Sequence[str]]]:
    """Of those of the order's seeds that this worker is handed, each with its trace where that was asked for."""
    logging.disable(logging.CRITICAL)
    place = folder()
    try:
        templates: dict[str, Template] = {}
        for seed in seeds:
            books = order.of(seed)
            if books not in templates:
                templates[books] = _template(books, place / books, warm=len(order.seeds) * order.steps > WARM_FROM)
                gc.freeze()
            yield _forked(templates[books], seed, order)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _template(books: str, home: Path, *, warm: bool) -> Template:
    """`warm`: a run is thrown away first, so that every statement of SQL is compiled once and for all seeds."""
    home.mkdir()
    made = Template.make(books, home)
    if warm:
        Run(made, 0).go(WARM_STEPS)
        made = Template.make(books, home, made.database)
    return made


def _forked(template: Template, seed: int, order: Order) -> tuple[Outcome, Sequence[str]]:
    """The seed in a copy of this process: whatever it leaves in memory ends with it."""
    reading, writing = os.pipe()
    signal.pthread_sigmask(signal.SIG_BLOCK, _END)  # what a handler raises while it forks is swallowed
    child = os.fork()
    if child == 0:
        os.close(reading)
        _child(template, seed, order, writing)
    os.close(writing)
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _END)
        with open(reading, "rb") as pipe:  # noqa: PTH123 - a descriptor
            told = pipe.read()
    except BaseException:  # this worker is to end: nothing of it goes on over a store that is cleared away
        os.kill(child, signal.SIGKILL)
        raise
    finally:
        os.waitpid(child, 0)
    if not told:
        raise RuntimeError(f"The process of seed {seed} ended without a word; run it alone to see why.")
    return msgspec.msgpack.decode(told, type=tuple[Outcome, list[str]])


def _child(template: Template, seed: int, order: Order, writing: int) -> None:
    status = 1
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _END)
        gc.disable()  # it lives for seconds
        run = Run(template, seed, plant=order.plant, keep_trace=order.trace)
        outcome = run.go(order.steps)
        with open(writing, "wb") as pipe:
            pipe.write(msgspec.msgpack.encode((outcome, run.trace.whole or [])))
        status = 0
    except BaseException:  # noqa: BLE001 - nothing of the parent may run on in here
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)
