"""`python -m bench.faults [CASE ...]`: the product under faults, by seed. Prints a table, ends with 1 where one fails."""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.faults.cases import CASES
from bench.faults.desk import Told, desk_over
from bench.faults.processes import PROCESS_CASES


def run_case(name: str, seed: int) -> Told:
    """One case with a sandbox and a home of its own."""
    with tempfile.TemporaryDirectory(prefix="tieout-faults-") as folder:
        if name in PROCESS_CASES:
            return PROCESS_CASES[name].run(Path(folder), seed)
        case = CASES[name]
        with desk_over(Path(folder), seed, ahead=case.ahead) as desk:
            case.run(desk, random.Random(seed))
            return desk.look()


def what_of(name: str) -> str:
    return CASES[name].what if name in CASES else PROCESS_CASES[name].what


def main(arguments: list[str]) -> int:
    known = [*CASES, *PROCESS_CASES]
    parser = argparse.ArgumentParser(prog="python -m bench.faults", description=__doc__)
    parser.add_argument("case", nargs="*", help=f"which; all without: {', '.join(known)}")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="a JSON object for each case instead of a table")
    given = parser.parse_args(arguments)
    unknown = [name for name in given.case if name not in known]
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}")
    failed = False
    if not given.json:
        print(
            "| fault | calls | refused | parked | down | rows compared | holds | s |\n|---|---|---|---|---|---|---|---|"
        )
    for name in given.case or known:
        started = time.monotonic()
        told = run_case(name, given.seed)
        failed = failed or not told.holds
        _print(name, told, time.monotonic() - started, as_json=given.json)
    return int(failed)


def _print(name: str, told: Told, seconds: float, *, as_json: bool) -> None:
    if as_json:
        content: dict[str, Any] = {"case": name, "holds": told.holds, "seconds": round(seconds, 1), **asdict(told)}
        print(json.dumps(content, default=str), flush=True)
        return
    figures = f"{told.calls} | {told.refused} | {told.parked} | {told.down} | {told.rows:,}"
    print(f"| {what_of(name)} | {figures} | {'yes' if told.holds else 'NO'} | {seconds:.0f} |", flush=True)
    for sentence in [*told.lost, *told.untied[:5], *told.unequal[:5]]:
        print(f"  - {sentence}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
