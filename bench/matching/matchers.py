"""What is run: this project's matcher, a given command, and the rivals."""

import shlex
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bench.matching.baselines.run import RIVALS
from bench.matching.baselines.venv import installed

OWN = "tieout"
INSTALLED = {
    "splink-0.50": ("bench.matching.baselines.splink_linkage", "0.5"),
    "splink-0.99": ("bench.matching.baselines.splink_linkage", "0.99"),
    "recordlinkage": ("bench.matching.baselines.recordlinkage_linkage", ""),
}
"""Rivals that are libraries: the module that drives them, and its threshold."""
DEFAULT_VENV = Path(tempfile.gettempdir()) / "tieout-matching-rivals"
_FILES = ("invoices", "receipts", "customers", "rates")


@dataclass(frozen=True, slots=True)
class Matcher:
    """A command that takes a set and writes the two files. `positional`: it takes folders, not the contract's options.

    `history_rows`: the newest rows of the set's history that it may see; None for all.
    """

    label: str
    command: tuple[str, ...]
    positional: tuple[str, ...] | None = None
    history_rows: int | None = None

    def started_with(self, folder: Path, out: Path, history: Path) -> list[str]:
        if self.positional is not None:
            return [*self.command, str(folder), str(out), *self.positional]
        pairs = [part for name in _FILES for part in (f"--{name}", str(folder / f"{name}.csv"))]
        return [*self.command, *pairs, "--history", str(history), "--out", str(out)]


class UnknownRivalError(ValueError):
    """A name that is no rival's."""


def rival_names(wanted: str) -> tuple[str, ...]:
    """`none`, `own` (written anew here), `all` (the installed libraries too), or names joined by commas."""
    sets: dict[str, tuple[str, ...]] = {"none": (), "": (), "own": tuple(RIVALS), "all": (*RIVALS, *INSTALLED)}
    if wanted in sets:
        return sets[wanted]
    names = tuple(wanted.split(","))
    strange = [name for name in names if name not in sets["all"]]
    if strange:
        raise UnknownRivalError(f"no rival is called {strange[0]}. There are: {', '.join(sets['all'])}.")
    return names


def own_matchers(command: str, learning: tuple[int, ...]) -> list[Matcher]:
    start = tuple(shlex.split(command)) if command else (sys.executable, "-m", "cli.start", "match")
    label = "given command" if command else OWN
    few = [Matcher(f"{label}, {rows} confirmations", start, history_rows=rows) for rows in learning]
    return [Matcher(label, start), *few]


def rival_matchers(names: tuple[str, ...], venv: Path) -> tuple[list[Matcher], dict[str, str]]:
    """The rivals that can be run, and for each that cannot, why."""
    found = [
        Matcher(name, (sys.executable, "-m", "bench.matching", "baseline", name)) for name in names if name in RIVALS
    ]
    libraries = [name for name in names if name in INSTALLED]
    if not libraries:
        return found, {}
    place = installed(venv)
    if place.fault:
        return found, dict.fromkeys(libraries, place.fault)
    for name in libraries:
        module, threshold = INSTALLED[name]
        found.append(Matcher(name, (str(place.python), "-m", module), (threshold,) if threshold else ()))
    return found, {}
