"""What nobody can be faster than, on this machine and in this run: `python -m bench.sync.floors WHICH BASE DSN`.

fetch: bytes read and not looked at. decode: each object as a struct. copy: rows that stand ready, by COPY. upsert: the
same by statements of many rows. line: a straight line of list, decode, normalise, COPY and merge of ten pages with the
cursor in one transaction, into one table (zstandard level 1, out of line, beside typed columns). tables: the same line into
the tables and keys that a pass writes, whose database is given: bytes fetched, decoded, hashed and compressed with that pass's
dictionaries, rows of values as that pass left them and so made for nothing, COPY without a merge. Stripe's lists.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from math import ceil
from typing import Any

import msgspec
import psycopg
import zstandard

from bench.sync.stripe import SHARES
from store import packed
from store.dictionary import Dictionary, packer_with
from store.fresh import LAST, open_cells
from store.sent import RECORD
from store.tables.pulled import NOUNS

_PAGES_A_TRANSACTION = 10
SIZE = 100
_COLUMNS = "kind, id, created, currency, amount, status, customer, number, due, paid, raw"
_TABLE = """
CREATE TABLE floor (
    kind VARCHAR(40), id VARCHAR(255), created TIMESTAMPTZ, currency CHAR(3), amount BIGINT, status TEXT, customer TEXT,
    number TEXT, due TIMESTAMPTZ, paid BIGINT, raw BYTEA, PRIMARY KEY (kind, id));
