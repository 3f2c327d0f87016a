"""One organisation's books: its records with their stamps, the links between them, and who is told of a change."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sandbox.core.clock import SandboxClock
from sandbox.core.records import RecordStore
from sandbox.world.plan import Company
from sandbox.xero.desk.faults import not_found
from sandbox.xero.desk.kinds import KINDS
from sandbox.xero.desk.shelf import Shelf
from sandbox.xero.desk.undo import Undo
from sandbox.xero.desk.wire import Record, encode, from_ms, ms

_Item = TypeVar("_Item")


@dataclass(frozen=True)
class Event:
    """What a webhook would say: kind and id of a record, CREATE or UPDATE, milliseconds since 1970."""

    kind: str
    id: str
    operation: str
    at: int


@dataclass
class Allocation:
    """`amount` of a credit note, overpayment or prepayment put to an invoice, dated `on` (ISO day)."""

    id: str
    kind: str
    source: str
    invoice: str
    amount: Decimal
    on: str
    deleted: bool = False


class Books:
    """Records hold their own and their derived fields: Decimal amounts, ISO days, stamps in milliseconds.

    What stands in other records too (a contact's name, an invoice's payments) is put in when one is read. Hold `lock`
    around a reading and a writing.
    """

    def __init__(self, tenant: str, company: Company, clock: SandboxClock, store: RecordStore, seed: str) -> None:
        self.tenant = tenant
        self.company = company
        self.clock = clock
        self.store = store
        self.lock = store.lock
        self.zone = ZoneInfo(company.time_zone)
        self.home = company.home_currency
        self.shelves: dict[str, Shelf] = {name: Shelf() for name in KINDS}
        self.keys: dict[str, str] = {}  # the plan's key -> id
        self.roles: dict[str, str] = {}  # what an account is for -> its id
        self.payments_on: dict[str, list[str]] = defaultdict(list)  # document -> payments, deleted ones too
        self.allocations_on: dict[str, list[Allocation]] = defaultdict(list)  # invoice -> what was put to it
        self.allocations_of: dict[str, list[Allocation]] = defaultdict(list)  # credit -> where it was put
        self.documents_of: dict[str, list[tuple[str, str]]] = defaultdict(list)  # contact -> (kind, id)
        self.names: dict[str, str] = {}  # contact name, lower case -> id
        self.numbers: dict[str, str] = {}  # sales invoice number -> id
        self.view: Callable[[str, Record], Record] = lambda _, record: record
        self._rates: dict[str, list[tuple[str, Decimal]]] = defaultdict(list)
        self._chance = Random(f"{seed}/{tenant}")
        self._at: int | None = None
        self._events: list[Event] = []
        self.undo = Undo()

    def new_id(self) -> str:
        return str(UUID(int=self._chance.getrandbits(128), version=4))

    def today(self) -> date:
        return self.clock.now().astimezone(self.zone).date()

    def now(self) -> int:
        """The moment that a write is stamped with."""
        return ms(self.clock.now()) if self._at is None else self._at

    @property
    def organisation(self) -> Record:
        return self.need("Organisation", self.tenant)

    def get(self, kind: str, record_id: str) -> Record | None:
        return self.store.get(kind, record_id)

    def need(self, kind: str, record_id: str) -> Record:
        """Refusal 404 where there is none."""
        found = self.store.get(kind, record_id)
        if found is None:
            raise not_found()
        return found

    def lock_day(self) -> str | None:
        """The last day on or before which nothing may be written any more."""
        held = self.organisation
        return max((held[name] for name in ("PeriodLockDate", "EndOfYearLockDate") if held.get(name)), default=None)

    # -- rates ------------------------------------------------------------------------------------------------------

    def add_rate(self, on: date, currency: str, home_for_one: str) -> None:
        steps = self._rates[currency]
        steps.append((on.isoformat(), Decimal(home_for_one)))
        steps.sort()

    def rate_on(self, day: str, currency: str) -> Decimal | None:
        """Home units for one of the currency on an ISO day: the newest step that is not later; None without any."""
        steps = self._rates.get(currency)
        if not steps:
            return None
        place = bisect_right(steps, day, key=lambda step: step[0])
        return steps[max(place - 1, 0)][1]

    # -- writing ----------------------------------------------------------------------------------------------------

    def add(self, kind: str, record: Record) -> Record:
        """A new record, stamped now; its id is made here unless it has one."""
        field = KINDS[kind].id_field
        key = record.setdefault(field, self.new_id())
        self.undo.push(lambda: self._drop(kind, key))
        self._put(kind, key, record, "CREATE")
        contact = record.get("ContactID")
        if contact is not None and kind != "Contacts":
            self.link(self.documents_of[contact], (kind, key))
        return record

    def change(self, kind: str, record_id: str) -> Record:
        """The record, to be altered in place; `touch` it afterwards. Refusal 404 where there is none."""
        record = self.need(kind, record_id)
        if self.undo.watching:
            before = dict(record)
            self.undo.push(lambda: self._restore(kind, record_id, before))
        return record

    def link(self, held: list[_Item], item: _Item) -> None:
        """Append to one of the lists of links."""
        held.append(item)
        self.undo.push(lambda: held.remove(item))

    def name(self, held: dict[str, str], name: str, record_id: str | None) -> None:
        """Set an entry of `names` or `numbers`; None takes it out."""
        before = held.get(name)
        self.undo.push(lambda: _set(held, name, before))
        _set(held, name, record_id)

    def touch(self, kind: str, record_id: str) -> None:
        """The record was altered in place: a new stamp, and those who listen are told."""
        self._put(kind, record_id, self.need(kind, record_id), "UPDATE")

    def _drop(self, kind: str, record_id: str) -> None:
        self.store.remove(kind, record_id)
        self.shelves[kind].drop(record_id)

    def _restore(self, kind: str, record_id: str, before: Record) -> None:
        record = self.need(kind, record_id)
        record.clear()
        record.update(before)
        self.shelves[kind].place(record_id, record["UpdatedDateUTC"])

    def _put(self, kind: str, record_id: str, record: Record, operation: str) -> None:
        at = max(self.now(), record.get("UpdatedDateUTC", 0))
        record["UpdatedDateUTC"] = at
        bulk = self._at is not None
        self.store.put(kind, record_id, record, operation=operation, at=from_ms(at))
        self.shelves[kind].place(record_id, at, bulk=bulk)
        if not bulk:
            self.link(self._events, Event(kind, record_id, operation, at))

    def forget_bytes(self) -> None:
        """Something that stands in many answers has changed, such as a contact's name."""
        for shelf in self.shelves.values():
            shelf.raw.clear()

    def take_events(self) -> list[Event]:
        events, self._events = self._events, []
        return events

    @contextmanager
    def writing_history(self) -> Iterator[Callable[[int], None]]:
        """No events; the given function sets the moment (milliseconds) that the next writes are stamped with."""

        def at(moment: int) -> None:
            self._at = moment

        with self.lock:
            self._at = self.now()
            try:
                yield at
            finally:
                self._at = None

    # -- reading as bytes -------------------------------------------------------------------------------------------

    def raw(self, kind: str, record_id: str) -> bytes:
        shelf = self.shelves[kind]
        held = shelf.raw.get(record_id)
        if held is None:
            held = encode(self.view(kind, self.need(kind, record_id)))
            if kind != "Contacts":  # their balances move with other records
                shelf.raw[record_id] = held
        return held


def _set(held: dict[str, str], name: str, value: str | None) -> None:
    if value is None:
        held.pop(name, None)
    else:
        held[name] = value
