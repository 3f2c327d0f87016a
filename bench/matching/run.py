"""Generate, match in a process of its own, score: the figures of one run."""

import csv
import shlex
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bench.matching import score, stopwatch, table
from bench.matching.baselines.run import RIVALS
from bench.matching.generate import generate
from bench.matching.score import Score

_FILES = ("invoices", "receipts", "customers", "rates")


@dataclass(frozen=True, slots=True)
class Order:
    """What to run. `command` is what comes before the options; without it, the project's own matcher.

    `learning`: run again with only that many rows of history, the newest.
    """

    seeds: tuple[int, ...]
    receipts: int
    invoices: int
    command: str = ""
    baselines: bool = False
    work: Path | None = None
    learning: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Measured:
    """One matcher on one set. Seconds are of the whole process, from start to exit."""

    label: str
    seed: int
    score: Score
    seconds: float
    peak_mb: float
    receipts: int


class MatcherFailedError(RuntimeError):
    """The matcher's process ended with an error."""


def timed(command: list[str]) -> tuple[float, float]:
    """Run a process to its end: seconds, and peak memory in MB."""
    watched = [sys.executable, "-I", "-S", stopwatch.__file__, *command]
    told = subprocess.run(watched, check=False, stdout=subprocess.PIPE, text=True)
    seconds, peak_kb, code = told.stdout.split() if told.returncode == 0 else ("0", "0", "no start")
    if code != "0":
        message = f"exit status {code} from: {shlex.join(command)}"
        raise MatcherFailedError(message)
    return float(seconds), float(peak_kb) / 1024


def _options(folder: Path, out: Path, history: Path) -> list[str]:
    pairs = [part for name in _FILES for part in (f"--{name}", str(folder / f"{name}.csv"))]
    return [*pairs, "--history", str(history), "--out", str(out)]


@dataclass(frozen=True, slots=True)
class _Matcher:
    label: str
    command: list[str]
    history_rows: int | None = None


def _matchers(order: Order) -> list[_Matcher]:
    own = shlex.split(order.command) if order.command else [sys.executable, "-m", "cli.match"]
    label = "given command" if order.command else "tieout"
    matchers = [_Matcher(label, own)]
    matchers += [_Matcher(f"{label}, {rows} confirmations", own, rows) for rows in order.learning]
    if order.baselines:
        matchers += [_Matcher(name, [sys.executable, "-m", "bench.matching", "baseline", name]) for name in RIVALS]
    return matchers


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


def run(order: Order) -> list[Measured]:
    """Every matcher on every seed."""
    if order.work is not None:
        return _run_in(order, order.work)
    with tempfile.TemporaryDirectory(prefix="matching-") as name:
        return _run_in(order, Path(name))


def _run_in(order: Order, work: Path) -> list[Measured]:
    measured: list[Measured] = []
    for seed in order.seeds:
        folder = work / f"set-{seed}-{order.receipts}"
        generate(seed, order.receipts, order.invoices, folder)
        for position, matcher in enumerate(_matchers(order)):
            out = work / f"out-{seed}-{order.receipts}-{position}"
            history = _history(folder, matcher.history_rows)
            seconds, peak = timed([*matcher.command, *_options(folder, out, history)])
            measured.append(Measured(matcher.label, seed, score.score(folder, out), seconds, peak, order.receipts))
            print(_progress(measured[-1]), file=sys.stderr)
    return measured


def _progress(one: Measured) -> str:
    return f"seed {one.seed}: {one.label} in {one.seconds:.1f} s"


def markdown(order: Order, measured: list[Measured]) -> str:
    """The table of all runs, then each case of every seed together for the first matcher."""
    lines = [f"{order.receipts:,} receipts, {order.invoices:,} invoices; seeds {', '.join(map(str, order.seeds))}.", ""]
    head, rule = table.HEADER.split("\n")
    lines += [f"{head} seed | receipts/s | seconds | peak MB |", f"{rule} ---: | ---: | ---: | ---: |"]
    for one in measured:
        speed = f" {one.seed} | {one.receipts / one.seconds:,.0f} | {one.seconds:.1f} | {one.peak_mb:,.0f} |"
        lines.append(table.summary(one.label, one.score, speed))
    first = [one.score for one in measured if one.label == measured[0].label]
    lines += ["", f"By case, {measured[0].label}, all seeds:", "", table.by_case(_together(first))]
    broken = [sentence for one in measured for sentence in one.score.broken[:10] if one.label == measured[0].label]
    lines += ["", "Invariants broken:", "", *(f"- {sentence}" for sentence in broken)] if broken else []
    return "\n".join(lines) + "\n"


def _together(scores: list[Score]) -> Score:
    total = Score()
    for one in scores:
        total.merge(one)
    return total
