"""The books of one organisation: its records, their stamps and links, the events they make, and undoing of a failed write."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from random import Random
from typing import NamedTuple, TypeVar
from uuid import UUID

from sandbox.core.clock import SandboxClock
from sandbox.core.records import RecordStore
from sandbox.world import plan
from sandbox.xero.faults import Invalid
from sandbox.xero.kinds import KINDS
from sandbox.xero.wire import Record, cents, encode, foreign_per_home, instant_text, wire_instant

_Linked = TypeVar("_Linked")


class Place(NamedTuple):
    kind: str
    id: str


@dataclass(frozen=True)
class Event:
    """`type` is CREATE or UPDATE."""

    place: Place
    type: str
    at: datetime


class Books:
    """Hold `lock` around anything that reads twice or writes. Records are altered after `edit` and stamped by `touch`."""

    def __init__(self, tenant: str, company: plan.Company, clock: SandboxClock, chance: Random) -> None:
        self.tenant = tenant
        self.company = company
        self.home = company.home_currency
        self.store = RecordStore()
        self.lock = self.store.lock
        self.keys: dict[str, Place] = {}
        self.stamps: dict[str, dict[str, datetime]] = defaultdict(dict)
        self.payments_of: dict[str, list[str]] = defaultdict(list)  # document -> its payments, deleted ones too
        self.sources_of: dict[str, list[Place]] = defaultdict(list)  # invoice -> what is allocated to it
        self.places_of: dict[str, list[Place]] = defaultdict(list)  # contact -> its documents and money
        self.contact_refs: dict[str, Record] = {}  # one object for each contact, shared by all that name it
        self.rates: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)  # from this day on, foreign for one home
        self.large = False  # more than 100,000 documents: lists have to be asked for in a way that is cheap
        self.silent = False  # while a plan is loaded: no events, and no lock date holds
        self._clock = clock
        self._chance = chance
        self._moment: datetime | None = None
        self._events: list[Event] = []
        self._bytes: dict[Place, bytes] = {}
        self._undo: list[Callable[[], object]] | None = None

    # Time and names

    def now(self) -> datetime:
        moment = self._moment or self._clock.now()
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    def today(self) -> date:
        return self.now().date()

    @contextmanager
    def history(self) -> Iterator[Callable[[datetime], None]]:
        """Write what lies in the past: gives a function that says what time it is. No events come of it."""
        latest = self._clock.now()

        def at(moment: datetime) -> None:
            self._moment = min(moment, latest)

        self.silent = True
        try:
            yield at
        finally:
            self._moment, self.silent = None, False
            self._events.clear()

    def new_id(self) -> str:
        return str(UUID(int=self._chance.getrandbits(128), version=4))

    # Records

    def get(self, kind: str, record_id: object) -> Record | None:
        return self.store.get(kind, str(record_id).lower())

    def need(self, kind: str, record_id: object, what: str) -> Record:
        """Invalid when it is not there."""
        found = self.get(kind, record_id)
        if found is None:
            raise Invalid(f"{what} could not be found")
        return found

    def all(self, kind: str) -> list[Record]:
        return self.store.all(kind)

    def add(self, place: Place, record: Record) -> Record:
        self.store.put(place.kind, place.id, record, at=self.now())
        self._on_undo(lambda: self._forget(place))
        self._stamp(place, record)
        self._tell(place, "CREATE")
        return record

    def edit(self, place: Place) -> Record:
        """The record, to be altered: its fields set anew, nothing inside of them changed in place."""
        record = self.store.get(place.kind, place.id)
        if record is None:
            raise LookupError(f"there is no {place.kind} {place.id}")
        self._bytes.pop(place, None)
        if self._undo is None:
            return record
        before = {name: list(value) if isinstance(value, list) else value for name, value in record.items()}
        stamp = self.stamps[place.kind].get(place.id)

        def restore() -> None:
            record.clear()
            record.update(before)
            if stamp is not None:
                self.stamps[place.kind][place.id] = stamp
            self._bytes.pop(place, None)

        self._undo.append(restore)
        return record

    def touch(self, place: Place) -> None:
        """Stamp a record that was altered, and say so."""
        record = self.edit(place)
        self._stamp(place, record)
        self.store.note(place.kind, place.id, "updated", self.now())
        self._tell(place, "UPDATE")

    def raw(self, place: Place, render: Callable[[Record], Record]) -> bytes:
        """The record as it goes out in a page; kept until it is edited."""
        held = self._bytes.get(place)
        if held is None:
            record = self.store.get(place.kind, place.id)
            assert record is not None
            held = self._bytes[place] = encode(render(record))
        return held

    def forget_bytes(self) -> None:
        """A name changed that many records show."""
        self._bytes.clear()

    # Links

    def link(self, held: list[_Linked], value: _Linked) -> None:
        if value not in held:
            held.append(value)
            self._on_undo(lambda: held.remove(value))

    def unlink(self, held: list[_Linked], value: _Linked) -> None:
        if value in held:
            held.remove(value)
            self._on_undo(lambda: held.append(value))

    # Money

    def rate_on(self, currency: str, on: date) -> Decimal:
        """Units of `currency` for one of the home currency on that day. Invalid where none is known."""
        if currency == self.home:
            return Decimal("1.0")
        found = [rate for day, rate in self.rates.get(currency, ()) if day <= on]
        if not found:
            raise Invalid(f"There is no exchange rate for {currency} on {on.isoformat()}")
        return found[-1]

    def set_rates(self, steps: tuple[tuple[date, str, str], ...]) -> None:
        for on, currency, rate in sorted(steps):
            self.rates[currency].append((on, foreign_per_home(rate)))

    def to_home(self, amount: Decimal, rate: Decimal) -> Decimal:
        return amount if rate == 1 else cents(amount / rate)

    # Writing whole or not at all

    @contextmanager
    def whole(self) -> Iterator[None]:
        """What is written inside stands only if nothing is raised. Not to be nested."""
        told = len(self._events)
        self._undo = []
        try:
            yield
        except BaseException:
            steps, self._undo = self._undo, None
            for step in reversed(steps):
                step()
            del self._events[told:]
            raise
        finally:
            self._undo = None

    def take_events(self) -> list[Event]:
        taken, self._events = self._events, []
        return taken

    def _on_undo(self, step: Callable[[], object]) -> None:
        if self._undo is not None:
            self._undo.append(step)

    def _forget(self, place: Place) -> None:
        self.store.remove(place.kind, place.id, operation="undone")
        self.stamps[place.kind].pop(place.id, None)
        self._bytes.pop(place, None)

    def _stamp(self, place: Place, record: Record) -> None:
        now = self.now()
        self.stamps[place.kind][place.id] = now
        kind = KINDS[place.kind]
        if place.kind == "BankTransfers" or not kind.modified:
            return
        record["UpdatedDateUTC"] = wire_instant(now)
        if kind.stamp_text:
            record["UpdatedDateUTCString"] = instant_text(now)

    def _tell(self, place: Place, word: str) -> None:
        if not self.silent and KINDS[place.kind].category is not None:
            self._events.append(Event(place, word, self.now()))
