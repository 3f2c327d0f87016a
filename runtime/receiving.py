"""Webhooks at the door: verified over the raw bytes, kept once by event id, and only then answered.

What the door has to know of a delivery's address (signing secrets, whose connection it is) is remembered for some
seconds, so that a burst is not held up by asking the store the same again; a signature that does not fit is tried once
more with what the store says now.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from ledger.faults import BadInput, SignatureWrong, Unreachable
from runtime.nudging import Nudging, Target
from runtime.providers.parts import Event, Parts
from runtime.sequences import note_numbers
from runtime.wiring import App, provider_module
from store import tenancy
from store.database import Connection
from store.inbox import Delivery, Keeping
from store.plain import keyed, storable

REMEMBER_SECONDS = 5.0  # a connection that was disconnected is known to be within this time
REMEMBERED_MAX = 10_000  # addresses; then all is forgotten, and asked for again

T = TypeVar("T")
Receive = Callable[[Parts, bytes, Mapping[str, str], Sequence[str]], list[Event]]


@dataclass(frozen=True, slots=True)
class Came:
    """A delivery as it came. headers: by lower-case names.

    connection_id: the connection that the address names, for providers whose events do not name their company.
    """

    provider: str
    raw: bytes
    headers: Mapping[str, str]
    connection_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class _Opened:
    """A delivery that is genuine: what is kept of it, and whose it is."""

    provider: str
    events: Sequence[Event]
    deliveries: Sequence[Delivery]
    targets: Sequence[Target]


Done = list[Target] | Exception


class Receiving:
    """One for each process. Safe for its threads."""

    def __init__(
        self, app: App, nudging: Nudging | None = None, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """Without `nudging`, what is kept waits for the schedule."""
        self._app = app
        self._nudging = nudging
        self._parts = app.parts()
        self._secrets: _Remembered[list[str]] = _Remembered(monotonic)
        self._rows: _Remembered[list[Any]] = _Remembered(monotonic)
        self._own = threading.local()

    def make_ready(self) -> None:
        """Loads what the deliveries of connected providers need: their first would wait for it a fifth of a second."""
        with self._app.database.read() as connection:
            providers = tenancy.providers_in_use(connection)
        for provider in providers:
            with suppress(BadInput):  # a bank's statements come by hand
                provider_module(provider)

    def receive(
        self, provider: str, raw: bytes, headers: Mapping[str, str], connection_id: UUID | None = None
    ) -> list[Target]:
        """Verifies and keeps a delivery; returns when it is committed. Gives the connections that it is of.

        Raises SignatureWrong, BadInput, Unreachable.
        """
        [(_, done)] = self.receive_all([Came(provider, raw, headers, connection_id)])
        if isinstance(done, Exception):
            raise done
        return done

    def receive_all(self, came: Sequence[Came]) -> Iterator[tuple[int, Done]]:
        """As `receive`, for deliveries that came together: one commit for all. Gives for each its place and what `receive`
        gives or raises, first those of which nothing is to be kept; one that cannot be kept takes no other with it.
        """
        opened = [self._opened(one) for one in came]
        keeping: dict[int, _Opened] = {}
        for place, one in enumerate(opened):
            if isinstance(one, Exception):
                yield place, one
            elif one.deliveries:
                keeping[place] = one
            else:
                yield place, []
        faults = self._kept(list(keeping.values()))
        targets = {target: None for one in keeping.values() if id(one) not in faults for target in one.targets}
        if targets and self._nudging is not None:
            self._nudging.send(targets)
        for place, one in keeping.items():
            yield place, faults.get(id(one), list(one.targets))

    def _opened(self, came: Came) -> _Opened | Exception:
        targets: dict[Target, None] = {}
        deliveries = []
        try:
            events = self._verified(came.provider, came.raw, came.headers, came.connection_id)
            for event in events:
                rows = self._whose(came.provider, event.company_id, came.connection_id)
                deliveries += [_delivery(came.provider, event, row) for row in rows or [None]]
                targets.update({(row.organisation_id, row.id): None for row in rows})
        except Exception as fault:  # noqa: BLE001 it is this delivery's alone, and whoever asked is told
            return fault
        return _Opened(came.provider, events, deliveries, list(targets))

    def _kept(self, opened: Sequence[_Opened]) -> dict[int, Exception]:
        """Keeps them; gives the faults of those that could not be, by their id()."""
        deliveries = [delivery for one in opened for delivery in one.deliveries]
        try:
            if deliveries:
                self._keeping().keep(deliveries, self._app.clock.now())
            for one in sorted(opened, key=_first_number):
                note_numbers(self._app, one.provider, one.events)
        except Exception as fault:  # noqa: BLE001 as above
            if len(opened) == 1 or isinstance(fault, Unreachable):
                return {id(one): fault for one in opened}
            faults: dict[int, Exception] = {}
            for one in opened:  # that some are kept already does no harm: each is kept once
                faults |= self._kept([one])
            return faults
        return {}

    def _verified(
        self, provider: str, raw: bytes, headers: Mapping[str, str], connection_id: UUID | None
    ) -> Sequence[Event]:
        receive: Receive = provider_module(provider).receive
        if connection_id is None:
            return receive(self._parts, raw, headers, ())
        known = self._secrets.get(connection_id)
        if known is not None:
            try:
                return receive(self._parts, raw, headers, known)
            except SignatureWrong:
                pass  # the secret may have been rolled a moment ago
        with self._app.database.read() as connection:
            found = _own_secrets(self._app, connection, connection_id)
        events = receive(self._parts, raw, headers, found)
        self._secrets.put(connection_id, found)  # only once it has proved itself
        return events

    def _whose(self, provider: str, company_id: str | None, connection_id: UUID | None) -> list[Any]:
        key = (provider, company_id, connection_id)
        rows = self._rows.get(key)
        if rows is None:
            with self._app.database.read() as connection:
                rows = _rows(connection, provider, company_id, connection_id)
            if rows:  # one that is being connected just now must not be missed
                self._rows.put(key, rows)
        return rows

    def _keeping(self) -> Keeping:
        """This thread's own: a connection is for one at a time."""
        own: Keeping | None = getattr(self._own, "keeping", None)
        if own is None:
            own = self._own.keeping = Keeping(self._app.database)
        return own


