"""Our own pull against a stand-in, in a process of its own: `python -m bench.sync.ours PROVIDER BASE DATABASE_URL LIMITS`.

Prints one JSON object: seconds, rows, calls and peak memory of a first pass and of the next one, which finds nothing.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from connectors.limits import Rule, SlidingWindows
from connectors.message import LimitReader, plain_limits
from connectors.port import Connector
from connectors.quickbooks.connector import QuickBooksConnector
from connectors.stripe.connector import StripeConnector
from connectors.stripe.limits import read_limit
from connectors.tokens import TokenSet
from connectors.transport import Transport
from connectors.xero.client import read_limits
from connectors.xero.connector import XeroConnector
from ledger.company import Company
from ledger.source import connection_id
from store import schema, tenancy
from store.credentials import Sealer, add_tokens
from store.database import Database
from store.scope import Scope
from sync.apply import Target, load_context
from sync.pull import PassResult, run_pass

COMPANY = "bench"
_RULES: dict[str, tuple[tuple[Rule, ...], int]] = {
    "stripe": (
        (
            Rule(calls=96, per_seconds=1, scope="second"),
            Rule(calls=24, per_seconds=1, scope="second", each_endpoint=True),
        ),
        32,
    ),
    "xero": ((Rule(calls=59, per_seconds=60, scope="minute"),), 5),
    "quickbooks": ((Rule(calls=495, per_seconds=60, scope="minute"),), 10),
}


class _Tokens:
    """A key that never ends."""

    def current(self) -> TokenSet:
        return TokenSet(access_token="rk_test_bench")

    def refreshed(self, stale: TokenSet) -> TokenSet:
        return stale


def now() -> datetime:
    return datetime.now(UTC)


def place(database: Database, provider: str) -> Scope:
    """An organisation with one connection in an empty database."""
    schema.upgrade(database)
    sealer = Sealer(["Y29ubmVjdGlvbi1iZW5jaC1jb25uZWN0aW9uLWJlbmM="])
    books = Company(external_id=COMPANY, name="Bench", country="US", home_currency="USD", time_zone="America/New_York")
    secret = {"access_token": "rk_test_bench", "refresh_token": None, "scope": "", "account": None}
    with database.write() as connection:
        organisation_id = tenancy.add_organisation(connection, "Bench", actor="bench", now=now())
        entity_id = tenancy.add_entity(connection, organisation_id, books, actor="bench", now=now())
        token_set_id = tenancy.new_id(now())
        add_tokens(
            connection, sealer, organisation_id=organisation_id, token_set_id=token_set_id, provider=provider,
            secret=secret, expires_at=None, refresh_expires_at=None, now=now(),
        )  # fmt: skip
        tenancy.save_connection(
            connection, organisation_id, entity_id, provider, books, token_set_id=token_set_id, since=None,
            actor="bench", now=now(),
        )  # fmt: skip
    return Scope(organisation_id, connection_id(provider, COMPANY))


def transport(provider: str, *, limits: bool) -> Transport:
    readers: dict[str, LimitReader] = {"stripe": read_limit, "xero": read_limits}
    rules, in_flight = _RULES[provider]
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


def _timed(run: Callable[[], PassResult]) -> dict[str, Any]:
    started, cpu = time.perf_counter(), time.process_time()
    result = run()
    seconds = time.perf_counter() - started
    return {
        "seconds": round(seconds, 3),
        "cpu_seconds": round(time.process_time() - cpu, 3),
        "rows": result.applied.came,
        "rows_a_second": round(result.applied.came / seconds),
        "calls": result.calls,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def main(provider: str, base: str, url: str, *, limits: bool) -> dict[str, Any]:
    database = Database(url)
    scope = place(database, provider)
    target = Target(database, scope, load_context(database, scope))

    def run() -> PassResult:
        return run_pass(target, connector(provider, base, limits=limits), now=now, ahead=True)

    found = {"full": _timed(run), "incremental": _timed(run)}
    database.close()
    return found


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], sys.argv[2], sys.argv[3], limits=sys.argv[4] == "1")))