ALTER TABLE floor ALTER raw SET STORAGE EXTERNAL;
CREATE TABLE floor_cursor (kind VARCHAR(40) PRIMARY KEY, after TEXT);
"""
_MERGE = """INSERT INTO floor SELECT * FROM staged ON CONFLICT (kind, id) DO UPDATE SET created = excluded.created,
    currency = excluded.currency, amount = excluded.amount, status = excluded.status, customer = excluded.customer,
    number = excluded.number, due = excluded.due, paid = excluded.paid, raw = excluded.raw"""
_CURSOR = "INSERT INTO floor_cursor VALUES (%s, %s) ON CONFLICT (kind) DO UPDATE SET after = excluded.after"

_Row = tuple[Any, ...]


class _Listing(msgspec.Struct):
    data: list[msgspec.Raw]
    has_more: bool


class _Object(msgspec.Struct):
    """What all kinds have of what we keep."""

    id: str
    created: int
    currency: str | None = None
    amount: int | None = None
    total: int | None = None
    status: str | None = None
    customer: str | None = None
    number: str | None = None
    due_date: int | None = None
    amount_paid: int | None = None
    name: str | None = None
    source: str | None = None


def _pages(base: str) -> Iterator[tuple[str, bytes]]:
    """Every page of every kind that holds objects, over one connection."""
    link = http.client.HTTPConnection(base.removeprefix("http://"))
    for kind in SHARES:
        after = ""
        while True:
            link.request("GET", f"/v1/{kind}?limit=100{after}")
            body = link.getresponse().read()
            yield kind, body
            last = body[-80:].decode().rpartition('"last":"')[2].removesuffix('"}')
            if not last:
                break
            after = f"&starting_after={last}"


def fetch(base: str, dsn: str) -> int:
    del dsn
    return sum(SIZE for _, _body in _pages(base))


def decode(base: str, dsn: str) -> int:
    del dsn
    return sum(len(_decoded(kind, body)) for kind, body in _pages(base))


def _decoded(kind: str, body: bytes) -> list[tuple[_Object, bytes]]:
    del kind
    listing = msgspec.json.decode(body, type=_Listing)
    return [(msgspec.json.decode(raw, type=_Object), bytes(raw)) for raw in listing.data]


def _rows(kind: str, body: bytes, compress: Callable[[bytes], bytes]) -> list[_Row]:
    rows = []
    for found, raw in _decoded(kind, body):
        due = datetime.fromtimestamp(found.due_date, UTC) if found.due_date else None
        amount = found.total if found.amount is None else found.amount
        currency = found.currency.upper() if found.currency else None
        rows.append((
            kind, found.id, datetime.fromtimestamp(found.created, UTC), currency, amount, found.status, found.customer,
            found.number or found.name, due, found.amount_paid, compress(raw),
        ))  # fmt: skip
    return rows


def line(base: str, dsn: str) -> int:
    compress, count = zstandard.ZstdCompressor(level=1).compress, 0
    waiting: list[_Row] = []
    with psycopg.connect(dsn) as link:
        link.execute(_TABLE)
        link.commit()
        for pages, (kind, body) in enumerate(_pages(base), start=1):
            rows = _rows(kind, body, compress)
            waiting += rows
            count += len(rows)
            if pages % _PAGES_A_TRANSACTION == 0:
                _store(link, kind, waiting)
                waiting = []
        _store(link, "", waiting)
    return count


def _store(link: psycopg.Connection[Any], kind: str, rows: list[_Row]) -> None:
    with link.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE staged (LIKE floor) ON COMMIT DROP")
        _copy(cursor, "staged", rows)
        cursor.execute(_MERGE)
        cursor.execute(_CURSOR, (kind, rows[-1][1] if rows else ""))
    link.commit()


def _copy(cursor: psycopg.Cursor[Any], table: str, rows: list[_Row]) -> None:
    with cursor.copy(f"COPY {table} ({_COLUMNS}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _ready(base: str) -> list[_Row]:
    compress = zstandard.ZstdCompressor(level=1).compress
    return [row for kind, body in _pages(base) for row in _rows(kind, body, compress)]


class _Ready:
    """What a pass wrote, to be written once more into tables like its own in a schema beside them."""

    def __init__(self, link: psycopg.Connection[Any]) -> None:
        link.execute("DROP SCHEMA IF EXISTS floor CASCADE")
        link.execute("CREATE SCHEMA floor")
        self.place = link.execute("SELECT organisation_id, connection_id FROM public.records LIMIT 1").fetchone()
        held = link.execute("SELECT number, kind, content FROM public.payload_dictionaries")
        self.packers = {row[1]: packer_with(Dictionary(*row)) for row in held}
        self.rows: dict[str, list[bytes]] = {}
        for name in ("records", *(noun.table.name for noun in NOUNS)):
            link.execute(f"CREATE TABLE floor.{name} (LIKE public.{name} INCLUDING ALL)".encode())
            if name != "records":  # those are made in the line
                with link.cursor().copy(f"COPY public.{name} TO STDOUT".encode()) as copy:
                    self.rows[name] = [bytes(row) for row in copy]
        link.execute("CREATE TABLE floor.cursor (kind VARCHAR(40) PRIMARY KEY, after TEXT)")
        link.execute("SET search_path TO floor")
        link.commit()

    def write(self, link: psycopg.Connection[Any], records: list[bytes], part: int, parts: int) -> None:
        """One of so many transactions."""
        with link.cursor() as cursor:
            names = ", ".join((*RECORD, LAST))
            with cursor.copy(f"COPY records ({names}) FROM STDIN (FORMAT binary)".encode()) as copy:
                copy.write(b"".join([packed.HEAD, *records, packed.TAIL]))
            for name, rows in self.rows.items():
                own = rows[len(rows) * part // parts : len(rows) * (part + 1) // parts]
                if own:
                    with cursor.copy(f"COPY {name} FROM STDIN".encode()) as copy:
                        copy.write(b"".join(own))
            cursor.execute(
                "INSERT INTO cursor VALUES ('line', %s) ON CONFLICT (kind) DO UPDATE SET after = excluded.after",
                (part,),
            )
        link.commit()


def tables(base: str, dsn: str) -> dict[str, Any]:
    """The line into the tables of a pass, timed without the reading of what stands ready."""
    with psycopg.connect(dsn) as link:
        ready = _Ready(link)
        pages = sum(1 for _ in _pages(base))
        return _timed(lambda: _into_tables(base, link, ready, ceil(pages / _PAGES_A_TRANSACTION)))


def _into_tables(base: str, link: psycopg.Connection[Any], ready: _Ready, parts: int) -> int:
    assert ready.place is not None
    organisation, connection = ready.place
    pack, plain = packed.packer(open_cells("records")), zstandard.ZstdCompressor(level=1).compress
    now = datetime.now(UTC)
    end, count, part = packed.instant(now), 0, 0
    waiting: list[bytes] = []
    for pages, (kind, body) in enumerate(_pages(base), start=1):
        compress = ready.packers.get(kind, plain)
        for found, raw in _decoded(kind, body):
            digest = hashlib.blake2b(raw, digest_size=16).hexdigest()
            row = (
                organisation,
                connection,
                kind,
                found.id,
                "",
                None,
                now,
                False,
                digest,
                "zstd",
                compress(raw),
                kind,
                found.customer,
            )
            waiting.append(pack(row) + end)
        if pages % _PAGES_A_TRANSACTION == 0:
            ready.write(link, waiting, part, parts)
            count, part, waiting = count + len(waiting), part + 1, []
    if part < parts:
        ready.write(link, waiting, part, parts)
    return count + len(waiting)


def _timed(run: Callable[[], int]) -> dict[str, Any]:
    started, cpu = time.perf_counter(), time.process_time()
    rows = run()
    seconds = time.perf_counter() - started
    return {
        "seconds": round(seconds, 3),
        "cpu_seconds": round(time.process_time() - cpu, 3),
        "rows": rows,
        "rows_a_second": round(rows / seconds),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _into(dsn: str, rows: list[_Row], write: Callable[[psycopg.Cursor[Any], list[_Row]], None]) -> int:
    with psycopg.connect(dsn) as link:
        link.execute(_TABLE)
        link.commit()
        for start in range(0, len(rows), 1_000):
            with link.cursor() as cursor:
                write(cursor, rows[start : start + 1_000])
            link.commit()
    return len(rows)


def _upsert(cursor: psycopg.Cursor[Any], rows: list[_Row]) -> None:
    """A hundred rows a statement."""
    for start in range(0, len(rows), 100):
        part = rows[start : start + 100]
        marks = ", ".join(["(" + ", ".join(["%s"] * 11) + ")"] * len(part))
        merged = f"INSERT INTO floor VALUES {marks}" + _MERGE[_MERGE.index(" ON CONFLICT") :]  # noqa: S608 - marks alone
        cursor.execute(merged, [value for row in part for value in row])


def measure(which: str, base: str, dsn: str) -> dict[str, Any]:
    """One floor. Raises KeyError for a name that is none."""
    if which == "tables":
        return tables(base, dsn)
    if which == "copy":
        rows = _ready(base)
        return _timed(lambda: _into(dsn, rows, lambda cursor, part: _copy(cursor, "floor", part)))
    if which == "upsert":
        rows = _ready(base)
        return _timed(lambda: _into(dsn, rows, _upsert))
    run = {"fetch": fetch, "decode": decode, "line": line}[which]
    return _timed(lambda: run(base, dsn))


if __name__ == "__main__":
    print(json.dumps(measure(*sys.argv[1:4])))
