"""Bank files that are too large for a request: a worker takes them in, the page tells how far it is and what came of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from connectors.statement.layout import Layout
from ledger.faults import Fault
from runtime import statements
from runtime.wiring import App
from store import statements as store
from store import tenancy
from store.locks import exclusive
from sync.statements.plan import Asked, Plan
from sync.statements.take import Taken

LARGE_BYTES = 2_000_000
LARGE_LINES = 5_000
_FEW_LINES_BYTES = 50_000  # a smaller file is not counted: no format tells so many lines in it, packed or not
READING, WRITING = "The file is read and compared with what stands here.", "Its lines are written."


def is_large(app: App, asked: Asked) -> bool:
    """Raises as looking at the file does."""
    if len(asked.data) > LARGE_BYTES:
        return True
    return len(asked.data) > _FEW_LINES_BYTES and lines_of(statements.look(app, asked)) > LARGE_LINES


def lines_of(planned: Plan) -> int:
    return sum(len(sheet.lines) for sheet in planned.sheets)


def hand_over(app: App, asked: Asked, import_id: UUID, *, actor: str) -> None:
    """From now on it is a worker's; whoever asks a second time changes nothing."""
    layout = None if asked.layout is None else msgspec.to_builtins(asked.layout)
    work = {"account": asked.account, "currency": asked.currency, "layout": layout, "by": actor, "stage": "", "of": 0}
    with app.database.write() as connection:
        store.begin_work(connection, asked.organisation_id, import_id, work)


def take_in(app: App, organisation_id: UUID, import_id: UUID) -> Taken | None:
    """What a worker does. None where it is done already, or somebody is at it.

    What the file is refused for stands on its page, and it waits again; a killed worker's file is taken up anew, whole.
    """
    with exclusive(app.database, f"statement:{import_id}", wait=False) as held:
        if not held:
            return None
        with app.database.read() as connection:
            row = store.find_import(connection, organisation_id, import_id)
            if row.state != store.AT_WORK:
                return None
            entity = tenancy.find_entity(connection, organisation_id, str(row.entity_id))
        asked = _asked(row, entity)
        try:
            taken, _ = statements.bring_in(
                app, asked, actor=row.work["by"], import_id=import_id, tell=lambda plan: _tell(app, row, plan)
            )
        except Exception as fault:
            told = str(fault) if isinstance(fault, Fault) else "It ended by a fault of our own; see the worker's log."
            with app.database.write() as connection:
                values = {"state": "waiting", "work": {**row.work, "problem": told}}
                store.change_import(connection, organisation_id, import_id, values)
            raise
        return taken


def _asked(row: Any, entity: Any) -> Asked:
    work = row.work
    layout = None if work["layout"] is None else msgspec.convert(work["layout"], Layout)
    return Asked(
        organisation_id=row.organisation_id, entity=entity, file_name=row.file_name, data=store.body_of(row),
        account=work["account"], currency=work["currency"], layout=layout,
    )  # fmt: skip


def _tell(app: App, row: Any, planned: Plan | None) -> None:
    stage = {"stage": READING} if planned is None else {"stage": WRITING, "of": lines_of(planned)}
    with app.database.write() as connection:
        store.change_import(connection, row.organisation_id, row.id, {"work": {**row.work, **stage}})


def still_at_work(app: App) -> list[tuple[UUID, UUID]]:
    """(organisation, import): what the schedule asks for again where a queue or a worker was lost."""
    with app.database.read() as connection:
        return store.at_work(connection)


def problem_of(row: Any) -> str | None:
    return None if row.work is None else row.work.get("problem")
