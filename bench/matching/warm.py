"""One new receipt, and one changed invoice, against a warm index of everything that stands open."""

import gc
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
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
from reconcile.warm import WarmMatcher

_RECEIPTS_MIN = 300


@dataclass(frozen=True, slots=True)
class Spread:
    """Milliseconds of single steps."""

    steps: int
    median: float
    p99: float
    most: float


@dataclass(frozen=True, slots=True)
class Shape:
    """`waiting`: how many receipts have been decided and are kept when invoices begin to change."""

    invoices: int
    steps: int
    waiting: int
    seed: int


@dataclass(frozen=True, slots=True)
class Warm:
    """What a warm index costs: to build once, then for each thing that happens."""

    shape: Shape
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
    return [partial(matcher.run, [receipt]) for receipt in chosen]


def _changes(given: Inputs, index: Index, shape: Shape, rng: Random) -> list[Callable[[], object]]:
    """Half of an invoice has been paid elsewhere: whatever receipts that can matter to are decided again."""
    matcher = WarmMatcher(index, Rates(given.rates, DEFAULT.rate_days), DEFAULT, given.history)
    matcher.run(rng.sample(given.receipts, min(shape.waiting, len(given.receipts))))

    def change(item: OpenItem) -> None:
        matcher.put_item(msgspec.structs.replace(item, open_minor=item.open_minor // 2))
        matcher.revisit()

    chosen = rng.sample(given.invoices, min(shape.steps, len(given.invoices)) + 1)
    change(chosen[0])  # the first asks for the neighbourhood to be drawn, once
    return [partial(change, item) for item in chosen[1:]]


def _index(given: Inputs) -> Index:
    """A new one, left out of the collector's walks as a service does that keeps it."""
    gc.unfreeze()
    gc.collect()
    index = Index.build(given.invoices, given.customers, given.history)
    gc.collect()
    gc.freeze()
    return index


def warm(shape: Shape) -> Warm:
    """Make a set of that many invoices, build the index and time single steps, receipts first."""
    with tempfile.TemporaryDirectory(prefix="matching-") as name:
        folder = Path(name)
        generate(shape.seed, max(_RECEIPTS_MIN, shape.invoices * 2 // 3), shape.invoices, folder)
        given = inputs_of(folder)
    rng = Random(f"warm {shape.seed}")
    started = time.perf_counter()
    index = _index(given)
    built = time.perf_counter() - started
    receipt = _timed(_receipts(given, index, shape.steps, rng))
    invoice = _timed(_changes(given, _index(given), shape, rng))
    gc.unfreeze()
    per_mb = 1024 * 1024 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / per_mb
    return Warm(shape, built, peak, receipt, invoice)


def markdown(measured: Warm) -> str:
    lines = [
        (
            f"Seed {measured.shape.seed}, {measured.shape.invoices:,} invoices, {measured.shape.waiting:,} receipts kept; the index is built in {measured.build_seconds:.1f} s; "
            f"{measured.peak_mb:,.0f} MB, the making of the set included."
        ),
        "",
        "| step | times | p50 ms | p99 ms | max ms |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for name, one in (
        ("one new receipt decided", measured.receipt),
        ("one invoice changed, its receipts decided again", measured.invoice),
    ):
        lines.append(f"| {name} | {one.steps:,} | {one.median:.2f} | {one.p99:.2f} | {one.most:.2f} |")
    return "\n".join(lines) + "\n"
