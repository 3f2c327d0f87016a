"""How fast a pull is, beside what bounds it.

python -m bench.sync read --rows 34000,170000 --database postgresql
python -m bench.sync read --rows 170000 --latency-ms 200 --limits
python -m bench.sync read --rows 170000 --latency-ms 200 --limits --calls-alone

Every figure of one table comes from one run: this machine's speed moves with what else it does.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.postgres import Server, postgres
from bench.sync import peer
from bench.sync.limits import floor_seconds
from bench.sync.serve import Provider, provider

_ROOT = Path(__file__).parents[2]
_FLOORS = ("fetch", "decode", "copy", "upsert", "line")
Figures = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.sync", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    read = commands.add_parser("read", help="a first and an incremental pass, floors and a peer")
    read.add_argument("--rows", default="34000", help="comma-separated")
    read.add_argument("--database", choices=("postgresql", "sqlite"), default="postgresql")
    read.add_argument("--providers", default="stripe,quickbooks,xero")
    read.add_argument("--latency-ms", type=int, default=0)
    read.add_argument("--limits", action="store_true", help="the stand-in refuses what the provider would")
    read.add_argument("--calls-alone", action="store_true", help="of these no more: nothing is mapped or written")
    read.add_argument("--no-peer", action="store_true", help="without dlt, which is installed for the run")
    read.add_argument("--repeat", type=int, default=1, help="the best of so many")
    read.add_argument("--json", type=Path, help="the figures, besides the table")
    given = parser.parse_args()
    lines = [line for rows in given.rows.split(",") for line in _table(given, int(rows))]
    _print(lines)
    if given.json:
        given.json.write_text(json.dumps(lines, indent=1))


def _table(given: argparse.Namespace, rows: int) -> Iterator[Figures]:
    if given.calls_alone:
        for one in given.providers.split(","):
            yield from _calls_alone(given, one, rows)
        return
    with tempfile.TemporaryDirectory(prefix="tieout-bench-") as name, _databases(given.database) as server:
        folder = Path(name)
        for one in given.providers.split(","):
            with provider(one, rows, latency_ms=given.latency_ms, limits=given.limits) as stand:
                plain = one == "stripe" and server is not None and not given.latency_ms and not given.limits
                if plain:
                    yield from _bounds(server, stand, folder, given)
                if given.limits:
                    yield from _calls_alone(given, one, rows)
                yield from _ours(given, one, stand, server, folder, rows)
                if plain and server is not None:
                    found = [
                        _process("bench.sync.floors", "tables", stand.base, server.dsn("ours"))
                        for _ in range(given.repeat)
                    ]
                    yield {"what": "floor: line into our tables", "provider": one, **_best(found)}


@contextmanager
def _databases(kind: str) -> Iterator[Server | None]:
    if kind == "sqlite":
        yield None
        return
    with postgres() as server:
        yield server


def _bounds(server: Server | None, stand: Provider, folder: Path, given: argparse.Namespace) -> Iterator[Figures]:
    assert server is not None
    for which in _FLOORS:
        found = []
        for _ in range(given.repeat):
            server.create("floor")
            found.append(_process("bench.sync.floors", which, stand.base, server.dsn("floor")))
        yield {"what": f"floor: {which}", "provider": "stripe", **_best(found)}
    if not given.no_peer:
        python = peer.prepare(folder)
        found = []
        for _ in range(given.repeat):
            server.create("peer")
            before = stand.sent()
            told = peer.measure(python, folder, stand.base, _socket(server))
            found.append({**told, "calls": stand.sent()["calls"] - before["calls"]})
        yield {"what": f"dlt {peer.VERSION}", "provider": "stripe", **_best(found)}


def _ours(
    given: argparse.Namespace, one: str, stand: Provider, server: Server | None, folder: Path, rows: int
) -> Iterator[Figures]:
    found = []
    for number in range(given.repeat):
        url = f"sqlite+pysqlite:///{folder}/{one}-{rows}-{number}.db"
        if server is not None:
            server.create("ours")
            url = server.url("ours")
        before = stand.sent()
        told = _process("bench.sync.ours", one, stand.base, url, str(int(given.limits)))
        after = stand.sent()
        told["full"] |= {
            "bytes": after["bytes"] - before["bytes"],
            "refused": after["refused"] - before["refused"],
        }
        found.append(told)
    full = _best([told["full"] for told in found])
    if given.limits:
        full["limits_seconds"] = floor_seconds(one, rows, given.latency_ms)
    yield {"what": "ours, first pass", "provider": one, **full}
    yield {"what": "ours, next pass", "provider": one, **_best([told["incremental"] for told in found])}


def _calls_alone(given: argparse.Namespace, one: str, rows: int) -> Iterator[Figures]:
    """Against a stand-in of its own, whose windows are empty: the other's may be full of the pass's calls for a minute."""
    with provider(one, rows, latency_ms=given.latency_ms, limits=True) as stand:
        told = _process("bench.sync.ours", one, stand.base, "", "1")["calls"] | {"refused": stand.sent()["refused"]}
    bound = floor_seconds(one, rows, given.latency_ms)
    yield {"what": "our calls alone", "provider": one, **told, "limits_seconds": bound}


def _socket(server: Server) -> str:
    """The folder of the server's socket."""
    return server.dsn("peer").split()[0].removeprefix("host=")


def _best(found: list[Figures]) -> Figures:
    return min(found, key=lambda told: float(told["seconds"]))


def _process(module: str, *given: str) -> Figures:
    command = [sys.executable, "-m", module, *given]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, cwd=_ROOT, check=True)
    told: Figures = json.loads(done.stdout)
    return told


def _print(lines: list[Figures]) -> None:
    print("| provider | what | rows | rows/s | s | CPU s | calls | refused | peak MB | bound by limits, s |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for line in lines:
        names = ("rows", "rows_a_second", "seconds", "cpu_seconds", "calls", "refused", "peak_mb", "limits_seconds")
        cells = " | ".join("" if line.get(name) is None else f"{line[name]:,}" for name in names)
        print(f"| {line['provider']} | {line['what']} | {cells} |")


if __name__ == "__main__":
    main()
