"""Generate, match in a process of its own, score: the figures of one run."""

import csv
import os
import shlex
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bench.matching import stopwatch
from bench.matching.generate import generate
from bench.matching.matchers import DEFAULT_VENV, Matcher, own_matchers, rival_matchers
from bench.matching.score import Score, Scorer

_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Order:
    """What to run. `command` is what comes before the options; without it, the project's own matcher.

    `learning`: run again with only that many rows of history, the newest. `rivals`: names, see `matchers.rival_names`.
    `repeats`: how often each is timed, one after the other and round again, so that a busy minute hits all alike.
    """

    seeds: tuple[int, ...]
    receipts: int
    invoices: int
    command: str = ""
    rivals: tuple[str, ...] = ()
    work: Path | None = None
    learning: tuple[int, ...] = ()
    repeats: int = 1
    venv: Path = DEFAULT_VENV


@dataclass(frozen=True, slots=True)
class Timing:
    """Of a whole process, from start to exit, files included. `busy`: seconds of all processors together."""

    seconds: float
    busy: float
    peak_mb: float


@dataclass(frozen=True, slots=True)
class Measured:
    """One matcher on one set, timed as often as was asked for."""

    label: str
    seed: int
    receipts: int
    score: Score
    timings: tuple[Timing, ...]

    @property
    def best(self) -> float:
        return min(one.seconds for one in self.timings)

    @property
    def median(self) -> float:
        return median(one.seconds for one in self.timings)

    @property
    def busy(self) -> float:
        return min(one.busy for one in self.timings)

    @property
    def peak_mb(self) -> float:
        return max(one.peak_mb for one in self.timings)


@dataclass(slots=True)
class Results:
    """All figures, and for each rival that could not be run, why."""

    measured: list[Measured] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)


class MatcherFailedError(RuntimeError):
    """The matcher's process ended with an error."""


def timed(command: list[str]) -> Timing:
    """Run a process to its end."""
    watched = [sys.executable, "-I", "-S", stopwatch.__file__, *command]
    around = os.environ | {"PYTHONPATH": str(_ROOT)}
    told = subprocess.run(watched, check=False, stdout=subprocess.PIPE, text=True, env=around)
    seconds, busy, peak_kb, code = told.stdout.split() if told.returncode == 0 else ("0", "0", "0", "no start")
    if code != "0":
        raise MatcherFailedError(f"exit status {code} from: {shlex.join(command)}")
    return Timing(float(seconds), float(busy), float(peak_kb) / 1024)


def _history(folder: Path, rows: int | None) -> Path:
    """The set's history, or a copy with only its newest rows. A row may span lines, so it is read as CSV."""
    whole = folder / "history.csv"
    if rows is None:
        return whole
    with whole.open(encoding="utf-8", newline="") as file:
        header, *body = csv.reader(file)
    part = folder / f"history-{rows}.csv"
    with part.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header)
        out.writerows(body[len(body) - min(rows, len(body)) :])
    return part


def run(order: Order) -> Results:
    """Every matcher on every seed."""
    if order.work is not None:
        return _run_in(order, order.work)
    with tempfile.TemporaryDirectory(prefix="matching-") as name:
        return _run_in(order, Path(name))


def _run_in(order: Order, work: Path) -> Results:
    rivals, missing = rival_matchers(order.rivals, order.venv)
    matchers = [*own_matchers(order.command, order.learning), *rivals]
    results = Results(missing=missing)
    for name, fault in missing.items():
        print(f"{name}: {fault}", file=sys.stderr)
    for seed in order.seeds:
        folder = work / f"set-{seed}-{order.receipts}"
        generate(seed, order.receipts, order.invoices, folder)
        results.measured += _one_set(order, seed, folder, matchers)
    return results


def _one_set(order: Order, seed: int, folder: Path, matchers: list[Matcher]) -> list[Measured]:
    timings: dict[str, list[Timing]] = {matcher.label: [] for matcher in matchers}
    outs = {matcher.label: folder.with_name(f"{folder.name}-out-{place}") for place, matcher in enumerate(matchers)}
    for turn in range(order.repeats):
        for matcher in matchers:
            command = matcher.started_with(folder, outs[matcher.label], _history(folder, matcher.history_rows))
            timing = timed(command)
            timings[matcher.label].append(timing)
            print(f"seed {seed}, turn {turn + 1}: {matcher.label} in {timing.seconds:.1f} s", file=sys.stderr)
    scorer = Scorer(folder)
    return [
        Measured(label, seed, order.receipts, scorer.judge_files(outs[label]), tuple(found))
        for label, found in timings.items()
    ]
