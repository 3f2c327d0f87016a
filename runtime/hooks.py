"""Webhooks: verified over the raw bytes, kept once, answered; worked on later, in any order, as often as needed.

Intake knows the providers' signatures; working through the kept events is the same for all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from connectors.port import Connector, Record
from ledger.faults import ConsentLost, Fault, PermissionMissing, RateLimited, Refused, Unreachable
from runtime.passes import load_row
from runtime.providers.parts import Event
from runtime.wiring import App, provider_module
from store import inbox, tenancy
from store.database import Connection
from store.inbox import Delivery
from store.scope import Scope
from sync.apply import Target, apply_records, load_context
from sync.pull import read_again
from sync.settle import Settling, settle

BATCH = 200
_NOT_THE_EVENTS = (RateLimited, Unreachable, ConsentLost, PermissionMissing)  # they wait for provider or person
FOLLOW_ROUNDS = 5  # invoice payment -> payment intent -> charge -> balance transaction, and one for what ties


def receive(
    app: App, provider: str, raw: bytes, headers: Mapping[str, str], connection_id: UUID | None
) -> list[tuple[UUID, UUID]]:
    """Verifies and keeps a delivery in one transaction. Gives the (organisation, connection) pairs to nudge.

    connection_id: the connection that the address names, for providers whose events do not name their company.
    Raises SignatureWrong, BadInput.
    """
    with app.database.read() as connection:
        secrets = _secrets(app, connection, provider, connection_id)
    events: Sequence[Event] = provider_module(provider).receive(app.parts(), raw, headers, secrets)
    with app.database.write() as connection:
        targets: dict[tuple[UUID, UUID], None] = {}
        deliveries = []
        for event in events:
            rows = _rows(connection, provider, event.company_id, connection_id)
            deliveries += [_delivery(provider, event, row) for row in rows or [None]]
            targets.update({(row.organisation_id, row.id): None for row in rows})
        inbox.keep(connection, deliveries, app.clock.now())
    return list(targets)


def _secrets(app: App, connection: Connection, provider: str, connection_id: UUID | None) -> list[str]:
    """The signing secrets of the connection that the address names; the app's own come from the settings."""
    if connection_id is None:
        return []
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


def work_inbox(app: App, organisation_id: UUID, connection_id: UUID) -> int:
    """Applies every kept event of a connection; returns how many. An event that fails is tried again, then set aside."""
    row = load_row(app, organisation_id, connection_id)
    scope = Scope(organisation_id, connection_id)
    connector = app.connector(row)
    target = Target(app.database, scope, load_context(app.database, scope))
    worked = 0
    while True:
        with app.database.read() as connection:
            events = inbox.waiting(connection, organisation_id, connection_id, BATCH)
        if not events:
            break
        _work_all(app, target, connector, row.provider, events)
        worked += len(events)
    if worked:
        settle(Settling(app.database, scope, row.entity_id, row.provider), app.clock.now)
    return worked


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
    wanted = _apply(app, target, connector, events)
    for _ in range(FOLLOW_ROUNDS):
        wanted = _read(app, target, connector, wanted)
    ids = [event.event_id for event in events]
    with app.database.write() as connection:
        inbox.finish(connection, provider, ids, app.clock.now())


def _apply(app: App, target: Target, connector: Connector, events: Sequence[Any]) -> set[tuple[str, str]]:
    """Applies snapshots; gives what has to be read: named by events, tied with what stands, or hanging on a record."""
    wanted: set[tuple[str, str]] = set()
    records: list[Record] = []
    for event in events:
        told = connector.told(inbox.body(event), event.type)
        records.extend(told.records)
        wanted.update(told.read)
    records.sort(key=lambda record: record.seen_at)
    applied = apply_records(target, connector, records, app.clock.now())
    wanted.update(applied.tied)
    wanted.update(key for record in records for key in connector.follow(record))
    return wanted - {
        (record.kind, record.external_id) for record in records if (record.kind, record.external_id) not in applied.tied
    }


def _read(app: App, target: Target, connector: Connector, wanted: set[tuple[str, str]]) -> set[tuple[str, str]]:
    following: set[tuple[str, str]] = set()
    tied: set[tuple[str, str]] = set()
    for kind in sorted({kind for kind, _ in wanted}):
        ids = sorted(external_id for wanted_kind, external_id in wanted if wanted_kind == kind)
        for page in read_again(connector, kind, ids):
            tied.update(apply_records(target, connector, page.records, app.clock.now()).tied)
            following.update(key for record in page.records for key in connector.follow(record))
    return (following - wanted) | tied
