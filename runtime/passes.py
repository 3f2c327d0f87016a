"""One sync of one connection from end to end: pull, settle into receipts, say how it went.

The command line runs this in its own process, RQ runs it in a worker: there is one way to do it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from ledger.faults import Conflict, ConsentLost, Fault, NotFound, PermissionMissing, RateLimited, Refused, Unreachable
from runtime import budget
from runtime.progress import Standing
from runtime.turns import Turn, TurnOver
from runtime.watching import watch_own
from runtime.wiring import CLOCK_AHEAD, App
from store import bulk, intake, tenancy
from store.queries.companies import take_over_lock_date
from store.scope import Scope
from store.tables.history import versions
from store.tables.intake import records
from store.tables.pulled import NOUNS
from sync.apply import Target, load_context
from sync.bear_out import read_unborne
from sync.hindsight import note_hindsight
from sync.pull import PassResult, Progress, run_pass
from sync.replay import replay
from sync.settle import Settling, settle

PARK_SECONDS_MIN = 10.0  # through a longer wait nobody asks; a shorter one is shown, and who syncs by hand may try
PARKED = "parked"  # the scope of a refusal of our own, before anybody was asked
MUCH = 1_000  # records; after so many the database counts its tables anew
REPORT_EVERY_SECONDS = 0.5  # progress is for people: more often only costs writes


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced:
    """What one sync did. kinds: those that are read; pulled: records that stand here now, by the provider's kinds.

    unread: a sentence for each record that could not be mapped; figures may not tie until it can.
    """

    connection: str
    provider: str
    company: str
    calls: int
    written: int
    changed: int
    stale: int
    receipts: int
    kinds: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    pulled: dict[str, int] = field(default_factory=dict)


def sync_connection(
    app: App,
    organisation_id: UUID,
    connection_id: UUID,
    *,
    full: bool = False,
    report: Callable[[Progress], None] = lambda _: None,
    turn: Turn | None = None,
    current: Callable[[], None] = lambda: None,
) -> Synced:
    """Pulls and settles one connection. Its row says how it went, whatever happens; faults pass through. `current`: called
    once of a first import with a start date, when what is open and recent stands and the history is still to come.

    Raises TurnOver where `turn` ends before the pass; the next call goes on from there.
    """
    row = load_row(app, organisation_id, connection_id)
    refuse_parked(app, row)
    scope = Scope(organisation_id, connection_id)
    try:
        _map_anew(app, row, scope)
        budget.check(
            app.database, app.settings, row.provider, app.clock.now(), large=full or row.last_synced_at is None
        )

        def is_current() -> None:
            _settle(app, row, scope)
            current()

        result = _pull(app, row, scope, full=full, report=report, turn=turn, current=is_current)
        touched = _settle(app, row, scope)
    except (Conflict, TurnOver):
        raise
    except Exception as fault:
        change(app, row, _troubled(app, row, fault))
        raise
    finally:
        app.keep_calls()
    _note_clock(app, row)
    well: dict[str, Any] = {"state": "healthy", "state_reason": None, "parked_until": None, "progress": {}}
    came = {"look_due_at": app.clock.now()} if result.applied.changed or touched else {}
    change(app, row, {"last_synced_at": app.clock.now(), **well, **came})
    return Synced(
        connection=f"{row.provider}:{row.company_id}",
        provider=row.provider,
        company=row.company_name,
        calls=result.calls,
        written=result.applied.written,
        changed=result.applied.changed,
        stale=result.applied.stale,
        receipts=touched,
        kinds=result.kinds,
        unread=unread(app, scope),
        pulled=pulled(app, scope),
    )


def _settle(app: App, row: Any, scope: Scope) -> int:
    """What came becomes receipts; gives how many were touched."""
    touched = settle(Settling(app.database, scope, row.entity_id, row.provider), app.clock.now)
    watch_own(app, row)
    with app.database.write() as connection:
        take_over_lock_date(connection, scope, row.entity_id)
    return touched


def _map_anew(app: App, row: Any, scope: Scope) -> None:
    """Where the entity's home currency or zone is another than the one mapped with, kept payloads are mapped again."""
    context = load_context(app.database, scope)
    mapped_as = f"{context.home_currency} {context.time_zone}"
    before = row.facts.get("mapped_as")
    if before not in (None, mapped_as):
        target, connector = Target(app.database, scope, context), app.connector(row)
        replay(target, connector, now=app.clock.now)
        note_hindsight(target, connector, row.role, app.clock.now())
    if before != mapped_as:
        change(app, row, {"facts": {**row.facts, "mapped_as": mapped_as}})


def pulled(app: App, scope: Scope) -> dict[str, int]:
    with app.database.read() as connection:
        return intake.counts_by_kind(connection, scope)


def unread(app: App, scope: Scope) -> tuple[str, ...]:
    with app.database.read() as connection:
        rows = intake.standing_findings(connection, scope.organisation_id, scope.connection_id, errors_only=True)
    return tuple(row.sentence for row in rows)


