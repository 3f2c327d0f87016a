"""Bank statements from the outside: looked at, imported, taken back; one way for the command line and the pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from connectors.statement.layout import Layout
from ledger.faults import NotFound
from runtime.wiring import App
from store import statements as store
from store import tenancy
from store.audit import lock
from store.scope import Scope
from sync.settle import Settling, settle, settle_lines, settle_parted
from sync.statements.plan import Asked, Plan, plan
from sync.statements.take import Taken, import_row, take, undo

WAITS_FOR = timedelta(days=1)  # an upload that nobody confirmed is forgotten


def look(app: App, asked: Asked) -> Plan:
    """What importing would do; nothing is written. Raises BadInput, Ambiguous."""
    with app.database.read() as connection:
        return plan(connection, asked)


def bring_in(
    app: App, asked: Asked, *, actor: str, import_id: UUID | None = None,
    tell: Callable[[Plan | None], None] = lambda _: None,
) -> tuple[Taken, Plan]:  # fmt: skip
    """Imports the file whole or not at all, and makes receipts of what came. `import_id`: the upload that waited. `tell`
    is called before the file is read, and with its plan before that is written.

    The file is read before the transaction; where another import came between, it is compared anew within it.
    """
    tell(None)
    with app.database.read() as connection:
        before = store.state_of_imports(connection, asked.organisation_id)
        planned = plan(connection, asked)
    tell(planned)
    now = app.clock.now()
    with app.database.write() as connection:
        lock(connection, asked.organisation_id)
        if store.state_of_imports(connection, asked.organisation_id) != before:
            planned = plan(connection, asked)
        taken = take(connection, planned, actor=actor, now=now, import_id=import_id)
    for own_id in taken.connections:
        settle_account(app, Scope(asked.organisation_id, own_id), asked.entity.id)
    return taken, planned


def settle_account(app: App, scope: Scope, entity_id: UUID) -> int:
    return settle_lines(Settling(app.database, scope, entity_id, store.PROVIDER), app.clock.now)


def settle_accounts(app: App, organisation_id: UUID, entity_id: UUID, *, charges: bool = False) -> int:
    """Receipts of all bank accounts of an entity: what a killed import left, and what was parted from others.

    `charges`: look for those without a receipt whatever was parted; a sync does so by itself.
    """
    with app.database.read() as connection:
        rows = store.accounts(connection, organisation_id, entity_id)
        standing = tenancy.list_connections(connection, organisation_id)
    charged = [row for row in standing if row.entity_id == entity_id and row.role == "processor"]
    settle_charges = settle if charges else settle_parted
    parted = [
        settle_charges(Settling(app.database, Scope(organisation_id, row.id), entity_id, row.provider), app.clock.now)
        for row in charged
    ]
    return sum(parted) + sum(settle_account(app, Scope(organisation_id, row.id), entity_id) for row in rows)


def keep_waiting(app: App, asked: Asked, planned: Plan | None, *, actor: str) -> UUID:
    """Keeps an upload until it is confirmed, or for a day."""
    now = app.clock.now()
    own_id = tenancy.new_id(now)
    with app.database.write() as connection:
        store.drop_waiting(connection, asked.organisation_id, before=now - WAITS_FOR)
        form = "" if planned is None else planned.format
        store.add_import(connection, import_row(asked, form, own_id, "waiting", actor, now), asked.data)
    return own_id


def waiting(app: App, organisation_id: UUID, import_id: UUID, **more: Any) -> Asked:
    """The upload that waits, as it was asked for. Raises NotFound where it was confirmed or forgotten."""
    with app.database.read() as connection:
        row = store.find_import(connection, organisation_id, import_id)
        if row.state != "waiting":
            raise NotFound("This file was imported or dropped already; choose it again to look at it.")
        entity = tenancy.find_entity(connection, organisation_id, str(row.entity_id))
        data = store.body_of(row)
    return Asked(organisation_id=organisation_id, entity=entity, file_name=row.file_name, data=data, **more)


def drop(app: App, organisation_id: UUID, import_id: UUID) -> None:
    with app.database.write() as connection:
        store.drop_waiting(connection, organisation_id, before=app.clock.now(), import_id=import_id)


def take_back(app: App, organisation_id: UUID, import_id: UUID, *, actor: str) -> int:
    """How many lines went. Raises Refused where somebody decided on a receipt of it."""
    with app.database.write() as connection:
        return undo(connection, organisation_id, import_id, actor=actor, now=app.clock.now())


def layout_from(guessed: Layout, chosen: dict[str, str]) -> Layout:
    """A guessed layout with what a person chose of it: `column.N`, `date_order`, `decimal`, `inverted`."""
    columns = tuple(chosen.get(f"column.{at}", role) for at, role in enumerate(guessed.columns))
    return Layout(
        delimiter=guessed.delimiter,
        heading=guessed.heading,
        columns=columns,
        first_row=guessed.first_row,
        date_order=chosen.get("date_order", guessed.date_order),
        decimal=chosen.get("decimal", guessed.decimal),
        inverted=chosen.get("inverted", "") == "yes",
    )
