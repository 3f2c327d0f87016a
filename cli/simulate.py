"""`tieout simulate`: weeks of business in a seeded run with faults; a failing seed says what broke, and replays exactly."""

from __future__ import annotations

import sys
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from cli.faults import STOPPED
from cli.options import AsJson
from cli.shown import print_json
from ledger.faults import BadInput
from simulation import crew
from simulation.outcome import Outcome
from simulation.plants import PLANTS
from simulation.worker import BOOKS, Order

LAST_LINES = 12


def simulate(
    seeds: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many runs.")] = 20,
    first: Annotated[int, typer.Option(min=0, help="The first seed.")] = 1,
    steps: Annotated[int, typer.Option(min=1, max=100_000, help="Steps of each run.")] = 500,
    books: Annotated[str, typer.Option(help="quickbooks or xero; both in turn without it.")] = "",
    jobs: Annotated[int, typer.Option(min=1, max=64, help="Runs side by side.")] = 2,
    plant: Annotated[str, typer.Option(help="Plant a mistake, to see that it is caught; `list` names them.")] = "",
    trace: Annotated[bool, typer.Option("--trace", help="Print every step; with one seed.")] = False,
    log: Annotated[
        Path | None, typer.Option(help="Add each run's outcome to this file as it ends, a JSON a line.")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Run weeks of business over stand-in providers, with faults, and check after each step what must hold.

    Ends with 1 where something broke: the seed, the step and the sentence are printed, and the same seed replays exactly.
    Seeds are begun in order; a run that is stopped says from which seed on it goes on.
    A planted mistake has to be caught: then it ends with 0 at the first seed that does, and with 1 where none does.
    """
    if plant == "list":
        for name, one in PLANTS.items():
            print(f"{name:28} {one.what}")
        return 0
    order = _order(range(first, first + seeds), steps, books, plant, trace=trace)
    began, done = time.monotonic(), []
    with closing(crew.run(order, jobs)) as coming, suppress(KeyboardInterrupt):
        for came in coming:
            if isinstance(came, str):
                print(came)
                continue
            done.append(came)
            _keep(came, log)
            _say(came, len(done), seeds, as_json=as_json)
            if plant and not came.held:
                break
    _sum_up(done, order, time.monotonic() - began, as_json=as_json)
    if len(done) < seeds and not plant:
        left = min(set(order.seeds) - {one.seed for one in done})
        print(f"Stopped. Go on with: --first {left} --seeds {first + seeds - left}", file=sys.stderr)
        return STOPPED
    broke = any(not one.held for one in done)
    return int(broke is not bool(plant))


def _order(seeds: range, steps: int, books: str, plant: str, *, trace: bool) -> Order:
    if books not in ("", *BOOKS):
        raise BadInput(f"There are no books {books!r}; choose one of {', '.join(BOOKS)}, or none for both in turn.")
    if plant and plant not in PLANTS:
        raise BadInput(f"There is no mistake {plant!r} to plant; `tieout simulate --plant list` names them.")
    if trace and len(seeds) > 1:
        raise BadInput("--trace is for one seed; add --seeds 1 and --first with its number.")
    return Order(seeds=list(seeds), steps=steps, books=books, plant=plant, trace=trace)


def _keep(outcome: Outcome, log: Path | None) -> None:
    """Written out at once: where the run is cut short, the file says what was done."""
    if log is None:
        return
    with log.open("ab") as file:
        file.write(msgspec.json.encode(outcome) + b"\n")


def _say(outcome: Outcome, count: int, seeds: int, *, as_json: bool) -> None:
    if not as_json and sys.stderr.isatty():
        print(f"\r{count} of {seeds}", end="", file=sys.stderr, flush=True)
    if outcome.held or as_json:
        return
    print(f"\nseed {outcome.seed} ({outcome.books}), step {outcome.step}: {outcome.invariant}")
    print(f"  {outcome.sentence}")
    for line in outcome.last[-LAST_LINES:]:
        print(f"    {line}")
    more = f" --plant {outcome.plant}" if outcome.plant else ""
    print(
        f"  again: tieout simulate --seeds 1 --first {outcome.seed} --steps {outcome.steps} --books {outcome.books}{more} --trace",
        flush=True,
    )


def _sum_up(done: list[Outcome], order: Order, seconds: float, *, as_json: bool) -> None:
    broken = [one for one in done if not one.held]
    steps = sum(min(one.step or one.steps, one.steps) for one in done)
    tallies = crew.tally(done)
    if as_json:
        content: dict[str, Any] = {
            "seeds": len(done), "steps": steps, "faults": tallies.get("faults", 0), "power_cuts": tallies.get("cuts", 0),
            "seconds": round(seconds, 1), "plant": order.plant, "tallies": tallies,
            "broken": [msgspec.to_builtins(one) for one in broken],
            "digests": {str(one.seed): one.digest for one in sorted(done, key=lambda one: one.seed)},
        }  # fmt: skip
        print_json(content)
        return
    said = f"{len(done)} seeds, {steps:,} steps, {tallies.get('faults', 0):,} with a fault"
    print(f"\n{said}, the power cut {tallies.get('cuts', 0):,} times: {len(broken)} broken. Took {seconds:.0f} s.")
