"""`python -m bench.posting kills|calls|webhook`: each prints one JSON object and ends with 1 where something does not hold.

`kills` also says on standard error at which progress its kills fell.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from bench.posting.calls import calls
from bench.posting.kills import kills
from bench.posting.lives import table
from bench.posting.webhook import webhook

PROVIDERS = ("quickbooks", "xero")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.posting", description=__doc__)
    parser.add_argument("what", choices=("kills", "calls", "webhook"))
    parser.add_argument("--provider", choices=PROVIDERS, action="append", help="one ledger; without it, each")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--matches", type=int, default=0, help="2,000 for kills, 1,000 for calls, 10 for webhook")
    parser.add_argument("--count", type=int, default=100, help="how many kills")
    given = parser.parse_args()
    well = True
    for provider in given.provider or PROVIDERS:
        with tempfile.TemporaryDirectory(prefix="tieout-post-") as name:
            if given.what == "kills":
                killed = kills(provider, Path(name), seed=given.seed, matches=given.matches or 2_000, count=given.count)
                print(table(killed.falls, killed.matches), file=sys.stderr, flush=True)
                print(json.dumps({**asdict(killed), "holds": killed.holds}), flush=True)
                well = well and killed.holds
            elif given.what == "webhook":
                arrived = webhook(provider, Path(name), charges=given.matches or 10)
                print(json.dumps({**asdict(arrived), "holds": arrived.holds}), flush=True)
                well = well and arrived.holds
            else:
                counted = calls(provider, Path(name), matches=given.matches or 1_000)
                print(json.dumps({**asdict(counted), "holds": counted.holds}), flush=True)
                well = well and counted.holds
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
