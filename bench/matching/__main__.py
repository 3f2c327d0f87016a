"""`python -m bench.matching`: generate a set, score a matcher's files, run it all, or prove classes of evidence."""

import argparse
import json
import shlex
import sys
from pathlib import Path

from bench.matching import prove, report, run, score, table, wanted, warm
from bench.matching.baselines import run as rivals
from bench.matching.document import NoSuchSectionError, replace_section
from bench.matching.generate import TooFewInvoicesError, generate
from bench.matching.matchers import DEFAULT_VENV, UnknownRivalError, rival_names
from bench.matching.run import MatcherFailedError, Order
from bench.matching.truth import SetFaultError
from bench.matching.warm import Shape
from reconcile import proofs


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
    _add_proof(commands.add_parser("prove", help="bound how often each class of evidence is wrong"))
    _add_warm(commands.add_parser("warm", help="time one receipt and one invoice against a warm index"))
    return parser


def _add_run(everything: argparse.ArgumentParser) -> None:
    everything.add_argument("--seeds", default="1-3", help="as 1,2,5-8")
    everything.add_argument("--receipts", type=int, default=10_000)
    everything.add_argument("--invoices", type=int, help="half as many again as receipts unless given")
    everything.add_argument("--sizes", default="", help="several numbers of receipts instead, as 1000,10000,100000")
    everything.add_argument(
        "--command", default="", dest="matcher", help="what to run instead of this project's matcher"
    )
    everything.add_argument("--learning", default="", help="again with so many rows of history, as 0,50,200")
    everything.add_argument(
        "--baselines", nargs="?", const="own", default="none", help="own, all (libraries too), or names with commas"
    )
    everything.add_argument("--repeats", type=int, default=1, help="how often each is timed, in turn")
    everything.add_argument(
        "--venv", type=Path, default=DEFAULT_VENV, help="where the libraries among the rivals are installed"
    )
    everything.add_argument("--parts", default=",".join(report.PARTS), help="which tables to print")
    everything.add_argument("--work", type=Path, help="keep the files here")
    everything.add_argument("--table", type=Path, help="write the tables to this file too")
    everything.add_argument("--page", help="put the tables into a page, between two marks, as FILE:MARK")
    everything.add_argument("--json", type=Path, help="write all figures to this file")


def _add_proof(proof: argparse.ArgumentParser) -> None:
    proof.add_argument("--seeds", required=True, help="as 1,2,5-8")
    proof.add_argument("--receipts", type=int, default=10_000)
    proof.add_argument("--invoices", type=int)
    proof.add_argument("--out", type=Path, help=f"the file that ships is {proofs.FILE}")
    proof.add_argument("--table", type=Path, help="write the table to this file too")
    proof.add_argument("--page", help="put the table into a page, between two marks, as FILE:MARK")


def _add_warm(steps: argparse.ArgumentParser) -> None:
    steps.add_argument("--invoices", type=int, default=150_000)
    steps.add_argument("--steps", type=int, default=2_000, help="how many receipts, and how many invoices")
    steps.add_argument("--waiting", type=int, default=10_000, help="receipts decided and kept before invoices change")
    steps.add_argument("--seed", type=int, default=1)
    steps.add_argument("--table", type=Path, help="write the table to this file too")
    steps.add_argument("--page", help="put the table into a page, between two marks, as FILE:MARK")


_WHERE_TO = frozenset({"--venv", "--work", "--table", "--page", "--json"})


def _spoken(arguments: list[str]) -> str:
    """The command that makes a table again, to stand above it; not where one machine puts its files."""
    kept = [
        word
        for place, word in enumerate(arguments)
        if word not in _WHERE_TO and (place == 0 or arguments[place - 1] not in _WHERE_TO)
    ]
    return f"    python -m bench.matching {shlex.join(kept)}"


def _show(text: str, table_file: Path | None, page: str | None) -> None:
    print(text)
    if table_file:
        table_file.write_text(text, encoding="utf-8")
    if page:
        path, _, mark = page.rpartition(":")
        replace_section(Path(path), mark, text)


def _score(given: argparse.Namespace) -> None:
    result = score.score(given.folder, given.out)
    if given.json:
        print(json.dumps(result.as_dict(), indent=1))
        return
    print(
        table.HEADER,
        table.summary(str(given.out), result),
        "",
        table.by_group(result),
        "",
        table.by_case(result),
        sep="\n",
    )
    for sentence in result.broken[:20]:
        print(f"invariant broken: {sentence}")


def _run(given: argparse.Namespace, arguments: list[str]) -> None:
    sizes = wanted.numbers(given.sizes) if given.sizes else (given.receipts,)
    texts, all_figures, done = [], [], []
    for receipts in sizes:
        order = Order(
            wanted.numbers(given.seeds),
            receipts,
            given.invoices or receipts * 3 // 2,
            given.matcher,
            rival_names(given.baselines),
            given.work,
            wanted.numbers(given.learning) if given.learning else (),
            given.repeats,
            given.venv,
        )
        results = run.run(order)
        done.append((order, results))
        texts.append(report.markdown(order, results, tuple(given.parts.split(","))))
        all_figures.append(report.figures(order, results))
    text = "\n".join(texts) if len(sizes) == 1 else report.by_size(done)
    _show(f"{_spoken(arguments)}\n\n{text}", given.table, given.page)
    if given.json:
        given.json.write_text(json.dumps(all_figures, indent=1), encoding="utf-8")


def _prove(given: argparse.Namespace, arguments: list[str]) -> None:
    seeds = wanted.numbers(given.seeds)
    for file, counts in prove.prove(seeds, given.receipts, given.invoices or given.receipts * 3 // 2):
        text = f"{_spoken(arguments)}\n\n{prove.markdown(file, counts)}"
        if given.out:
            prove.write(file, given.out)  # after each set, so that a long run that is stopped has said what it saw
        if given.table:
            given.table.write_text(text, encoding="utf-8")
    _show(text, given.table, given.page)


def main(arguments: list[str] | None = None) -> int:
    arguments = sys.argv[1:] if arguments is None else arguments
    given = _parser().parse_args(arguments)
    try:
        if given.command == "generate":
            generate(given.seed, given.receipts, given.invoices or given.receipts * 3 // 2, given.out)
        elif given.command == "baseline":
            rivals.run(given.name, given.invoices.parent, given.out)
        elif given.command == "score":
            _score(given)
        elif given.command == "prove":
            _prove(given, arguments)
        elif given.command == "warm":
            text = warm.markdown(warm.warm(Shape(given.invoices, given.steps, given.waiting, given.seed)))
            _show(f"{_spoken(arguments)}\n\n{text}", given.table, given.page)
        else:
            _run(given, arguments)
    except (TooFewInvoicesError, MatcherFailedError, SetFaultError, UnknownRivalError, NoSuchSectionError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
