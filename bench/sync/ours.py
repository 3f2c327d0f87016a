"""Our own pull against a stand-in, in a process of its own: `python -m bench.sync.ours PROVIDER BASE DATABASE_URL LIMITS`.

Prints one JSON object: seconds, rows, calls and peak memory of a first pass and of the next one, which finds nothing.
Without a DATABASE_URL ("") the pages of a first pass are read and dropped: how long its calls alone take.
"""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any, Self
from urllib.request import urlopen
from uuid import UUID

from bench.sync.limits import OURS
from connectors.limits import SlidingWindows
from connectors.message import LimitReader, plain_limits
from connectors.port import Connector
from connectors.quickbooks.connector import QuickBooksConnector
from connectors.stripe.connector import StripeConnector
from connectors.stripe.limits import read_limit
from connectors.tokens import TokenSet
from connectors.transport import Transport
from connectors.xero.client import read_limits
from connectors.xero.connector import XeroConnector
from ledger.source import connection_id
from store.database import Database
from store.scope import Scope
from sync.ahead import read_waves
from sync.apply import Applied, Target, load_context
from sync.pull import PassResult, run_pass

COMPANY = "bench"


class _Tokens:
    """A key that never ends."""

    def current(self) -> TokenSet:
        return TokenSet(access_token="rk_test_bench")

    def refreshed(self, stale: TokenSet) -> TokenSet:
        return stale


def now() -> datetime:
    return datetime.now(UTC)


def transport(provider: str, *, limits: bool) -> Transport:
    readers: dict[str, LimitReader] = {"stripe": read_limit, "xero": read_limits}
    rules, in_flight = OURS[provider]
    limiter = SlidingWindows(
        rules, monotonic=time.monotonic, sleep=time.sleep, in_flight=in_flight, longest_wait_seconds=120
    )
    return Transport(
        provider.title(),
        clock=now,
        sleep=time.sleep,
        random=random.random,
        limiter=limiter if limits else None,
        limits=readers.get(provider, plain_limits),
    )


def connector(provider: str, base: str, *, limits: bool) -> Connector:
    tokens, through = _Tokens(), transport(provider, limits=limits)
    if provider == "stripe":
        return StripeConnector(base, tokens, account=None, transport=through, clock=now)
    if provider == "xero":
        return XeroConnector(api_base=base, tenant_id=COMPANY, transport=through, tokens=tokens)
    return QuickBooksConnector(api_base=base, realm_id=COMPANY, transport=through, tokens=tokens)


def _cpu_seconds() -> float:
    """Ours, and that of the process beside it, which has ended by then."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


class _Peak:
    """The most memory that this process and its children had in all, in MB: looked at five times a second."""

    def __init__(self) -> None:
        self.megabytes = 0
        self._ended = Event()
        self._thread = Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        own = os.getpid()
        while not self._ended.wait(0.2):
            children = Path(f"/proc/{own}/task/{own}/children").read_text().split()
            for task in Path(f"/proc/{own}/task").iterdir():
                with suppress(OSError):
                    children += (task / "children").read_text().split()
            held = [_peak_kilobytes(one) for one in {str(own), *children}]
            self.megabytes = max(self.megabytes, sum(held) // 1024)


def _peak_kilobytes(process: str) -> int:
    """Its highest so far. What `getrusage` says of a child counts what its parent had before the child was loaded."""
    with suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    return 0


def _timed(run: Callable[[], PassResult]) -> dict[str, Any]:
    started, cpu = time.perf_counter(), _cpu_seconds()
    with _Peak() as peak:
        result = run()
    seconds = time.perf_counter() - started
    return {
        "seconds": round(seconds, 3),
        "cpu_seconds": round(_cpu_seconds() - cpu, 3),
        "rows": result.applied.came,
        "rows_a_second": round(result.applied.came / seconds),
        "calls": result.calls,
        "peak_mb": max(peak.megabytes, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024),
    }


def main(provider: str, base: str, url: str, *, limits: bool) -> dict[str, Any]:
    if not url:
        return {"calls": _timed(lambda: _calls_alone(connector(provider, base, limits=limits)))}
    placed = [sys.executable, "-m", "bench.sync.placed", provider, url]  # a process that pulls does not make the schema
    organisation_id = UUID(subprocess.run(placed, stdout=subprocess.PIPE, text=True, check=True).stdout.strip())
    database, scope = Database(url), Scope(organisation_id, connection_id(provider, COMPANY))
    target = Target(database, scope, load_context(database, scope))

    def run() -> PassResult:
        urlopen(f"{base}/-/rest").close()  # noqa: S310 - a stand-in: this pass has limits of its own
        return run_pass(target, connector(provider, base, limits=limits), now=now, ahead=True)

    found = {"full": _timed(run), "incremental": _timed(run)}
    database.close()
    return found


def _calls_alone(reader: Connector) -> PassResult:
    """Reads as a pass does, and neither maps nor writes."""
    came = 0
    waves = [[reader.pull(feed, None) for feed in wave] for wave in reader.waves()]
    with read_waves(*waves) as ahead:
        for wave in range(len(waves)):
            came += sum(len(page.records) for pages in ahead.batches(wave) for page in pages)
    return PassResult(applied=Applied(came=came), calls=reader.calls)


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], sys.argv[2], sys.argv[3], limits=sys.argv[4] == "1")))
