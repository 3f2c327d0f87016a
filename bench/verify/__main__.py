"""`python -m bench.verify --books xero --customers 5000`: calls and seconds of a verification, one JSON object.

First where everything ties out, then with records changed at the ledger and not synced yet: a payment by somebody else,
an invoice that was edited, one that was voided. Ends with 1 where more than 50 calls were made, or a cause is missing.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from bench.posting.desk import PERSON, Desk, desk_over
from proving.verify.differences import Cause, Check
from runtime.proving import verify_connection
from store import schema
from store.database import Database

CALLS_MAX = 50
WANTED = {Cause.OTHER_POSTER.value: 1, Cause.CHANGED_THERE.value: 1, Cause.VOIDED_THERE.value: 1}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.verify", description=__doc__)
    parser.add_argument("--books", choices=("quickbooks", "xero"), default="xero")
    parser.add_argument("--customers", type=int, default=5_000)
    parser.add_argument("--invoices", type=int, default=10_000)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite+pysqlite:///{folder}/bench.db")
        schema.upgrade(database)
        with desk_over(
            database, Path(folder) / "home", given.books, count=given.invoices, customers=given.customers
        ) as desk:
            told = {
                "books": given.books, "customers": given.customers, "invoices": given.invoices,
                "tied": _one(desk), "changed": _changed(desk),
            }  # fmt: skip
        database.close()
    told["holds"] = _holds(told)
    print(json.dumps(told, indent=2))
    return 0 if told["holds"] else 1


def _one(desk: Desk) -> dict[str, Any]:
    """calls: what reached the stand-in, tokens left out; ours: what the verification itself counted."""
    before = len(desk.stand.journal.as_json())
    started, used = time.monotonic(), time.process_time()
    found = verify_connection(desk.app, desk.organisation_id, desk.connection_id, by=PERSON)
    seconds, cpu = time.monotonic() - started, time.process_time() - used
    documents = [row for row in found.rows if row.check is Check.DOCUMENT]
    return {
        "state": found.state, "calls": len(desk.stand.journal.as_json()) - before, "ours": found.calls,
        "seconds": round(seconds, 2), "cpu_seconds": round(cpu, 2), "compared": found.totals["customer"]["compared"],
        "causes": dict(Counter(row.cause.value for row in documents)),
    }  # fmt: skip


def _changed(desk: Desk) -> dict[str, Any]:
    for verb, number in (("pay_invoice", 0), ("edit_invoice", 1), ("void_invoice", 2)):
        fields = {"invoice": f"inv{number}"} | ({"amount": "7.00"} if verb == "edit_invoice" else {})
        desk.stand.change(desk.tenant, verb, fields)
    return _one(desk)


def _holds(told: dict[str, Any]) -> bool:
    both = (told["tied"], told["changed"])
    return (
        all(one["calls"] < CALLS_MAX and one["compared"] >= told["customers"] for one in both)
        and told["tied"]["state"] == "tied"
        and told["changed"]["causes"] == WANTED
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