def _pull(
    app: App,
    row: Any,
    scope: Scope,
    *,
    full: bool,
    report: Callable[[Progress], None],
    turn: Turn | None,
    current: Callable[[], None],
) -> PassResult:
    connector = app.connector(row)
    target = Target(app.database, scope, load_context(app.database, scope))
    standing = Standing.of(row, len(connector.feeds()), full=full, behind=connector.behind())
    last, start = app.monotonic(), app.clock.now()

    def begun() -> None:
        now = app.clock.now()
        standing.tell(now)
        change(app, row, {"last_started_at": now, "parked_until": None, "progress": standing.content})

    def tell(progress: Progress) -> None:
        nonlocal last
        report(progress)
        standing.note(progress)
        passed = app.monotonic() - last
        ends = turn is not None and not progress.done and turn.is_over()
        if ends or progress.done or passed > REPORT_EVERY_SECONDS:
            last = app.monotonic()
            standing.spend(passed)
            standing.tell(app.clock.now())
            change(app, row, {"progress": standing.content})
            app.keep_calls()
        if ends:
            raise TurnOver

    result = run_pass(
        target,
        connector,
        now=app.clock.now,
        since=row.since,
        full=full,
        report=tell,
        begun=begun,
        skip=standing.done,
        ahead=app.reads_ahead,
        current=current,
    )
    if result.applied.written >= MUCH:
        bulk.count_anew(app.database, (records, versions, *(noun.table for noun in NOUNS)))
    if result.applied.written and row.last_synced_at is not None:
        before = connector.calls
        result.applied.add(read_unborne(target, connector, app.clock.now, since=start))
        result.calls += connector.calls - before
    if result.applied.written:
        since = None if full or row.last_synced_at is None else start
        note_hindsight(target, connector, row.role, app.clock.now(), since=since)
    return result


def refuse_parked(app: App, row: Any) -> None:
    """A provider that named a time to come back at is not asked before it."""
    if row.parked_until is None or row.token_set_id is None:
        return
    left = (row.parked_until - app.clock.now()).total_seconds()
    if left > 0 and not _is_short(row):
        raise RateLimited(f"{row.state_reason} Nothing was asked until then.", left, PARKED)


def _is_short(row: Any) -> bool:
    return row.last_failed_at is not None and row.parked_until <= row.last_failed_at + timedelta(
        seconds=PARK_SECONDS_MIN
    )


def note_trouble(app: App, row: Any, fault: Fault) -> None:
    """What work beside the syncs (webhooks, re-reads, proofs, posts) met: a limit parks the connection for everybody, and
    a consent that is lost waits for a person. What else went wrong there, the next sync finds by itself.
    """
    if isinstance(fault, RateLimited) and fault.scope in {PARKED, "month"}:
        return  # it is parked already; of a month's budget what is small may still be read
    if isinstance(fault, RateLimited | ConsentLost | PermissionMissing):
        change(app, row, _troubled(app, row, fault))


def _troubled(app: App, row: Any, fault: Exception) -> dict[str, Any]:
    """State and sentence for the connections page: what happened, and whether a person has to do something."""
    told = (
        str(fault)
        if isinstance(fault, Fault)
        else f"It ended by a fault of our own ({type(fault).__name__}); see the log."
    )
    now = app.clock.now()
    failed: dict[str, Any] = {"last_failed_at": now, "last_failure": told, "state_reason": told}
    if isinstance(fault, ConsentLost | PermissionMissing):
        return {**failed, "state": "action_needed"}
    if isinstance(fault, RateLimited):
        failed["parked_until"] = now + timedelta(seconds=fault.retry_after_seconds)
        failed["state_reason"] = failed["last_failure"] = (
            fault.reason
        )  # how long from then on would soon be wrong; until when stands beside it
    if isinstance(fault, RateLimited | Unreachable | Refused) or not isinstance(fault, Fault):
        return {**failed, "state": "delayed"}
    return {**failed, "state": row.state}


def _note_clock(app: App, row: Any) -> None:
    """How far our clock is ahead of the provider's: webhooks that come before the next call are put in order by it."""
    ahead = app.metering.clock_ahead(row.organisation_id, row.id, row.provider).total_seconds()
    facts = load_row(app, row.organisation_id, row.id).facts
    if facts.get(CLOCK_AHEAD, 0) != ahead:
        change(app, row, {"facts": {**facts, CLOCK_AHEAD: ahead}})


def load_row(app: App, organisation_id: UUID, connection_id: UUID) -> Any:
    with app.database.read() as connection:
        row = tenancy.find_connection_row(connection, organisation_id, connection_id)
    if row is None:
        raise NotFound("This connection does not exist any more.")
    return row


def change(app: App, row: Any, values: dict[str, Any]) -> None:
    with app.database.write() as connection:
        tenancy.change_connection(connection, row.organisation_id, row.id, values)


def replay_connection(app: App, organisation_id: UUID, connection_id: UUID) -> Synced:
    """Maps every kept payload of a connection again, without a call: after a mapping was mended."""
    row = load_row(app, organisation_id, connection_id)
    scope = Scope(organisation_id, connection_id)
    connector = app.connector(row)
    target = Target(app.database, scope, load_context(app.database, scope))
    changed = replay(target, connector, now=app.clock.now)
    note_hindsight(target, connector, row.role, app.clock.now())
    touched = settle(Settling(app.database, scope, row.entity_id, row.provider), app.clock.now)
    return Synced(
        connection=f"{row.provider}:{row.company_id}",
        provider=row.provider,
        company=row.company_name,
        calls=0,
        written=0,
        changed=changed,
        stale=0,
        receipts=touched,
        pulled=pulled(app, scope),
    )
