"""`python -m bench.hooks`: webhooks taken in, at a rate and flat out, beside a bare receiver; and applied."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence

from bench.hooks.events import Mill
from bench.hooks.load import Load, Sent, send
from bench.hooks.served import Taking, floor, ours
from bench.postgres import Server, postgres
from bench.spine.house import wait_until
from connectors.stripe.kinds import API_VERSION

HEAD = (
    "| receiver | processes | sent | answered | kept | a second | p50 ms | p99 ms | p99.9 ms | applied after s |\n"
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
)
APPLY_SECONDS = 300.0


def main(words: Sequence[str] | None = None) -> int:
    """Prints the table. Ends with 1 where something that was answered was not kept, or not applied."""
    parser = argparse.ArgumentParser(prog="python -m bench.hooks", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="of the run at a rate; flat out takes a third of it")
    parser.add_argument("--rate", type=float, default=1_000, help="events a second of the run at a rate")
    parser.add_argument("--processes", default="1,2", help="web processes, one run each")
    parser.add_argument("--connections", type=int, default=16, help="connections that the sender keeps open")
    parser.add_argument("--objects", type=int, default=5_000, help="invoices that the events are about")
    parser.add_argument("--rounds", type=int, default=2, help="flat-out rounds, ours and the floor in turn")
    wanted = parser.parse_args(words)
    print(HEAD, flush=True)
    good = True
    with postgres() as server:
        for processes in [int(word) for word in wanted.processes.split(",")]:
            for _ in range(wanted.rounds):
                good &= _flat_out(server, wanted, processes)
            good &= _held(server, wanted, processes)
    return 0 if good else 1


def _flat_out(server: Server, wanted: argparse.Namespace, processes: int) -> bool:
    """The floor and ours, one after the other."""
    seconds = wanted.seconds / 3
    good = True
    with floor(server, processes) as taking:
        good &= _run("bare, flat out", taking, processes, wanted, seconds, None)
    with ours(server, processes, worker=False) as taking:
        good &= _run("tieout, flat out", taking, processes, wanted, seconds, None)
    return good


def _held(server: Server, wanted: argparse.Namespace, processes: int) -> bool:
    """At the rate, with a worker that applies what comes."""
    with ours(server, processes, worker=True) as taking:
        return _run(f"tieout, {wanted.rate:g} a second", taking, processes, wanted, wanted.seconds, wanted.rate)


def _run(
    name: str, taking: Taking, processes: int, wanted: argparse.Namespace, seconds: float, rate: float | None
) -> bool:
    mill = Mill(path=taking.path, secret=taking.secret, api_version=API_VERSION, objects=wanted.objects)
    before = taking.kept()
    sent = send(Load(ports=[taking.port], mill=mill, seconds=seconds, rate=rate, connections=wanted.connections))
    kept = taking.kept() - before
    applied = _applied(taking) if rate else None
    print(_row(name, processes, sent, kept, applied), flush=True)
    return kept == sent.answered and not sent.others and (applied is None or applied < APPLY_SECONDS)


def _applied(taking: Taking) -> float:
    """Seconds from the last answer until no event waits."""
    begun = time.monotonic()
    wait_until("all applied", lambda: not taking.kept("state = 'new'"), APPLY_SECONDS)
    return time.monotonic() - begun


def _row(name: str, processes: int, sent: Sent, kept: int, applied: float | None) -> str:
    cells = [
        name, str(processes), f"{sent.answered + sum(sent.others.values()):,}", f"{sent.answered:,}", f"{kept:,}",
        f"{sent.a_second:,.0f}", *(f"{sent.percentile(share):.1f}" for share in (0.5, 0.99, 0.999)),
        "" if applied is None else f"{applied:.1f}",
    ]  # fmt: skip
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    sys.exit(main())
