"""One Stripe account: its records, the rows that its lists read, and what happened in it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from sandbox.core.clock import SandboxClock
from sandbox.core.records import Record, RecordStore
from sandbox.stripe.ids import IdMaker, kind_of
from sandbox.stripe.shapes.account import account, event
from sandbox.stripe.shelf import Shelf
from sandbox.world import plan

# What a full read of the account returns, in the words of its paths.
WIRE_KINDS = (
    "customers",
    "invoices",
    "invoice_payments",
    "charges",
    "payment_intents",
    "payment_records",
    "refunds",
    "credit_notes",
    "customer_balance_transactions",
    "disputes",
    "balance_transactions",
    "payouts",
)
EVENT_DAYS = 30

# Fields by whose value a list may be narrowed without reading the whole of it.
GROUPED: Mapping[str, tuple[str, ...]] = {
    "invoices": ("customer",),
    "charges": ("customer", "payment_intent"),
    "payment_intents": ("customer",),
    "invoice_payments": ("invoice",),
    "refunds": ("charge", "payment_intent"),
    "credit_notes": ("invoice", "customer"),
    "customer_balance_transactions": ("customer", "invoice"),
    "disputes": ("charge", "payment_intent"),
    "balance_transactions": ("source",),
}


class NoSuchRecordError(LookupError):
    """An id or key that this account does not have."""


@dataclass(frozen=True)
class Cause:
    """The request behind a change, as its events name it."""

    request: str | None = None
    idempotency_key: str | None = None


@dataclass(frozen=True)
class OffStripe:
    """Money that a person marked as received outside Stripe, without a payment record."""

    at: int
    amount: int


@dataclass
class Margins:
    """What the wire form of a record does not show."""

    lines: dict[str, list[Record]] = field(default_factory=dict)  # invoice or credit note -> all lines
    off_stripe: dict[str, list[OffStripe]] = field(default_factory=dict)  # invoice -> marked as paid
    numbers: dict[str, str] = field(default_factory=dict)  # draft invoice -> the number it will get
    fees: dict[str, int] = field(default_factory=dict)  # dispute -> its fee
    settling: dict[str, tuple[str, int, int, int]] = field(
        default_factory=dict
    )  # charge -> currency, amount, fee, tax in it
    paid_out: dict[str, str] = field(default_factory=dict)  # balance transaction -> payout
    banks: dict[str, str] = field(default_factory=dict)  # currency -> bank account
    overpaid: set[str] = field(default_factory=set)  # invoices whose overpayment the plan books itself
    credit: dict[tuple[str, str], int] = field(default_factory=dict)  # customer and currency -> balance
    ripening: list[int] = field(default_factory=list)  # a heap of the moments at which money becomes available


class Books:
    """Everything in one account. Hold `lock` over a reading or a change as a whole."""

    def __init__(self, company: plan.Company, clock: SandboxClock, seed: int) -> None:
        self.company = company
        self.clock = clock
        self.ids = IdMaker(f"{seed}/{company.key}")
        self.tenant = self.ids.account()
        self.zone = ZoneInfo(company.time_zone)
        self.store = RecordStore()
        self.lock: threading.RLock = self.store.lock
        self.margins = Margins()
        self.keys: dict[plan.Key, str] = {}
        self.cause = Cause()
        self.announce: Callable[[Record], None] | None = None  # gets each event; None while history is loaded
        self.undelivered: Callable[[], frozenset[str]] = frozenset  # ids of the events that no receiver took
        self._shelves: dict[str, Shelf] = {}
        self.account = account(
            self.tenant,
            created=int(clock.now().timestamp()) - 4 * 365 * 86400,
            country=company.country,
            currency=company.home_currency.lower(),
            name=company.name,
            email=f"owner@{company.key}.example",
            time_zone=company.time_zone,
        )

    # Time

    def now(self) -> int:
        """Unix seconds."""
        return int(self.clock.now().timestamp())

    def on(self, day: date, at: time = time(0, 5)) -> int:
        """A time of a day in the account's own zone, as unix seconds."""
        return int(datetime.combine(day, at, self.zone).timestamp())

    def day_after(self, day: date) -> int:
        """The moment in which a day ends in the account's own zone."""
        return self.on(day + timedelta(days=1), time(0, 0))

    # Records

    def add(self, kind: str, record: Record) -> Record:
        """File a new record; its `created` is its place in the lists."""
        record_id = record["id"]
        self.store.put(kind, record_id, record)
        shelf = self.shelf(kind)
        shelf.add(record_id, record.get("created", 0))
        for name in GROUPED.get(kind, ()):
            if record.get(name) is not None:
                shelf.group(name, record[name], record_id)
        if kind == "invoice_payments":
            payment = record["payment"]
            shelf.group("payment", payment[payment["type"]], record_id)
        return record

    def shelf(self, kind: str) -> Shelf:
        return self._shelves.setdefault(kind, Shelf())

    def find(self, kind: str, record_id: str) -> Record | None:
        return self.store.get(kind, record_id)

    def get(self, kind: str, record_id: str) -> Record:
        """NoSuchRecordError if there is none."""
        record = self.store.get(kind, record_id)
        if record is None:
            message = f"No such {kind.rstrip('s').replace('_', ' ')}: '{record_id}'"
            raise NoSuchRecordError(message)
        return record

    def locate(self, record_id: str) -> tuple[str, Record] | None:
        """The kind and record behind any id, by its prefix."""
        kind = kind_of(record_id)
        record = None if kind is None else self.store.get(kind, record_id)
        return None if kind is None or record is None else (kind, record)

    def rows(self, kind: str, field_name: str, value: str) -> Iterator[Record]:
        """The records of a group, newest first."""
        for record_id in self.shelf(kind).newest(field_name, value):
            yield self.get(kind, record_id)

    def external_id(self, key: plan.Key) -> str:
        try:
            return self.keys[key]
        except KeyError:
            message = f"the plan of {self.company.key} has no {key!r}"
            raise NoSuchRecordError(message) from None

    def fresh(self, record: Record) -> Record:
        """A record as it reads now: money becomes available as time passes."""
        if record.get("object") == "balance_transaction":
            record["status"] = "available" if record["available_on"] <= self.now() else "pending"
        elif record.get("object") == "dispute":
            for entry in record["balance_transactions"]:
                self.fresh(entry)
        return record

    # Events

    @contextmanager
    def altering(self, kind: str, record: Record, event_kind: str, at: int) -> Iterator[None]:
        """Change a record inside; if it did change, `event_kind` tells so with what it was before."""
        if not self._recent(at):
            yield
            self.store.note(kind, record["id"], "updated")
            return
        before = msgspec.json.decode(msgspec.json.encode(record))
        yield
        earlier = _earlier(before, record)
        if earlier:
            self.store.note(kind, record["id"], "updated")
            self.happened(event_kind, record, at, earlier)

    def happened(self, kind: str, record: Record, at: int, earlier: Record | None = None) -> None:
        """Write an event with a snapshot of the record. Nothing older than 30 days is kept."""
        if not self._recent(at):
            return
        data: dict[str, Any] = {"object": msgspec.Raw(msgspec.json.encode(self.fresh(record)))}
        if earlier:
            data["previous_attributes"] = earlier
        told = self.add(
            "events",
            event(
                self.ids.new("evt", at),
                created=at,
                kind=kind,
                data=data,
                request=self.cause.request,
                idempotency_key=self.cause.idempotency_key,
            ),
        )
        if self.announce is not None:
            self.announce(told)

    def _recent(self, at: int) -> bool:
        return at > self.now() - EVENT_DAYS * 86400

    @contextmanager
    def because(self, cause: Cause) -> Iterator[None]:
        """Name the request behind the changes made inside."""
        held, self.cause = self.cause, cause
        try:
            yield
        finally:
            self.cause = held


def _earlier(before: Record, after: Record) -> Record:
    """The fields of `before` that differ in `after`; within a dict, only the ones inside that differ."""
    earlier: Record = {}
    for name in {**before, **after}:
        was, now = before.get(name), after.get(name)
        if was == now:
            continue
        earlier[name] = _earlier(was, now) if isinstance(was, dict) and isinstance(now, dict) else was
    return earlier
