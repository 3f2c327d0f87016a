"""Webhooks at the door: verified over the raw bytes, kept once by event id, and only then answered.

What the door has to know of a delivery's address (signing secrets, whose connection it is) is remembered for some
seconds, so that a burst is not held up by asking the store the same again; a signature that does not fit is tried once
more with what the store says now.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from ledger.faults import SignatureWrong
from runtime.nudging import Nudging, Target
from runtime.providers.parts import Event, Parts
from runtime.sequences import note_numbers
from runtime.wiring import App, provider_module
from store import tenancy
from store.database import Connection
from store.inbox import Delivery, Keeping

REMEMBER_SECONDS = 5.0  # a connection that was disconnected is known to be within this time
REMEMBERED_MAX = 10_000  # addresses; then all is forgotten, and asked for again

T = TypeVar("T")
Receive = Callable[[Parts, bytes, Mapping[str, str], Sequence[str]], list[Event]]


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

    def receive(
        self, provider: str, raw: bytes, headers: Mapping[str, str], connection_id: UUID | None = None
    ) -> list[Target]:
        """Verifies and keeps a delivery; returns when it is committed. Gives the connections that it is of.

        connection_id: the connection that the address names, for providers whose events do not name their company.
        headers: by lower-case names. Raises SignatureWrong, BadInput, Unreachable.
        """
        targets: dict[Target, None] = {}
        deliveries = []
        events = self._verified(provider, raw, headers, connection_id)
        for event in events:
            rows = self._whose(provider, event.company_id, connection_id)
            deliveries += [_delivery(provider, event, row) for row in rows or [None]]
            targets.update({(row.organisation_id, row.id): None for row in rows})
        if deliveries:
            self._keeping().keep(deliveries, self._app.clock.now())
            note_numbers(self._app, provider, events)
        if targets and self._nudging is not None:
            self._nudging.send(targets)
        return list(targets)

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
        """This thread's own. Sharing transactions among threads was tried: handing over costs more than it saves."""
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
        event_id=event.event_id if row is None else f"{event.event_id}:{row.organisation_id.hex[-12:]}",
        type=event.type,
        company_id=event.company_id,
        organisation_id=None if row is None else row.organisation_id,
        connection_id=None if row is None else row.id,
        body=event.body,
    )