class _Remembered(dict[Any, tuple[float, T]]):
    """Values that hold for REMEMBER_SECONDS. Reading and writing a key is atomic, so threads need no lock."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        super().__init__()
        self._monotonic = monotonic

    def get(self, key: Any) -> T | None:  # type: ignore[override]
        found = super().get(key)
        return found[1] if found is not None and found[0] > self._monotonic() else None

    def put(self, key: Any, value: T) -> None:
        if len(self) >= REMEMBERED_MAX:
            self.clear()
        self[key] = (self._monotonic() + REMEMBER_SECONDS, value)


def _first_number(opened: _Opened) -> int:
    """What came together is no gap, in whatever order it came."""
    return min((event.sequence for event in opened.events if event.sequence is not None), default=0)


def _own_secrets(app: App, connection: Connection, connection_id: UUID) -> list[str]:
    """The signing secrets of the connection that the address names; the app's own come from the settings."""
    rows = tenancy.find_by_id(connection, connection_id)
    return [secret for row in rows if (secret := app.webhook_secret(connection, row)) is not None]


def _rows(connection: Connection, provider: str, company_id: str | None, connection_id: UUID | None) -> list[Any]:
    if connection_id is not None:
        rows = [row for row in tenancy.find_by_id(connection, connection_id) if row.provider == provider]
        # an event that names its company is that company's, whatever address it was sent to
        rows = [row for row in rows if company_id in (None, row.company_id)]
    elif company_id is not None:
        rows = tenancy.find_by_company(connection, provider, company_id)
    else:
        rows = tenancy.only_connection(connection, provider)
    return [row for row in rows if row.state != "disconnected"]


def _delivery(provider: str, event: Event, row: Any | None) -> Delivery:
    return Delivery(
        provider=provider,
        event_id=keyed(event.event_id if row is None else f"{event.event_id}:{row.organisation_id.hex[-12:]}"),
        type=storable(event.type),
        company_id=None if event.company_id is None else keyed(event.company_id),
        organisation_id=None if row is None else row.organisation_id,
        connection_id=None if row is None else row.id,
        body=event.body,
    )
