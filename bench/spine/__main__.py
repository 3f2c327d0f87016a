"""`python -m bench.spine`: the long proofs. Each prints one JSON object and ends with 1 where something does not hold."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.spine.cash import cash, import_statements
from bench.spine.changes import changes
from bench.spine.exports import stamps
from bench.spine.hooks import hooks
from bench.spine.house import House
from bench.spine.kills import kills
from bench.spine.picture import picture
from bench.spine.served import house_to_serve
from bench.spine.ties import month_ends, ties
from bench.spine.twins import twins
from sandbox.run import Sandbox

MONTHS = (1, 2, 3, 6, 9, 12)
Answer = tuple[dict[str, Any], bool]
"""What to print, and whether all of it holds."""


def _synced(sandbox: Sandbox, folder: Path) -> House:
    house = house_to_serve(sandbox, folder / "home")
    house.connect_all(by_command=True)
    house.sync()
    house.reconcile()
    return house


def _ties(given: argparse.Namespace, sandbox: Sandbox, folder: Path) -> Answer:
    days = [sandbox.today, *month_ends(sandbox.today, MONTHS)]
    found = list(ties(_synced(sandbox, folder), days))
    rows = [{**asdict(tie), "day": tie.day.isoformat(), "total": str(tie.total)} for tie in found]
    return {"ties": rows}, not any(tie.differences for tie in found)


def _kills(given: argparse.Namespace, sandbox: Sandbox, folder: Path) -> Answer:
    told = kills(sandbox, folder, given.seed, given.count or 10)
    return asdict(told), not told.unequal


def _again(given: argparse.Namespace, sandbox: Sandbox, folder: Path) -> Answer:
    house = _synced(sandbox, folder)
    before = stamps(house)
    second = house.sync()
    rows = [{"connection": one.connection, "kinds": len(one.kinds), "calls": one.calls} for one in second]
    touched = sum(1 for key, stamp in stamps(house).items() if before.get(key) != stamp)
    holds = not touched and all(one.calls <= len(one.kinds) for one in second)
    return {"connections": rows, "values": len(before), "touched": touched}, holds


def _changes(given: argparse.Namespace, sandbox: Sandbox, folder: Path) -> Answer:
    house = _synced(sandbox, folder)
    told = changes(house, folder / "fresh", given.seed)
    found = [difference for tie in ties(house, [sandbox.today]) for difference in tie.differences]
    return {**asdict(told), "differences": found}, not (told.unequal or told.decided or found)


def _twins(given: argparse.Namespace, sandbox: Sandbox, folder: Path) -> Answer:
    told = twins(sandbox, folder, given.seed, given.count or 300)
    return asdict(told), not told.wrong and told.linked == told.debts and sum(told.here.values()) == told.owed


def _cash(given: argparse.Namespace, sandbox: Sandbox, folder: Path) -> Answer:
    house = _synced(sandbox, folder)
    place = house.place
    files = import_statements(place.app, place.organisation_id, sandbox, actor="bench")
    house.reconcile()
    told = [cash(place.app, place.organisation_id, own, data) for own, data in files.items()]
    return {"entities": [asdict(one) for one in told]}, bool(told) and not any(one.wrong for one in told)


def _hooks(given: argparse.Namespace, sandbox: Sandbox, folder: Path) -> Answer:
    arrived = hooks(_synced(sandbox, folder), given.seed)
    return {"arrived": [asdict(one) for one in arrived]}, True


def _picture(given: argparse.Namespace, sandbox: Sandbox, folder: Path) -> Answer:
    picture(_synced(sandbox, folder), given.out)
    return {"picture": str(given.out)}, True


PROOFS: dict[str, tuple[Callable[[argparse.Namespace, Sandbox, Path], Answer], str]] = {
    "ties": (_ties, "receivables today and at six month ends, against the books and the provider's reports"),
    "kills": (_kills, "a sync killed by SIGKILL at --count moments (10), against one that nobody disturbed"),
    "again": (_again, "a second sync with nothing changed: its calls, and that it writes nothing"),
    "changes": (_changes, "a day's changes, synced, against a home that reads everything anew"),
    "twins": (_twins, "--count debts (300) that stand at Stripe and in the ledger"),
    "cash": (_cash, "each line of the bank's statements: what it is here, to the cent, and none counted twice"),
    "hooks": (_hooks, "changes that arrive by webhook, and how fast"),
    "picture": (_picture, "the picture of the queue, to --out"),
}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.spine", description=__doc__)
    parser.add_argument(
        "proof", choices=PROOFS, help="; ".join(f"{name}: {what}" for name, (_, what) in PROOFS.items())
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int)
    parser.add_argument("--out", type=Path, default=Path("docs/images/queue.png"))
    given = parser.parse_args(arguments)
    started = time.monotonic()
    proof, _what = PROOFS[given.proof]
    with tempfile.TemporaryDirectory(prefix="tieout-spine-") as folder, Sandbox(real_limits=False) as sandbox:
        answer, holds = proof(given, sandbox, Path(folder))
    answer |= {"seed": given.seed, "holds": holds, "seconds": round(time.monotonic() - started, 1)}
    print(json.dumps(answer, indent=2, default=str))
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
