"""Kept webhooks, worked through: in any order, as often as needed, the same for all providers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from connectors.port import Connector, Record
from ledger.faults import ConsentLost, Fault, PermissionMissing, RateLimited, Refused, Unreachable
from runtime.passes import load_row
from runtime.watching import watch_own
from runtime.wiring import App
from store import inbox, tenancy
from store.incoming import Key
from store.scope import Scope
from sync.apply import Target, apply_records, load_context
from sync.bear_out import read_unborne
from sync.settle import Settling, settle

BATCH = 2_000  # of a burst over few objects, only the last state of each is mapped and written
RIPE_SECONDS = 1.05  # by then the whole second in which a provider stamped an event is over
YOUNG_AT_ONCE = 5  # so few are worked on as they come, though some then cost a call; more of them wait to be ripe
_NOT_THE_EVENTS = (RateLimited, Unreachable, ConsentLost, PermissionMissing)  # they wait for provider or person
FOLLOW_ROUNDS = 5  # invoice payment -> payment intent -> charge -> balance transaction, and one for what ties


def work_inbox(app: App, organisation_id: UUID, connection_id: UUID, *, settles: bool = True) -> int:
    """Applies every kept event of a connection; returns how many. An event that fails is tried again, then set aside.

    settles: what came is settled as well. The row says that a look is due, until somebody says that it was taken.
    """
    row = load_row(app, organisation_id, connection_id)
    scope = Scope(organisation_id, connection_id)
    connector = app.connector(row)
    target = Target(app.database, scope, load_context(app.database, scope))
    worked = 0
    while events := _next(app, organisation_id, connection_id):
        _work_all(app, target, connector, row.provider, events)
        worked += len(events)
    if worked and settles:
        settle_what_came(app, row)
    return worked


def settle_what_came(app: App, row: Any) -> None:
    """Makes receipts of what came of a connection, and looks after our own records in it."""
    scope = Scope(row.organisation_id, row.id)
    settle(Settling(app.database, scope, row.entity_id, row.provider), app.clock.now)
    watch_own(app, row)


def _next(app: App, organisation_id: UUID, connection_id: UUID) -> Sequence[Any]:
    """The oldest events that are to be worked on. In a burst it is waited until the snapshots of all that came so far may
    be applied: few rounds over many events cost much less than many over few.
    """
    events, ripe = _waiting(app, organisation_id, connection_id)
    if len(ripe) < len(events) and len(events) > YOUNG_AT_ONCE:
        app.sleep(max(0.0, RIPE_SECONDS - _kept_seconds(events[-1], app.clock.now())))  # it may have ripened meanwhile
        events, ripe = _waiting(app, organisation_id, connection_id)
    return ripe or events


def _waiting(app: App, organisation_id: UUID, connection_id: UUID) -> tuple[Sequence[Any], Sequence[Any]]:
    with app.database.read() as connection:
        events = inbox.waiting(connection, organisation_id, connection_id, BATCH)
    now = app.clock.now()
    return events, [event for event in events if _kept_seconds(event, now) >= RIPE_SECONDS]


def _kept_seconds(event: Any, now: datetime) -> float:
    """By our own clock alone; one that was set back makes an event old, not young for ever."""
    seconds: float = (now - event.received_at).total_seconds()
    return seconds if seconds >= 0 else RIPE_SECONDS


def _work_all(app: App, target: Target, connector: Connector, provider: str, events: Sequence[Any]) -> None:
    """In one go; where that fails, one by one, so that an event which cannot be worked on holds up no other."""
    try:
        _work(app, target, connector, provider, events)
    except _NOT_THE_EVENTS:
        raise
    except (Fault, ValueError) as fault:
        if len(events) > 1:
            _one_by_one(app, target, connector, provider, events)
            return
        with app.database.write() as connection:
            inbox.fail(connection, provider, [event.event_id for event in events], str(fault), app.clock.now())
        raise Refused(f"A webhook could not be worked on ({fault}); it is tried again, then set aside.") from fault


def _one_by_one(app: App, target: Target, connector: Connector, provider: str, events: Sequence[Any]) -> None:
    """Raises the first refusal, after every event has had its turn."""
    first: Refused | None = None
    for event in events:
        try:
            _work_all(app, target, connector, provider, [event])
        except Refused as refused:
            first = first or refused
    if first is not None:
        raise first


def _work(app: App, target: Target, connector: Connector, provider: str, events: Sequence[Any]) -> None:
    known, wanted = _apply(app, target, connector, events)
    for _ in range(FOLLOW_ROUNDS):
        came, following, tied = _read(app, target, connector, wanted)
        known |= wanted | came
        wanted = (following - known) | tied  # what came with this burst once has changed since only if it is told again
    read_unborne(target, connector, app.clock.now, among=known)
    ids = [event.event_id for event in events]
    with app.database.write() as connection:
        inbox.finish(connection, provider, ids, app.clock.now())
        tenancy.note_look_due(connection, target.scope.organisation_id, target.scope.connection_id, app.clock.now())


def _apply(app: App, target: Target, connector: Connector, events: Sequence[Any]) -> tuple[set[Key], set[Key]]:
    """Applies snapshots; gives those that stand, and what has to be read: named by events, tied with what stands, or
    hanging on a record.
    """
    named: set[Key] = set()
    records: list[Record] = []
    now = app.clock.now()
    for event in events:
        told = connector.told(inbox.body(event), event.type, _kept_seconds(event, now))
        records.extend(told.records)
        named.update(told.read)  # also where another event brought a snapshot of it: that may be the older one
    records.sort(key=lambda record: record.seen_at)
    tied = set(apply_records(target, connector, records, app.clock.now()).tied)
    known = {(record.kind, record.external_id) for record in records} - tied
    following = {key for record in records for key in connector.follow(record)}
    return known, named | tied | (following - known)


def _read(app: App, target: Target, connector: Connector, wanted: set[Key]) -> tuple[set[Key], set[Key], set[Key]]:
    """What came, what hangs on it, and what could not be put in order with what stands."""
    came: set[Key] = set()
    following: set[Key] = set()
    tied: set[Key] = set()
    by_kind = {
        kind: sorted(external_id for wanted_kind, external_id in wanted if wanted_kind == kind)
        for kind in sorted({kind for kind, _ in wanted})
    }
    for page in connector.read_several(by_kind):
        tied.update(apply_records(target, connector, page.records, app.clock.now()).tied)
        came.update((record.kind, record.external_id) for record in page.records)
        following.update(key for record in page.records for key in connector.follow(record))
    return came, following, tied
