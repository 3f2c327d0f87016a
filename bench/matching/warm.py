"""One new receipt, and one changed invoice, against a warm index of everything that stands open."""

import gc
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

import msgspec

from bench.matching.generate import generate
from bench.matching.prove import inputs_of
from reconcile.engine import Matcher
from reconcile.files import Inputs
from reconcile.index import Index
from reconcile.policy import DEFAULT
from reconcile.rates import Rates
from reconcile.values import OpenItem

_RECEIPTS_MIN = 300


@dataclass(frozen=True, slots=True)
class Spread:
    """Milliseconds of single steps."""

    steps: int
    median: float
    p99: float
    most: float


@dataclass(frozen=True, slots=True)
class Warm:
    """What a warm index costs: to build once, then for each thing that happens."""

    seed: int
    invoices: int
    build_seconds: float
    peak_mb: float
    receipt: Spread
    invoice: Spread


def _timed(steps: list[Callable[[], object]]) -> Spread:
    taken: list[float] = []
    for step in steps:
        started = time.perf_counter_ns()
        step()
        taken.append((time.perf_counter_ns() - started) / 1e6)
    taken.sort()
    count = len(taken)
    return Spread(count, taken[count // 2], taken[min(count - 1, count * 99 // 100)], taken[-1])


def _receipts(given: Inputs, index: Index, steps: int, rng: Random) -> list[Callable[[], object]]:
    matcher = Matcher(index, Rates(given.rates, DEFAULT.rate_days), DEFAULT, given.history)
    chosen = rng.sample(given.receipts, min(steps, len(given.receipts)))
    return [lambda receipt=receipt: matcher.run([receipt]) for receipt in chosen]  # type: ignore[misc]


def _changes(given: Inputs, index: Index, steps: int, rng: Random) -> list[Callable[[], object]]:
    """Half of an invoice has been paid elsewhere: the index forgets the old state and takes the new one."""

    def change(item: OpenItem) -> None:
        index.remove_item(item.id)
        index.add_item(msgspec.structs.replace(item, open_minor=item.open_minor // 2))

    chosen = rng.sample(given.invoices, min(steps, len(given.invoices)))
    return [lambda item=item: change(item) for item in chosen]  # type: ignore[misc]


def warm(invoices: int, steps: int, seed: int) -> Warm:
    """Make a set of that many invoices, build the index and time single steps, receipts first."""
    with tempfile.TemporaryDirectory(prefix="matching-") as name:
        folder = Path(name)
        generate(seed, max(_RECEIPTS_MIN, invoices * 2 // 3), invoices, folder)
        given = inputs_of(folder)
    gc.collect()
    started = time.perf_counter()
    index = Index.build(given.invoices, given.customers, given.history)
    built = time.perf_counter() - started
    gc.collect()
    gc.freeze()  # as a service does that keeps its index: the collector need not walk what stays
    rng = Random(f"warm {seed}")
    receipt = _timed(_receipts(given, index, steps, rng))
    invoice = _timed(_changes(given, index, steps, rng))
    gc.unfreeze()
    per_mb = 1024 * 1024 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / per_mb
    return Warm(seed, invoices, built, peak, receipt, invoice)


def markdown(measured: Warm) -> str:
    lines = [
        (
            f"Seed {measured.seed}, {measured.invoices:,} invoices; the index is built in {measured.build_seconds:.1f} s; "
            f"{measured.peak_mb:,.0f} MB, the making of the set included."
        ),
        "",
        "| step | times | p50 ms | p99 ms | max ms |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for name, one in (("one new receipt decided", measured.receipt), ("one invoice changed", measured.invoice)):
        lines.append(f"| {name} | {one.steps:,} | {one.median:.2f} | {one.p99:.2f} | {one.most:.2f} |")
    return "\n".join(lines) + "\n"
