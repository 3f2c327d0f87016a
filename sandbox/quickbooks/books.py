"""One company's books: its records with their stamps, tokens and ids, and who is told of a change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sandbox.core.clock import SandboxClock
from sandbox.core.records import RecordStore
from sandbox.quickbooks.directory import Directory
from sandbox.quickbooks.faults import not_found
from sandbox.quickbooks.kinds import KINDS, TRANSACTIONS
from sandbox.quickbooks.shelf import Shelf
from sandbox.quickbooks.wire import Record, encode, ref_value, stamp
from sandbox.world.plan import Company

TXN = "Transaction"
ALWAYS_FRESH = frozenset({"Account"})  # any write may move their balance


@dataclass(frozen=True)
class Event:
    """What a webhook would say: operation is created, updated, deleted, void or merged."""

    kind: str
    id: str
    operation: str
    at: datetime


@dataclass(frozen=True)
class Tombstone:
    kind: str
    id: str
    seconds: int


class Books:
    """Records are values: a change puts a new dict in the place of the old one. Hold `lock` around a reading and a writing."""

    def __init__(self, realm: str, company: Company, clock: SandboxClock, store: RecordStore) -> None:
        self.realm = realm
        self.company = company
        self.clock = clock
        self.store = store
        self.lock = store.lock
        self.zone = ZoneInfo(company.time_zone)
        self.home = company.home_currency
        self.shelves: dict[str, Shelf] = {name: Shelf() for name in KINDS}
        self.tombstones: list[Tombstone] = []
        self.keys: dict[str, tuple[str, str]] = {}  # the plan's key -> kind, id
        self.roles: dict[str, str] = {}  # what an account or item is for -> its id
        self.reconciled: set[str] = set()  # ids of transactions ticked on a bank statement; no record shows it
        self.directory = Directory()
        self.version = 0
        self._sequence: dict[str, int] = {}
        self._bulk = False
        self._events: list[Event] = []
        self._on_put: list[Callable[[str, Record | None, Record | None], None]] = [self.directory.written]
        self.views: dict[str, Callable[[Record], Record]] = {}  # fields worked out at the moment of reading

    @property
    def multicurrency(self) -> bool:
        return any(code != self.home for code in self.company.currencies)

    def now_seconds(self) -> int:
        return int(self.clock.now().timestamp())

    def today(self) -> date:
        return self.clock.now().astimezone(self.zone).date()

    def get(self, kind: str, record_id: str) -> Record | None:
        return self.store.get(kind, record_id)

    def need(self, kind: str, record_id: str, element: str = "") -> Record:
        """Refusal 610 where there is none."""
        found = self.store.get(kind, record_id)
        if found is None:
            raise not_found(element=element)
        return found

    def transaction(self, record_id: str) -> tuple[str, Record] | None:
        """Transactions share one sequence, so an id alone names one."""
        for kind in TRANSACTIONS:
            found = self.store.get(kind, record_id)
            if found is not None:
                return kind, found
        return None

    def all(self, kind: str) -> list[Record]:
        return self.store.all(kind)

    def customer_currency(self, customer_id: str) -> str:
        record = self.get("Customer", customer_id)
        return (ref_value(record, "CurrencyRef") if record else None) or self.home

    def preferences(self) -> Record:
        return self.need("Preferences", "1")

    def close_date(self) -> str | None:
        held = self.preferences()["AccountingInfoPrefs"].get("BookCloseDate")
        return str(held) if held else None

    # -- writing ----------------------------------------------------------------------------------------------------

    def next_id(self, kind: str) -> str:
        name = TXN if KINDS[kind].transaction else kind
        self._sequence[name] = self._sequence.get(name, 0) + 1
        return str(self._sequence[name])

    def add(self, kind: str, body: Record, at: int | None = None, record_id: str | None = None) -> Record:
        """A new record: id, first token and stamps are given here."""
        seconds = self.now_seconds() if at is None else at
        written = stamp(seconds, self.zone)
        record = {
            **body,
            "domain": "QBO",
            "sparse": False,
            "Id": record_id or self.next_id(kind),
            "SyncToken": "0",
            "MetaData": {"CreateTime": written, "LastUpdatedTime": written},
        }
        self._put(kind, record, None, seconds, "created")
        return record

    def replace(self, kind: str, record: Record, at: int | None = None, operation: str = "updated") -> Record:
        """The next version of a record that stands here already: token and stamp move on."""
        old = self.need(kind, str(record["Id"]))
        seconds = self.now_seconds() if at is None else max(at, self.shelves[kind].stamp(old["Id"]))
        meta = {**old["MetaData"], "LastUpdatedTime": stamp(seconds, self.zone)}
        fresh = {**record, "SyncToken": str(int(old["SyncToken"]) + 1), "MetaData": meta}
        self._put(kind, fresh, old, seconds, operation)
        return fresh

    def remove(self, kind: str, record_id: str, at: int | None = None) -> None:
        """Gone from every query; only the change feed and a webhook say so."""
        seconds = self.now_seconds() if at is None else at
        old = self.store.remove(kind, record_id, at=self._moment(seconds))
        self.shelves[kind].drop(record_id)
        self.tombstones.append(Tombstone(kind, record_id, seconds))
        self._written(kind, old, None)
        self._tell(kind, record_id, "deleted", seconds)

    def on_put(self, listener: Callable[[str, Record | None, Record | None], None]) -> None:
        """`listener(kind, old, new)` after each write; new is None for a removal."""
        self._on_put.append(listener)

    def tell(self, kind: str, record_id: str, operation: str) -> None:
        """An event without a write of its own (a merge)."""
        self._tell(kind, record_id, operation, self.now_seconds())

    def take_events(self) -> list[Event]:
        events, self._events = self._events, []
        return events

    @contextmanager
    def loading(self) -> Iterator[None]:
        """History is being written: no events, and the indexes are made at the end."""
        with self.lock:
            self._bulk = True
            try:
                yield
            finally:
                self._bulk = False

    # -- reading as bytes -------------------------------------------------------------------------------------------

    def seen(self, kind: str, record: Record) -> Record:
        """The record as a caller sees it."""
        view = self.views.get(kind)
        return view(record) if view else record

    def raw(self, kind: str, record_id: str) -> bytes:
        shelf = self.shelves[kind]
        held = shelf.raw.get(record_id)
        if held is None:
            held = encode(self.seen(kind, self.need(kind, record_id)))
            if kind not in ALWAYS_FRESH:
                shelf.raw[record_id] = held
        return held

    def _put(self, kind: str, record: Record, old: Record | None, seconds: int, operation: str) -> None:
        self.store.put(kind, record["Id"], record, operation=operation, at=self._moment(seconds))
        self.shelves[kind].place(record["Id"], seconds, bulk=self._bulk)
        self._written(kind, old, record)
        self._tell(kind, record["Id"], operation, seconds)

    def _written(self, kind: str, old: Record | None, new: Record | None) -> None:
        self.version += 1
        for listener in self._on_put:
            listener(kind, old, new)

    def _tell(self, kind: str, record_id: str, operation: str, seconds: int) -> None:
        if not self._bulk:
            self._events.append(Event(kind, record_id, operation, self._moment(seconds)))

    def _moment(self, seconds: int) -> datetime:
        return datetime.fromtimestamp(seconds, self.zone)
