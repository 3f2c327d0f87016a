"""`python -m bench.matching_second generate|score|run`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bench.matching_second.audit import audited
from bench.matching_second.families.every import FAMILIES
from bench.matching_second.report import table, worst
from bench.matching_second.run import matched, same_when_shuffled
from bench.matching_second.score import Score, score
from bench.matching_second.write import write


def _generate(family: str, seed: int, size: int, root: Path) -> Path:
    folder = root / family
    write(audited(FAMILIES[family](seed, size)), folder, seed)
    return folder


def _run(family: str, given: argparse.Namespace) -> Score:
    folder = _generate(family, given.seed, given.size, given.dir)
    seconds = matched(folder, folder / "out")
    result = score(folder, folder / "out")
    result.seconds = seconds
    if given.shuffle and not same_when_shuffled(folder, folder / "out", given.seed + 1):
        result.broken.append("other bytes for the same rows in another order")
    return result


def _parsed(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.matching_second", description=__doc__)
    parser.add_argument("verb", choices=("generate", "score", "run"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, default=2000, help="receipts of each family")
    parser.add_argument("--families", default=",".join(FAMILIES), help="by comma")
    parser.add_argument("--dir", type=Path, required=True, help="where the worlds are written, one folder a family")
    parser.add_argument("--shuffle", action="store_true", help="match once more with the rows in another order")
    parser.add_argument("--cases", action="store_true", help="show each case and its faults")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    given = _parsed(arguments)
    results = []
    for family in given.families.split(","):
        if given.verb == "generate":
            print(_generate(family, given.seed, given.size, given.dir))
        elif given.verb == "score":
            results.append(score(given.dir / family, given.dir / family / "out"))
        else:
            results.append(_run(family, given))
            print(f"{family} done in {results[-1].seconds:.1f} s", file=sys.stderr)
    if results:
        print(table(results))
    if given.cases:
        for each in results:
            print(worst(each))
    return 1 if any(each.broken for each in results) else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
