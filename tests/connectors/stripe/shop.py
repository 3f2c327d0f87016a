"""A small Stripe account over HTTP: lists newest first, pages by id, filters by created. Written from the documents."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from connectors.port import Context, Page, Record
from connectors.retry import RetryPolicy
from connectors.stripe.connector import StripeConnector
from connectors.stripe.kinds import API_VERSION
from connectors.stripe.limits import read_limit
from connectors.tokens import TokenSet
from connectors.transport import Transport
from ledger.faults import ConsentLost
from tests.connectors.wire import Answer, Call, Naps, serve

T0 = 1_780_000_000  # 2026-05-28T20:26:40Z
NOW = datetime.fromtimestamp(T0 + 1_000_000, UTC)
CONTEXT = Context(provider="stripe", company_id="acct_1", home_currency="USD", time_zone="America/New_York")

Thing = dict[str, Any]


@dataclass
class Key:
    """A token source of one key; `lost` counts how often a newer one was asked for."""

    key: str = "rk_test_1"
    lost: int = 0

    def current(self) -> TokenSet:
        return TokenSet(access_token=self.key)

    def refreshed(self, stale: TokenSet) -> TokenSet:
        self.lost += 1
        raise ConsentLost(f"{stale.access_token[:3]}... is not accepted")


@dataclass
class Watch:
    """A clock that stands still."""

    moment: datetime = NOW

    def __call__(self) -> datetime:
        return self.moment


@dataclass
class Shop:
    """Objects by path, in order of their making. page: the most that a list gives, however much is asked for."""

    page: int = 3
    now: int = T0
    things: dict[str, list[Thing]] = field(default_factory=dict)
    events: list[Thing] = field(default_factory=list)
    before: Callable[[Call], Answer | None] = lambda _: None
    date: Callable[[], datetime | None] | None = None

    def add(self, path: str, thing: Thing, event: str | None = None, **more: Any) -> Thing:
        self.now += 10
        made = {"created": self.now, "livemode": False, **thing}
        self.things.setdefault(path, []).append(made)
        if event:
            self.tell(event, made, **more)
        return made

    def tell(self, event: str, thing: Thing, *, version: str = API_VERSION, before: Thing | None = None) -> Thing:
        """The event of a change that was just made."""
        data: Thing = {"object": json.loads(json.dumps(thing))}
        if before:
            data["previous_attributes"] = before
        made = {
            "id": f"evt_{len(self.events):05}",
            "object": "event",
            "type": event,
            "api_version": version,
            "created": self.now,
            "livemode": False,
            "data": data,
        }
        self.events.append(made)
        return made

    def answer(self, call: Call) -> Answer:
        answer = self._answer(call)
        now = self.date() if self.date else None
        if now is not None:
            answer.headers["Date"] = format_datetime(now, usegmt=True)
        return answer

    def _answer(self, call: Call) -> Answer:
        said = self.before(call)
        if said is not None:
            return said
        if call.headers.get("stripe-version") != API_VERSION or call.headers.get("authorization") != "Bearer rk_test_1":
            return Answer(status=401, body=b'{"error":{"type":"invalid_request_error"}}')
        path = call.path.removeprefix("/v1/")
        if path == "events":
            wanted = {value for name, value in call.query if name == "types[]"}
            assert 0 < len(wanted) <= 20
            return self._listed([event for event in self.events if event["type"] in wanted], call)
        if path in self.things:
            return self._listed(self.things[path], call)
        parent, _, external_id = path.rpartition("/")
        for thing in self.things.get(parent, ()):
            if thing["id"] == external_id:
                return _json(thing)
        if parent or external_id in _EMPTY:
            return _missing(external_id) if parent and parent in self.things else self._listed([], call)
        return _missing(external_id)

    def _listed(self, things: list[Thing], call: Call) -> Answer:
        assert call.one("limit") == "100"
        rows = list(reversed(things))
        rows.sort(key=lambda thing: -thing["created"])  # stable: of one second the later made stands first
        rows = [row for row in rows if _fits(row, call)]
        after = call.one("starting_after")
        if after is not None:
            places = [place for place, row in enumerate(rows) if row["id"] == after]
            if not places:
                return _missing(after)
            rows = rows[places[0] + 1 :]
        return _json({"object": "list", "data": rows[: self.page], "has_more": len(rows) > self.page, "url": call.path})


_EMPTY = {"customers", "invoices", "invoice_payments", "charges", "payment_intents", "refunds"}
_EMPTY |= {"credit_notes", "disputes", "balance_transactions", "payouts"}


def _fits(row: Thing, call: Call) -> bool:
    checks = {
        "created[gte]": lambda value: row["created"] >= int(value),
        "created[lte]": lambda value: row["created"] <= int(value),
        "created[lt]": lambda value: row["created"] < int(value),
        "status": lambda value: row.get("status") == value,
        "payout": lambda value: row.get("_payout") == value,
        "invoice": lambda value: row.get("invoice") == value,
    }
    return all(checks[name](value) for name, value in call.query if name in checks)


def _json(thing: Any) -> Answer:
    return Answer(body=json.dumps(thing).encode())


def _missing(external_id: str) -> Answer:
    body = {
        "error": {"type": "invalid_request_error", "code": "resource_missing", "message": f"No such: {external_id}"}
    }
    return Answer(status=404, body=json.dumps(body).encode())


@dataclass
class Site:
    """The shop on its port, and a connector to it."""

    shop: Shop
    connector: StripeConnector
    calls: list[Call]
    naps: Naps
    watch: Watch
    key: Key

    def paths(self) -> list[str]:
        return [call.path.removeprefix("/v1/") for call in self.calls]

    def pull(self, state: Any = None, **more: Any) -> list[Page]:
        return list(self.connector.pull("account", state, **more))


@contextmanager
def open_shop(shop: Shop, *, clock: Callable[[], datetime] | None = None, account: str | None = None) -> Iterator[Site]:
    naps, key, watch = Naps(), Key(), Watch()
    clock = clock or watch
    shop.date = shop.date or clock
    with serve(shop.answer) as server:
        transport = Transport(
            "Stripe",
            clock=clock,
            sleep=naps,
            random=lambda: 1.0,
            limits=read_limit,
            policy=RetryPolicy(tries=3),
        )
        connector = StripeConnector(server.url, key, account=account, transport=transport, clock=clock)
        try:
            yield Site(shop, connector, server.calls, naps, watch, key)
        finally:
            transport.close()


def ids(pages: list[Page]) -> dict[tuple[str, str], Record]:
    """The last state of each record of the pages."""
    return {(record.kind, record.external_id): record for page in pages for record in page.records}


def filled() -> Shop:
    """Seven of everything that is listed, a payout with contents, a payment outside Stripe, a customer with credit."""
    shop = Shop()
    for n in range(7):
        shop.add(
            "customers", {"id": f"cus_{n}", "object": "customer", "currency": "usd", "balance": -500 if n == 3 else 0}
        )
        invoice = {"id": f"in_{n}", "object": "invoice", "currency": "usd", "status": "open", "total": 1000 + n}
        shop.add("invoices", invoice | {"customer": f"cus_{n}", "amount_remaining": 1000 + n})
        shop.add(
            "charges", {"id": f"ch_{n}", "object": "charge", "currency": "usd", "amount": 100, "status": "succeeded"}
        )
        payment = (
            {"type": "payment_record", "payment_record": "pr_1"} if n == 2 else {"type": "charge", "charge": f"ch_{n}"}
        )
        link = {"id": f"inpay_{n}", "object": "invoice_payment", "invoice": f"in_{n}", "currency": "usd"}
        shop.add("invoice_payments", link | {"payment": payment, "status": "open", "amount_requested": 100})
        line = {
            "id": f"txn_{n}",
            "object": "balance_transaction",
            "currency": "usd",
            "amount": 100,
            "fee": 3,
            "net": 97,
        }
        shop.add("balance_transactions", line | {"status": "available", "_payout": "po_1" if n < 4 else None})
    shop.add("payment_records", {"id": "pr_1", "object": "payment_record"})
    entry = {"id": "cbtxn_1", "object": "customer_balance_transaction", "customer": "cus_3", "currency": "usd"}
    shop.add("customers/cus_3/balance_transactions", entry | {"amount": -500, "ending_balance": -500})
    payout = {"id": "po_1", "object": "payout", "currency": "usd", "amount": 388, "status": "paid", "automatic": True}
    shop.add("payouts", payout | {"reconciliation_status": "completed"})
    shop.add("payouts", payout | {"id": "po_2", "reconciliation_status": "in_progress"})
    return shop
