"""`python -m bench.matching`: generate a set, score a matcher's files, or run it all."""

import argparse
import json
import sys
from pathlib import Path

from bench.matching import run, score, table
from bench.matching.baselines import run as rivals
from bench.matching.generate import TooFewInvoicesError, generate
from bench.matching.run import MatcherFailedError, Order


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.matching", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    make = commands.add_parser("generate", help="write one set of files with known answers")
    make.add_argument("--seed", type=int, required=True)
    make.add_argument("--receipts", type=int, default=10_000)
    make.add_argument("--invoices", type=int)
    make.add_argument("--out", type=Path, required=True)
    judge = commands.add_parser("score", help="compare a matcher's files with the truth")
    judge.add_argument("--set", type=Path, required=True, dest="folder")
    judge.add_argument("--out", type=Path, required=True)
    judge.add_argument("--json", action="store_true")
    rival = commands.add_parser("baseline", help="match a set by a rival's rule")
    rival.add_argument("name", choices=sorted(rivals.RIVALS))
    rival.add_argument("--invoices", type=Path, required=True)
    for option in ("--receipts", "--customers", "--history", "--rates"):
        rival.add_argument(option, type=Path)
    rival.add_argument("--out", type=Path, required=True)
    _add_run(commands.add_parser("run", help="generate, match, score and print a table"))
    return parser


def _add_run(everything: argparse.ArgumentParser) -> None:
    everything.add_argument("--seeds", default="1,2,3")
    everything.add_argument("--receipts", type=int, default=10_000)
    everything.add_argument("--invoices", type=int)
    everything.add_argument(
        "--command", default="", dest="matcher", help="what to run instead of this project's matcher"
    )
    everything.add_argument("--learning", default="", help="again with so many rows of history, as 0,50,200")
    everything.add_argument("--baselines", action="store_true", help="the rivals as well")
    everything.add_argument("--work", type=Path, help="keep the files here")
    everything.add_argument("--table", type=Path, help="write the table to this file too")
    everything.add_argument("--json", type=Path, help="write all figures to this file")


def _score(given: argparse.Namespace) -> None:
    result = score.score(given.folder, given.out)
    if given.json:
        print(json.dumps(result.as_dict(), indent=1))
        return
    print(table.HEADER, table.summary(str(given.out), result), "", table.by_case(result), sep="\n")
    for sentence in result.broken[:20]:
        print(f"invariant broken: {sentence}")


def _run(given: argparse.Namespace) -> None:
    seeds = tuple(int(seed) for seed in given.seeds.split(","))
    invoices = given.invoices or given.receipts * 3 // 2
    learning = tuple(int(rows) for rows in given.learning.split(",") if rows)
    order = Order(seeds, given.receipts, invoices, given.matcher, given.baselines, given.work, learning)
    measured = run.run(order)
    text = run.markdown(order, measured)
    print(text)
    if given.table:
        given.table.write_text(text, encoding="utf-8")
    if given.json:
        figures = [
            {"run": one.label, "seed": one.seed, "seconds": one.seconds, "peak_mb": one.peak_mb} | one.score.as_dict()
            for one in measured
        ]
        given.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    try:
        if given.command == "generate":
            generate(given.seed, given.receipts, given.invoices or given.receipts * 3 // 2, given.out)
        elif given.command == "baseline":
            rivals.run(given.name, given.invoices.parent, given.out)
        elif given.command == "score":
            _score(given)
        else:
            _run(given)
    except (TooFewInvoicesError, MatcherFailedError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
