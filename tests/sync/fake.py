"""A provider in memory that can be told what to do, and its connector: pages, re-reads, events, faults."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from connectors.port import Context, Mapped, Page, Record, State, Told
from connectors.several import kind_by_kind
from ledger.company import Company
from ledger.finding import Finding, Severity
from ledger.invoice import Invoice
from ledger.money import Money

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
KIND = "thing"


@dataclass
class Clock:
    """Time moves only when it is told to; every look is a microsecond later, as with a real clock."""

    moment: datetime = START + timedelta(microseconds=1)

    def now(self) -> datetime:
        self.moment += timedelta(microseconds=1)
        return self.moment

    def pass_by(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@dataclass(frozen=True)
class Event:
    """A snapshot with its creation in whole seconds, as Stripe stamps its events."""

    key: str
    minor: int | None
    created: datetime


@dataclass
class Provider:
    """Things with an amount; None is a deletion. stamped: records carry an update stamp and a version."""

    clock: Clock
    stamped: bool = False
    things: dict[str, int] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    touched: dict[str, datetime] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)

    def put(self, key: str, minor: int | None) -> None:
        at = self.clock.now()
        self.versions[key] = self.versions.get(key, 0) + 1
        self.touched[key] = at
        if minor is None:
            self.things.pop(key, None)
        else:
            self.things[key] = minor
        self.events.append(Event(key, minor, at.replace(microsecond=0)))

    def record(self, key: str) -> Record:
        at = self.clock.now()
        if key not in self.things:
            return Record(kind=KIND, external_id=key, raw=b"{}", seen_at=at, deleted=True)
        return Record(
            kind=KIND,
            external_id=key,
            raw=json.dumps({"id": key, "minor": self.things[key]}).encode(),
            seen_at=at,
            updated_at=self.touched[key].replace(microsecond=0) if self.stamped else None,
            version=str(self.versions[key]) if self.stamped else "",
        )

    def told(self, event: Event) -> Record:
        raw = b"{}" if event.minor is None else json.dumps({"id": event.key, "minor": event.minor}).encode()
        return Record(kind=KIND, external_id=event.key, raw=raw, seen_at=event.created, deleted=event.minor is None)


@dataclass
class FakeConnector:
    """connectors.port.Connector over a Provider. A full pass lists everything; an incremental one lists what was touched.

    faults: raised in turn by the pages; page_size: things on a page.
    """

    source: Provider
    page_size: int = 2
    faults: list[BaseException] = field(default_factory=list)
    made: int = 0
    reads: list[tuple[str, ...]] = field(default_factory=list)
    provider: str = "xero"

    @property
    def kinds(self) -> tuple[str, ...]:
        return (KIND,)

    @property
    def calls(self) -> int:
        return self.made

    def company(self) -> Company:
        return Company(external_id="co-1", name="Fake")

    def feeds(self) -> tuple[str, ...]:
        return (KIND,)

    def waves(self) -> tuple[tuple[str, ...], ...]:
        return (self.feeds(),)

    def behind(self) -> tuple[str, ...]:
        return ()

    def pull(self, feed: str, state: State | None, *, since: date | None = None) -> Iterator[Page]:
        del since
        position = dict(state or {})
        full = bool(position.get("full", not position))
        floor = datetime.fromisoformat(position["floor"]) if "floor" in position else None
        began = position.get("began") or self.source.clock.now().isoformat()
        after = str(position.get("after", ""))
        while True:
            self.made += 1
            if self.faults:
                raise self.faults.pop(0)
            keys = sorted(key for key in self._listed(floor, full=full) if key > after)
            chosen = keys[: self.page_size]
            done = len(keys) <= self.page_size
            after = chosen[-1] if chosen else after
            going: State = {
                "full": full,
                "after": after,
                "began": began,
                **({"floor": position["floor"]} if floor else {}),
            }
            yield Page(
                feed=feed,
                records=[self.source.record(key) for key in chosen],
                state={"floor": began} if done else going,
                done=done,
                full=full,
                complete=(KIND,) if done and full else (),
            )
            if done:
                return

    def _listed(self, floor: datetime | None, *, full: bool) -> list[str]:
        if full or floor is None:
            return list(self.source.things)
        return [key for key, at in self.source.touched.items() if at >= floor]

    def recheck(self, held: Mapping[str, Sequence[str]]) -> Iterator[Page]:
        return iter(())

    def read(self, kind: str, external_ids: Sequence[str]) -> Iterator[Page]:
        self.made += 1
        self.reads.append(tuple(external_ids))
        yield Page(feed=kind, records=[self.source.record(key) for key in external_ids], state={}, done=True)

    def read_several(self, wanted: Mapping[str, Sequence[str]]) -> Iterator[Page]:
        return kind_by_kind(self.read, wanted)

    def told(self, body: bytes, event_type: str, kept_seconds: float) -> Told:
        raise NotImplementedError

    def follow(self, record: Record) -> Sequence[tuple[str, str]]:
        del record
        return ()

    def map(self, record: Record, context: Context) -> Mapped:
        del context
        said = json.loads(record.raw)
        if said["minor"] < 0:
            odd = Finding("negative", f"thing {said['id']} is negative.", Severity.ERROR, KIND, said["id"])
            return Mapped(findings=(odd,))
        amount = Money(said["minor"], "GBP")
        thing = Invoice(
            external_id=said["id"], number=None, customer_external_id=None, issued_on=None, due_on=None, total=amount,
            tax_total=Money(0, "GBP"), open_amount=amount, status="open",
        )  # fmt: skip
        return Mapped(values=(thing,))
