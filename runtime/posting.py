"""Posting one connection from the outside: what a run needs is put together here, and how it went is said."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from ledger.faults import ConsentLost, Fault, PermissionMissing, RateLimited
from ledger.money import Money
from ledger.posting import Cause, Stop
from posting import stops
from posting.dispatch import by_cause
from posting.outlet import POSTER, Outlet, Wanted
from posting.preparing import plan_all
from posting.ran import Ran, Stopped
from posting.ruling import load
from posting.run import AT_ONCE, run
from posting.words import Words, in_words
from runtime.passes import PARK_SECONDS_MIN, load_row, refuse_parked
from runtime.strangers import look_first
from runtime.turns import Turn, TurnOver
from runtime.wiring import App
from store import outbox
from store.audit import lock
from store.queries import outbox as queries
from store.queries.planning import books_row
from store.scope import Scope
from sync.apply import Target, apply_records, load_context
from sync.settle import Settling, settle

_ADOPTED = "Its match was accepted before there was an outbox."


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRun:
    """What one run did. states: postings of the connection by state, after it. plan: what would be written (dry run).

    later: something waits for the provider, so come back. stopped: why nothing more was sent.
    """

    connection: str
    provider: str
    company: str
    posted: int
    failed: int
    found: int
    undone: int
    calls: int
    states: dict[str, int]
    later: bool = False
    stopped: str = ""
    warnings: tuple[str, ...] = ()
    plan: tuple[Words, ...] = field(default=())


def post_connection(
    app: App, organisation_id: UUID, connection_id: UUID, *, by: str = POSTER, dry_run: bool = False,
    only: Collection[UUID] | None = None, asked: bool = False, turn: Turn | None = None,
) -> PostRun:  # fmt: skip
    """Sends what is ready for one connection. Its postings say how it went, whatever happens; faults pass through.

    only: these postings alone; asked: only what a person asked for. dry_run: plans and writes nothing to the books.

    Raises TurnOver where `turn` ends before everything is sent; the next call goes on from there.
    """
    row = load_row(app, organisation_id, connection_id)
    refuse_parked(app, row)
    adopt_approved(app, organisation_id, row.entity_id)
    calls: list[int] = []
    outlet = outlet_of(app, row, by=by, calls=calls)
    ran = Ran()
    plan: tuple[Words, ...] = ()
    try:
        if dry_run:
            plan = _dry(outlet, ran, only)
        else:
            run(
                outlet, only=only, asked=asked, report=_gives_way(turn), ran=ran,
                first=lambda: look_first(app, outlet, row, turn=turn),
            )  # fmt: skip
            settle(
                Settling(app.database, Scope(organisation_id, connection_id), row.entity_id, row.provider),
                app.clock.now,
            )
    except Stopped as stopped:
        ran.stopped = str(stopped)
    except Fault as fault:
        _troubled(app, outlet, fault)
        raise
    finally:
        app.keep_calls()
    with app.database.read() as connection:
        states = queries.count_by_state(connection, organisation_id, connection_id)
    return PostRun(
        connection=f"{row.provider}:{row.company_id}", provider=row.provider, company=row.company_name,
        posted=len(ran.posted), failed=len(ran.failed), found=len(ran.found), undone=len(ran.undone), calls=sum(calls),
        states=states, later=ran.later, stopped=ran.stopped, warnings=tuple(ran.warnings), plan=plan,
    )  # fmt: skip


def _gives_way(turn: Turn | None) -> Callable[[Ran], None]:
    def report(_: Ran) -> None:
        if turn is not None and turn.is_over():
            raise TurnOver

    return report


def outlet_of(app: App, row: Any, *, by: str, calls: list[int] | None = None) -> Outlet:
    """A connection as the outbox needs it. Raises ConsentLost, BadInput for what cannot be written to."""
    scope = Scope(row.organisation_id, row.id)
    connector = app.connector(row)

    def refresh(wanted: Wanted) -> None:
        target = Target(app.database, scope, load_context(app.database, scope))
        before = connector.calls
        tied: set[tuple[str, str]] = set()
        for kind in sorted(wanted):
            for page in connector.read(kind, sorted(wanted[kind])):
                tied.update(apply_records(target, connector, page.records, app.clock.now()).tied)
        for kind in sorted({kind for kind, _ in tied}):
            for page in connector.read(kind, sorted(own for its, own in tied if its == kind)):
                apply_records(target, connector, page.records, app.clock.now())
        if calls is not None:
            calls.append(connector.calls - before)

    with app.database.read() as connection:
        zone = books_row(connection, row.organisation_id, row.id).time_zone
    return Outlet(
        database=app.database, organisation_id=row.organisation_id, entity_id=row.entity_id, connection_id=row.id,
        name=row.company_name, zone=zone, company=f"{row.provider}:{row.company_id}", writer=app.writer(row), planner=by_cause, refresh=refresh, now=app.clock.now,
        sleep=app.sleep, by=by,
    )  # fmt: skip


def _dry(outlet: Outlet, ran: Ran, only: Collection[UUID] | None) -> tuple[Words, ...]:
    found: list[Words] = []
    after: queries.Place | None = None
    while True:
        with outlet.database.read() as connection:
            rules, _ = load(connection, outlet.organisation_id, outlet.entity_id)
            rows = queries.ready(
                connection, outlet.organisation_id, outlet.connection_id, outlet.now(), limit=AT_ONCE, after=after, only=only
            )  # fmt: skip
        if not rows:
            return tuple(found)
        after = (rows[-1].created_at, rows[-1].id)
        plans = plan_all(outlet, rules, rows)
        ran.failed += [row.id for row, _ in plans.refused]
        ran.found += list(plans.found)
        with outlet.database.read() as connection:
            found += in_words(connection, outlet, plans)


def adopt_approved(app: App, organisation_id: UUID, entity_id: UUID) -> int:
    """Approved matches without a posting get theirs: accepted before there was an outbox, or before there were books."""
    made = 0
    while True:
        with app.database.write() as connection:
            lock(connection, organisation_id)
            rows = queries.approved_without_posting(connection, organisation_id, entity_id, AT_ONCE)
            books = queries.books_of(connection, organisation_id, entity_id)
            new = [
                outbox.NewPosting(
                    organisation_id=organisation_id, entity_id=entity_id, connection_id=books, cause=Cause.MATCH,
                    cause_id=str(row.id), amount=Money(row.amount_minor, row.currency), on=row.received_on,
                    match_id=row.id, receipt_id=row.receipt_id,
                )
                for row in rows
            ]  # fmt: skip
            outbox.add_many(connection, new, by=POSTER, reason=_ADOPTED, now=app.clock.now())
            if books is not None:
                outbox.place(connection, organisation_id, entity_id, books)
        made += len(rows)
        if len(rows) < AT_ONCE:
            return made


def _troubled(app: App, outlet: Outlet, fault: Fault) -> None:
    """A limit parks what is ready; a consent that does not let us write stops the connection until a person acts."""
    now = app.clock.now()
    if isinstance(fault, RateLimited) and fault.retry_after_seconds > PARK_SECONDS_MIN:
        with outlet.write() as connection:
            ids = queries.ready_ids(connection, outlet.organisation_id, outlet.connection_id)
            outbox.change(
                connection, outlet.organisation_id, ids, due_at=now + timedelta(seconds=fault.retry_after_seconds)
            )
    if isinstance(fault, ConsentLost | PermissionMissing):
        stops.stop(
            app.database, outlet.organisation_id, outlet.connection_id, reason=str(fault), by=POSTER, now=now,
            kind=Stop.CONSENT,
        )  # fmt: skip
