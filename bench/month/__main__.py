"""`python -m bench.month --books quickbooks|xero --seed S`: prints one JSON object, ends with 1 where it does not tie out."""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict

from bench.month.run import run


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.month", description=__doc__)
    parser.add_argument("--books", choices=("quickbooks", "xero"), default="quickbooks")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--days", type=int, default=31)
    parser.add_argument(
        "--zone", default="", help="an IANA name in place of the company's own; UTC has another day there"
    )
    parser.add_argument("--quiet", action="store_true")
    given = parser.parse_args(arguments)
    started = time.monotonic()
    told = run(
        given.books, given.seed, days=given.days, zone=given.zone,
        say=(lambda _: None) if given.quiet else lambda text: print(text, file=sys.stderr),
    )  # fmt: skip
    answer = {**asdict(told), "holds": told.holds, "seconds": round(time.monotonic() - started, 1)}
    print(json.dumps(answer, indent=2, default=str))
    return 0 if told.holds else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
